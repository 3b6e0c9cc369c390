/** `cusp check`: one line for each decision. */

import type { Decision, PolicyResult, Reason } from '@cusp/engine'
import { compile } from '@cusp/engine'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import type { ExpectedAnswer } from '../read/check-file.ts'
import type { CheckOptions } from '../read/checks.ts'
import { decideOptions, readChecks } from '../read/checks.ts'
import { mistakesIn } from '../read/delivered.ts'
import { isFolder } from '../read/folder.ts'
import type { PolicyReading } from '../read/policy.ts'
import { readPolicy } from '../read/policy.ts'
import { escapeLine } from '../text.ts'
import { toJSON, writeNotes } from '../write/output.ts'
import type { Page, Style } from '../write/page.ts'
import { longest, pageOf, shorten } from '../write/page.ts'
import { addCheckOptions, CHECK_HELP } from './check-options.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, POLICIES_HELP } from './command.ts'
import type { TableRow } from './folder-table.ts'
import { readWithProgress, writeTable } from './folder-table.ts'

interface Options extends CheckOptions {
  readonly expect?: ExpectedAnswer | undefined
  readonly json?: boolean | undefined
}

/** What is asked, and where. */
interface Asked {
  readonly checks: readonly string[]
  readonly options: Options
  readonly host: Host
}

/** The answer to one check. */
interface Answer {
  readonly label: string
  readonly decision: Decision
  readonly expect: ExpectedAnswer
  /** Whether somebody wrote what is expected, so that another answer is marked. */
  readonly isExpectWritten: boolean
}

/** What a browser does. `reported`: only a report-only policy forbids it, so nothing is blocked. */
type Verdict = 'allowed' | 'blocked' | 'reported'

const COLOURS: Readonly<Record<Verdict, Style>> = {
  allowed: 'green',
  blocked: 'red',
  reported: 'yellow',
}

/** What is shown for each reason; where a source decides, the source is shown instead. */
const REASONS: Readonly<Record<Reason, string>> = {
  'not-applicable': 'no directive applies',
  'no-directive': 'no directive governs it',
  'top-level': 'no page embeds it',
  'url-matches': 'a source matches',
  'nonce-matches': 'the nonce matches',
  'integrity-matches': 'the integrity attribute matches',
  'hash-matches': 'a hash matches',
  'keyword-allows': 'a keyword allows it',
  'name-matches': 'a name matches',
  'ancestors-match': 'all ancestors match',
  'nothing-allowed': 'it allows nothing',
  'invalid-url': 'the URL is not valid',
  'url-mismatch': 'no source matches',
  'parser-inserted': "'strict-dynamic' needs a nonce or a hash",
  'inline-blocked': 'no source matches',
  'eval-blocked': "'unsafe-eval' is missing",
  'wasm-blocked': "'wasm-unsafe-eval' is missing",
  'certificate-hashes-blocked': "'unsafe-webtransport-hashes' is missing",
  'ancestor-mismatch': 'no source matches an ancestor',
  'opaque-ancestor': 'no source matches an opaque origin',
  'duplicate-name': "the name is taken and 'allow-duplicates' is missing",
  'name-mismatch': 'no name matches',
  'trusted-type-required': 'the sink needs a trusted type',
  'webrtc-blocked': "'allow' is missing",
}

/** Makes the command. */
export function checkCommand({ host, finish }: CommandContext): Command {
  const command = new Command('check')
    .summary('decide what a policy allows')
    .description('Print what a browser does with each check under a policy, one line for each.')
    .argument('<policy>', POLICIES_HELP)
    .argument('[checks...]', 'what to decide: a URL to connect to, or <kind>=<value>')
  return addCheckOptions(command)
    .addOption(
      new Option(
        '--expect <answer>',
        'the answer that checks should have (default: allowed)',
      ).choices(['allowed', 'blocked']),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', CHECK_HELP + EXAMPLES)
    .action(async (policy: string, checks: readonly string[], options: Options) => {
      finish(await runCheck(policy, { checks, options, host }))
    })
}

const EXAMPLES = exampleHelp(
  `cusp check "default-src 'self'" https://api.example/ inline-script eval`,
  'cusp check ./policy.js#policy /api --self https://shop.example',
  'cusp check ./policy.js script=/app.js --nonce NONCE',
  'cusp check policy.txt https://evil.example --expect blocked',
  'cusp check policy.txt --checks checks.json',
  "cusp check 'dist/**/*.html' inline-script --expect blocked",
  'curl -sI https://shop.example | cusp check - image=/logo.png --json',
)

/** Decides each check and prints a line for it. The exit code is 1 if an answer is unexpected. */
async function runCheck(policy: string, { checks, options, host }: Asked): Promise<ExitCode> {
  if (policy !== '-' && (await isFolder(policy, host))) {
    return runFolder(policy, { checks, options, host })
  }
  const reading = await readPolicy(policy, host)
  const answers = await answer(reading, { checks, options, host })
  if (options.json === true) host.stdout.write(toJSON(answers.map(asData)))
  else {
    writeNotes(host, [...reading.notes, ...mistakesIn(reading.policies)])
    host.stdout.write(writeLines(answers, pageOf(host.stdout, host.env)))
  }
  return answers.every(isExpected) ? EXIT.ok : EXIT.found
}

/** Prints a table of a folder's policies. A file that is not read fails as an answer does. */
async function runFolder(folder: string, asked: Asked): Promise<ExitCode> {
  const { options, host } = asked
  const readings = await readWithProgress(folder, host)
  const rows: FolderAnswers[] = []
  for (const { file, places, problem } of readings) {
    if (problem !== undefined) rows.push({ file, place: '', answers: [], problem })
    for (const place of places) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as the files are read
      rows.push({ file, place: place.place, answers: await answer(place, asked) })
    }
  }
  host.stdout.write(
    options.json === true
      ? toJSON(rows.map(({ answers, ...row }) => ({ ...row, answers: answers.map(asData) })))
      : writeFolderAnswers(rows, pageOf(host.stdout, host.env)),
  )
  const isFine = rows.every(
    ({ answers, problem }) => problem === undefined && answers.every(isExpected),
  )
  return isFine ? EXIT.ok : EXIT.found
}

/** Asks every check of some policies. */
async function answer(
  { policies }: Pick<PolicyReading, 'policies'>,
  { checks, options, host }: Asked,
): Promise<readonly Answer[]> {
  const named = await readChecks(checks, { options, host, policies })
  if (named.length === 0) {
    throw new UsageError(
      'Cannot check the policy: there are no checks. Add a URL or another check: cusp check <policy> https://api.example/',
    )
  }
  const decider = compile(policies, decideOptions(options))
  return named.map(({ label, check, expect = options.expect }) => ({
    label,
    decision: decider.decide(check),
    expect: expect ?? 'allowed',
    isExpectWritten: expect !== undefined,
  }))
}

/** The answers of one place of a file, or why it is not read. */
interface FolderAnswers {
  readonly file: string
  readonly place: string
  readonly answers: readonly Answer[]
  readonly problem?: string
}

/** Writes a line for each place, and a column for each check. */
function writeFolderAnswers(rows: readonly FolderAnswers[], page: Page): string {
  const columns = rows.find(({ answers }) => answers.length > 0)?.answers ?? []
  const lines = rows.map(({ file, place, answers, problem }): TableRow => {
    const cells = answers.map((one) => verdictOf(one.decision) + markOf(one))
    return { file, place, cells, problem }
  })
  return writeTable(lines, { columns: columns.map(({ label }) => shorten(label, WIDEST)), page })
}

function isExpected({ decision, expect }: Answer): boolean {
  return decision.allowed === (expect === 'allowed')
}

/** An answer as `--json` prints it. */
function asData({ label, decision, expect }: Answer): object {
  const { check, allowed, results } = decision
  return { label, verdict: verdictOf(decision), allowed, expect, check, results }
}

/** One line of the answer. */
interface Row {
  readonly verdict: Verdict
  readonly label: string
  readonly reason: string
  /** What was expected in its place. */
  readonly mark: string
}

/** Labels up to this length are padded to one width. */
const WIDEST = 60
const VERDICT_WIDTH = 'reported'.length

function writeLines(answers: readonly Answer[], page: Page): string {
  const rows = answers.map((one) => ({
    verdict: verdictOf(one.decision),
    label: escapeLine(one.label),
    reason: escapeLine(reasonOf(one.decision)),
    mark: markOf(one),
  }))
  const fitting = page.isTerminal ? fit(rows, page.width) : rows
  // A few long labels do not push the answers of all others out of sight.
  const width = longest(fitting.map(({ label }) => label).filter(({ length }) => length <= WIDEST))
  return fitting
    .map(({ verdict, label, reason, mark }) => {
      const shown = page.paint(COLOURS[verdict], verdict.padEnd(VERDICT_WIDTH))
      const end = page.paint('dim', reason) + (mark === '' ? '' : page.paint('red', mark))
      return `${shown}  ${label.padEnd(width)}  ${end}\n`
    })
    .join('')
}

/** Makes rows fit into lines: cuts the effective directive first, then the middle of the label. */
function fit(rows: readonly Row[], width: number): readonly Row[] {
  const room = width - VERDICT_WIDTH - 4 - longest(rows.map(({ mark }) => mark))
  const needed = longest(rows.map(({ reason }) => reason)) + longest(rows.map(({ label }) => label))
  if (needed <= room) return rows
  const reasons = rows.map(({ reason }) => reason.replace(/^.* → /, ''))
  const most = Math.max(16, room - longest(reasons))
  return rows.map(({ verdict, label, mark }, index) => {
    return { verdict, label: shorten(label, most), reason: reasons[index] ?? '', mark }
  })
}

function markOf(answered: Answer): string {
  const { isExpectWritten, expect } = answered
  return isExpectWritten && !isExpected(answered) ? `  expected: ${expect}` : ''
}

function verdictOf({ allowed, results }: Decision): Verdict {
  if (!allowed) return 'blocked'
  return results.some(({ violated }) => violated) ? 'reported' : 'allowed'
}

/** The directive that decides, and the source that matches or the reason why none does. */
function reasonOf({ results }: Decision): string {
  const result = results.find(blocks) ?? results.find(({ violated }) => violated) ?? results[0]
  if (result === undefined) return 'there is no policy'
  const { directive, expression, reason, effectiveDirective, policy, violated } = result
  const because = REASONS[reason]
  const text = violated ? because : (expression ?? because)
  const index = results.length > 1 ? ` (policy ${policy + 1})` : ''
  if (directive === null) return `${text}${index}`
  const effective = effectiveDirective === directive ? '' : `${effectiveDirective ?? ''} → `
  return `${effective}${directive}: ${text}${index}`
}

function blocks({ violated, disposition }: PolicyResult): boolean {
  return violated && disposition === 'enforce'
}
