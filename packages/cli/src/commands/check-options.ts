/** The options and the help of the commands that take checks. */

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
  ancestor=ORIGIN[,…]    who embeds the page, from the inside out
  eval, wasm, webrtc
  trusted-types-policy=NAME
  trusted-types-sink="Element innerHTML"
`

/** Adds the options that give facts to all checks. */
export function addCheckOptions(command: Command): Command {
  return command
    .addOption(selfOption())
    .addOption(new Option('--dialect <name>', 'whom to agree with').choices(DIALECTS))
    .option('--nonce <value>', 'nonce of the elements; NONCE stands for that of the response')
    .option('--integrity <value>', 'integrity attribute of the elements')
    .option('--redirects <number>', 'redirects so far; after one, paths are ignored', readNumber)
    .option('--inserted', 'the elements are inserted by scripts, not written in markup')
    .option('--checks <file>', 'further checks, a JSON array as the engine takes them')
}

function readNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('Expected a number: 0, 1, 2 …')
  }
  return number
}
