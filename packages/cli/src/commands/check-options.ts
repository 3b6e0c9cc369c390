/** What the commands that take checks share: their options and their help. */

import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { selfOption } from './command.ts'

const DIALECTS = ['engines', 'spec', 'chromium', 'firefox', 'webkit']

/** The kinds of checks. */
export const CHECK_HELP = `
Checks:
  https://api.example/   a connection: fetch, WebSocket, sendBeacon …
  script=URL             also style, image, font, audio, video, track, frame,
                         worker, shared-worker, service-worker, manifest,
                         object, embed, prefetch
  inline-script[=code]   also inline-style, event-handler, style-attribute,
                         javascript-url; with the code, hashes can match
  base=URL               <base href>
  form=URL               the target of a form
  ancestor=ORIGIN[,…]    the pages that embed this one, innermost first
  eval, wasm, webrtc
  trusted-types-policy=NAME
  trusted-types-sink="Element innerHTML"
`

/** Adds the options that give facts to all checks. */
export function addCheckOptions(command: Command): Command {
  return command
    .addOption(selfOption())
    .addOption(
      new Option(
        '--dialect <name>',
        'the browser to imitate (engines: what all of them do)',
      ).choices(DIALECTS),
    )
    .option('--nonce <value>', 'nonce of the elements; NONCE is the nonce that the headers hold')
    .option('--integrity <value>', 'integrity attribute of the elements')
    .option(
      '--redirects <number>',
      'number of redirects so far; after one, paths are ignored',
      readNumber,
    )
    .option('--inserted', 'scripts insert the elements; they are not in the markup')
    .option('--checks <file>', 'a file of more checks: [{ "check": "eval", "expect": "blocked" }]')
}

function readNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('Use a whole number: 0, 1, 2 …')
  }
  return number
}
