/** `cusp diff`: what one policy allows and the other blocks. */

import type { PolicyChange } from '@cusp/engine'
import { compare, explain } from '@cusp/engine'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import { decideOptions } from '../read/checks.ts'
import { mistakesIn } from '../read/delivered.ts'
import { isFolder } from '../read/folder.ts'
import { readPolicy } from '../read/policy.ts'
import type { DescribedChange } from '../write/markdown.ts'
import { toMarkdown } from '../write/markdown.ts'
import { toJSON, writeNotes } from '../write/output.ts'
import type { Page } from '../write/page.ts'
import { count, pageOf, wrap } from '../write/page.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, POLICIES_HELP, selfOption } from './command.ts'
import { diffFolders, writeDifferences } from './diff-folder.ts'

interface Options {
  readonly failOn: 'any' | 'wider' | 'narrower' | 'none'
  readonly self?: string | undefined
  readonly json?: boolean | undefined
  readonly markdown?: boolean | undefined
}

const EXAMPLES = exampleHelp(
  `cusp diff "img-src 'self'" "img-src 'self' https://cdn.example"`,
  'curl -sI https://shop.example | cusp diff - ./policy.js#policy',
  'cusp diff main.txt branch.txt --fail-on wider',
  'cusp diff main.txt branch.txt --markdown > csp.md',
  'cusp diff main/dist dist --fail-on wider',
)
const REPORT_ONLY_HELP =
  '\n\nOnly enforced policies are compared: report-only policies block nothing.'

/** Makes the command. */
export function diffCommand({ host, finish }: CommandContext): Command {
  return new Command('diff')
    .summary('compare two policies')
    .description('List what one policy allows and the other blocks, each with an example.')
    .argument('<before>', POLICIES_HELP)
    .argument('<after>', 'the policy to compare it with, in the same forms')
    .addOption(
      new Option('--fail-on <change>', 'exit with 1 for changes of this kind')
        .choices(['any', 'wider', 'narrower', 'none'])
        .default('any'),
    )
    .addOption(selfOption())
    .option('--json', 'print JSON')
    .addOption(
      new Option('--markdown', 'print Markdown, for a comment on a pull request').conflicts('json'),
    )
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
  const areFolders = [await isFolder(before, host), await isFolder(after, host)]
  if (areFolders.every(Boolean)) return runFolders({ before, after }, { options, host })
  if (areFolders.some(Boolean)) throw new UsageError(refuseMixture(before, after))
  const [old, next] = [await readPolicy(before, host), await readPolicy(after, host)]
  const changes = compare(old.policies, next.policies, decideOptions(options))
  if (options.json !== true) {
    for (const { notes, policies } of [old, next]) {
      writeNotes(host, [...notes, ...mistakesIn(policies)])
    }
  }
  host.stdout.write(write(changes, { options, page: pageOf(host.stdout, host.env) }))
  return isFailing(changes, options) ? EXIT.found : EXIT.ok
}

/** Prints a table of what changed in each file. A file that is not read fails as a change does. */
async function runFolders(
  folders: { readonly before: string; readonly after: string },
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  if (options.markdown === true) {
    throw new UsageError(
      `Cannot compare ${JSON.stringify(folders.before)}: --markdown is not for a folder. Use --json, or two files.`,
    )
  }
  const rows = await diffFolders(folders, { options: decideOptions(options), host })
  host.stdout.write(
    options.json === true
      ? toJSON(rows.map((row) => ({ ...row, changes: row.changes.map(asData) })))
      : writeDifferences(rows, pageOf(host.stdout, host.env)),
  )
  const fails = rows.some(({ changes, problem }) => {
    return (problem !== undefined && options.failOn !== 'none') || isFailing(changes, options)
  })
  return fails ? EXIT.found : EXIT.ok
}

function isFailing(changes: readonly PolicyChange[], { failOn }: Options): boolean {
  return changes.some(({ change }) => failOn === 'any' || failOn === change)
}

/** A folder has many policies, and each has to be compared with one of its own. */
function refuseMixture(before: string, after: string): string {
  return `Cannot compare ${JSON.stringify(before)} with ${JSON.stringify(after)}: one is a folder or a pattern, the other is not. Use two folders or two policies.`
}

/** A change as `--json` prints it, without the decisions: its witness repeats them. */
function asData({ before: _before, after: _after, ...change }: PolicyChange): object {
  return change
}

function write(
  changes: readonly PolicyChange[],
  { options, page }: { readonly options: Options; readonly page: Page },
): string {
  if (options.json === true) return toJSON(changes.map(asData))
  const sorted = [...changes.filter(isWider), ...changes.filter((one) => !isWider(one))]
  const described = sorted.map(describeChange)
  return options.markdown === true ? toMarkdown(described) : writeChanges(described, page)
}

function isWider({ change }: { readonly change: PolicyChange['change'] }): boolean {
  return change === 'wider'
}

/** What changed, and why one of the policies blocks it. */
function describeChange(one: PolicyChange): DescribedChange {
  const blocking = isWider(one) ? one.before : one.after
  const [, reason] = blocking === null ? [] : explain(blocking)
  return { change: one.change, directive: one.directive, message: one.message, reason }
}

function writeChanges(changes: readonly DescribedChange[], page: Page): string {
  if (changes.length === 0) return 'Both policies allow the same.\n'
  const sections = changes.map((change) => writeChange(change, page))
  const wider = changes.filter(isWider).length
  const sum = `${count(changes.length, 'change')}: ${wider} wider, ${changes.length - wider} narrower`
  return `${sections.join('\n')}\n${page.paint('bold', sum)}\n`
}

function writeChange(change: DescribedChange, page: Page): string {
  const { message, reason } = change
  const [sign, side] = isWider(change)
    ? [page.paint('red', '+ wider   '), 'before']
    : [page.paint('green', '- narrower'), 'after']
  const why = `${side}: ${reason ?? ''}`
  const because = reason === undefined ? '' : `${page.paint('dim', wrap(why, page.width, 12))}\n`
  return `${sign}  ${wrap(message, page.width, 12).slice(12)}\n${because}`
}
