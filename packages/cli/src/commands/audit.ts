/** `cusp audit`: weaknesses with their proofs, and what browsers ignore. */

import type { Check, Severity, SupportReport } from '@cusp/engine'
import { decide, explain, support } from '@cusp/engine'
import { Argument, Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import { resolveBrowsers } from '../read/browsers.ts'
import { decideOptions } from '../read/checks.ts'
import { isFolder } from '../read/folder.ts'
import type { PolicyReading } from '../read/policy.ts'
import { readPolicy } from '../read/policy.ts'
import type { Finding } from '../write/finding.ts'
import { toJSON, writeNotes } from '../write/output.ts'
import type { Page, Style } from '../write/page.ts'
import { count, pageOf, wrap } from '../write/page.ts'
import { toSarif } from '../write/sarif.ts'
import { writeSupport } from '../write/support.ts'
import type { Findings } from './audit-findings.ts'
import { findingsFor } from './audit-findings.ts'
import { auditFolder, writeFolder } from './audit-folder.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, selfOption } from './command.ts'

interface Options {
  readonly failOn: Severity | 'none'
  /** A browserslist query; true for the project's own. */
  readonly browsers?: string | true | undefined
  readonly self?: string | undefined
  readonly json?: boolean | undefined
  readonly sarif?: boolean | undefined
}

interface Audited extends Findings {
  readonly reading: PolicyReading
  readonly report: SupportReport | undefined
}

/** The worst first. */
const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low', 'info']
/** So many values a message names itself. */
const MOST_NAMED = 3
const STYLES: Readonly<Record<Severity, Style>> = {
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
}

const EXAMPLES = exampleHelp(
  `cusp audit "script-src 'self' https: 'unsafe-inline'"`,
  'curl -sI https://shop.example | cusp audit -',
  'cusp audit ./policy.js --browsers "defaults, safari 15"',
  'cusp audit policy.txt --fail-on high',
  'cusp audit policy.txt --sarif > cusp.sarif',
  "cusp audit 'dist/**/*.html'",
)
const BROWSERS_HELP = '\n\nWhat browsers ignore is listed and does not change the exit code.'

/** Makes the command. */
export function auditCommand({ host, finish }: CommandContext): Command {
  return new Command('audit')
    .summary('list the weaknesses of a policy')
    .description(
      'List the weaknesses of a policy. The proof of each is something that the policy allows.',
    )
    .addArgument(
      new Argument(
        '[policy]',
        'a policy, a file, a folder, a glob, ./policy.js#export; - or nothing for standard input',
      ),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for findings of this severity or worse')
        .choices([...SEVERITIES, 'none'])
        .default('medium'),
    )
    .option(
      '--browsers [query]',
      "also list what these browsers ignore: a browserslist query, or the project's own",
    )
    .addOption(selfOption())
    .option('--json', 'print JSON')
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, for code scanning').conflicts('json'))
    .addHelpText('after', EXAMPLES + BROWSERS_HELP)
    .action(async (policy: string | undefined, options: Options) => {
      finish(await runAudit(policy, { options, host }))
    })
}

/** Prints every weakness. The exit code is 1 if one is as severe as `--fail-on`. */
async function runAudit(
  policy: string | undefined,
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  if (policy !== undefined && (await isFolder(policy, host))) {
    return runFolder(policy, { options, host })
  }
  const reading = await readPolicy(policy, host)
  const found = findingsFor(reading, decideOptions(options))
  const targets = await resolveBrowsers(options.browsers, host)
  const report = targets === undefined ? undefined : support(reading.policies, targets)
  host.stdout.write(write({ ...found, reading, report }, { options, host }))
  const isFailing = found.findings.some(({ severity }) => isAsSevere(severity, options.failOn))
  return isFailing ? EXIT.found : EXIT.ok
}

/** Prints a table of a folder's policies. A file that is not read fails as a finding does. */
async function runFolder(
  folder: string,
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  if (options.sarif === true || options.browsers !== undefined) {
    const option = options.sarif === true ? '--sarif' : '--browsers'
    throw new UsageError(
      `Cannot audit ${JSON.stringify(folder)}: ${option} is not for a folder. Use one file.`,
    )
  }
  const rows = await auditFolder(folder, { options: decideOptions(options), host })
  const page = pageOf(host.stdout, host.env)
  host.stdout.write(
    options.json === true ? toJSON(rows) : writeFolder(rows, { page, severities: SEVERITIES }),
  )
  const isFailing = rows.some(
    ({ findings, problem }) =>
      (problem !== undefined && options.failOn !== 'none') ||
      findings.some(({ severity }) => isAsSevere(severity, options.failOn)),
  )
  return isFailing ? EXIT.found : EXIT.ok
}

function isAsSevere(severity: Severity, least: Severity | 'none'): boolean {
  return least !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least)
}

function write(
  { reading, findings, notes, report }: Audited,
  { options, host }: { readonly options: Options; readonly host: Host },
): string {
  if (options.sarif === true) return toJSON(toSarif(findings, { ...reading, cwd: host.cwd }))
  if (options.json === true) {
    return toJSON({ findings, ...(report === undefined ? {} : { browsers: report }) })
  }
  writeNotes(host, [...reading.notes, ...notes])
  const page = pageOf(host.stdout, host.env)
  const browsers = report === undefined ? '' : `\n${writeSupport(report, page)}`
  return writeFindings(findings, page) + browsers
}

function writeFindings(findings: readonly Finding[], page: Page): string {
  if (findings.length === 0) return 'No weaknesses found.\n'
  const sections = findings.map((finding) => writeFinding(finding, page))
  return `${sections.join('\n')}\n${page.paint('bold', sumUp(findings))}\n`
}

/** Writes the severity and the name, then the sentence, the fix and the proof. */
function writeFinding(finding: Finding, page: Page): string {
  const { id, severity, directive, message, fix, values = [], witness } = finding
  const { paint, width } = page
  const head = `${paint(STYLES[severity], severity.padEnd(6))}  ${paint('bold', id)}  ${paint('dim', directive)}`
  const proof = witness === null ? [] : [row('proof', `allowed: ${describeWitness(witness)}`)]
  // The message names the first three.
  const all = values.length <= MOST_NAMED ? [] : [row('all', values.join(', '))]
  const lines = [wrap(message, width, 8), ...all, row('fix', fix), ...proof]
  return `${head}\n${lines.join('\n')}\n`

  function row(name: string, text: string): string {
    return `        ${paint('dim', name.padEnd(5))}  ${wrap(text, width, 15).slice(15)}`
  }
}

/** "2 high, 1 medium, 3 info". */
function sumUp(findings: readonly Finding[]): string {
  const sums = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${severity}`]
  })
  return `${count(findings.length, 'finding')}: ${sums.join(', ')}`
}

/** Describes the check that proves a finding, such as "the script https://evil.example/". */
function describeWitness(check: Check): string {
  const [verdict = ''] = explain(decide([], check))
  // Without a policy everything is allowed: "Allowed: the script https://….".
  const subject = verdict.slice('Allowed: '.length, -1)
  const source = 'source' in check ? check.source : undefined
  return source === undefined ? subject : `${subject} ${source}`
}
