/** `cusp diff`: what one policy allows and the other blocks. */

import type { PolicyChange } from '@cusp/engine'
import { compare, explain } from '@cusp/engine'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import { decideOptions } from '../read/checks.ts'
import { readPolicy } from '../read/policy.ts'
import { toJSON, writeNote } from '../write/output.ts'
import type { Page } from '../write/page.ts'
import { count, pageOf, wrap } from '../write/page.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, POLICY_HELP, selfOption } from './command.ts'

interface Options {
  readonly failOn: 'any' | 'wider' | 'narrower' | 'none'
  readonly self?: string | undefined
  readonly json?: boolean | undefined
}

const EXAMPLES = exampleHelp(
  `cusp diff "img-src 'self'" "img-src 'self' https://cdn.example"`,
  'curl -sI https://shop.example | cusp diff - ./policy.js#policy',
  'cusp diff main.txt branch.txt --fail-on wider',
)
const REPORT_ONLY_HELP =
  '\n\nOnly enforced policies are compared: report-only policies block nothing.'

/** Makes the command. */
export function diffCommand({ host, finish }: CommandContext): Command {
  return new Command('diff')
    .summary('compare two policies')
    .description('List what one policy allows and the other blocks, each with an example.')
    .argument('<before>', POLICY_HELP)
    .argument('<after>', 'the policy to compare it with, in the same forms')
    .addOption(
      new Option('--fail-on <change>', 'exit with 1 for changes of this kind')
        .choices(['any', 'wider', 'narrower', 'none'])
        .default('any'),
    )
    .addOption(selfOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES + REPORT_ONLY_HELP)
    .action(async (before: string, after: string, options: Options) => {
      finish(await runDiff({ before, after }, { options, host }))
    })
}

/** Prints every change. The exit code is 1 if one is of the kind that `--fail-on` names. */
async function runDiff(
  { before, after }: { readonly before: string; readonly after: string },
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  if (before === '-' && after === '-') {
    throw new UsageError(
      'Cannot compare the policies: standard input holds only one. Give the other as text, a file or a module.',
    )
  }
  const [old, next] = [await readPolicy(before, host), await readPolicy(after, host)]
  const changes = compare(old.policies, next.policies, decideOptions(options))
  if (options.json === true) host.stdout.write(toJSON(changes.map(asData)))
  else {
    writeNote(host, old.note)
    writeNote(host, next.note)
    host.stdout.write(writeChanges(changes, pageOf(host.stdout, host.env)))
  }
  return changes.some(({ change }) => options.failOn === 'any' || options.failOn === change)
    ? EXIT.found
    : EXIT.ok
}

/** A change as `--json` prints it, without the decisions: its witness repeats them. */
function asData({ before: _before, after: _after, ...change }: PolicyChange): object {
  return change
}

function writeChanges(changes: readonly PolicyChange[], page: Page): string {
  if (changes.length === 0) return 'Both policies allow the same.\n'
  const wider = changes.filter(({ change }) => change === 'wider')
  const narrower = changes.filter(({ change }) => change === 'narrower')
  const sections = [...wider, ...narrower].map((change) => writeChange(change, page))
  const sum = `${count(changes.length, 'change')}: ${wider.length} wider, ${narrower.length} narrower`
  return `${sections.join('\n')}\n${page.paint('bold', sum)}\n`
}

/** Writes what changed, and why one of the policies blocks it. */
function writeChange({ change, message, before, after }: PolicyChange, page: Page): string {
  const isWider = change === 'wider'
  const sign = isWider ? page.paint('red', '+ wider   ') : page.paint('green', '- narrower')
  const blocking = isWider ? before : after
  const [, reason] = blocking === null ? [] : explain(blocking)
  const why = `${isWider ? 'before' : 'after'}: ${reason ?? ''}`
  const because = reason === undefined ? '' : `${page.paint('dim', wrap(why, page.width, 12))}\n`
  return `${sign}  ${wrap(message, page.width, 12).slice(12)}\n${because}`
}
