/** `cusp audit`: weaknesses with their proof, and what browsers ignore. */

import type { AuditFinding, Severity, SupportReport } from '@cusp/engine'
import { audit, support } from '@cusp/engine'
import { describeWitness } from './describe-witness.ts'
import type { Host } from './host.ts'
import type { Page, Style } from './layout.ts'
import { count, pageOf, wrap } from './layout.ts'
import { decideOptions } from './read-check.ts'
import type { PolicyReading } from './read-policy.ts'
import { readPolicy } from './read-policy.ts'
import { resolveBrowsers } from './resolve-browsers.ts'
import { toSarif } from './sarif.ts'
import { toJSON, writeNote } from './write.ts'
import { writeSupport } from './write-support.ts'
import { EXIT } from './usage-error.ts'

/** What `cusp audit` is told. */
export interface AuditCommandOptions {
  readonly failOn: Severity | 'none'
  /** A browserslist query; true for the project's own. */
  readonly browsers?: string | true | undefined
  readonly self?: string | undefined
  readonly json?: boolean | undefined
  readonly sarif?: boolean | undefined
}

interface Context {
  readonly options: AuditCommandOptions
  readonly host: Host
}

interface Audited {
  readonly reading: PolicyReading
  readonly findings: readonly AuditFinding[]
  readonly report: SupportReport | undefined
}

/** Worst first. */
const SEVERITIES: readonly (Severity | 'none')[] = ['high', 'medium', 'low', 'info']
const STYLES: Readonly<Record<Severity, Style>> = {
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
}

/**
 * Prints every weakness; 1 where one is as severe as `--fail-on`.
 *
 * @throws UsageError for a policy or browsers that cannot be read
 */
export async function auditCommand(
  policy: string | undefined,
  { options, host }: Context,
): Promise<number> {
  const reading = await readPolicy(policy, host)
  const findings = audit(reading.policies, decideOptions(options))
  const targets = await resolveBrowsers(options.browsers, host)
  const report = targets === undefined ? undefined : support(reading.policies, targets)
  host.stdout.write(write({ reading, findings, report }, { options, host }))
  const least = SEVERITIES.indexOf(options.failOn)
  const isFailing = findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= least)
  return isFailing ? EXIT.found : EXIT.ok
}

function write({ reading, findings, report }: Audited, { options, host }: Context): string {
  if (options.sarif === true) return toJSON(toSarif(findings, { reading, cwd: host.cwd }))
  if (options.json === true) {
    return toJSON({ findings, ...(report === undefined ? {} : { browsers: report }) })
  }
  writeNote(host, reading.note)
  const page = pageOf(host.stdout, host.env)
  const browsers = report === undefined ? '' : `\n${writeSupport(report, page)}`
  return writeFindings(findings, page) + browsers
}

function writeFindings(findings: readonly AuditFinding[], page: Page): string {
  if (findings.length === 0) return 'Nothing found.\n'
  const sections = findings.map((finding) => writeFinding(finding, page))
  return `${sections.join('\n')}\n${page.paint('bold', sumUp(findings))}\n`
}

/** Severity and name, the sentence, the fix and the proof. */
function writeFinding(finding: AuditFinding, page: Page): string {
  const { id, severity, directive, message, fix, witness } = finding
  const { paint, width } = page
  const head = `${paint(STYLES[severity], severity.padEnd(6))}  ${paint('bold', id)}  ${paint('dim', directive)}`
  const proof = witness === null ? [] : [row('proof', `allowed: ${describeWitness(witness)}`)]
  const lines = [wrap(message, width, 8), row('fix', fix), ...proof]
  return `${head}\n${lines.join('\n')}\n`

  function row(name: string, text: string): string {
    return `        ${paint('dim', name.padEnd(5))}  ${wrap(text, width, 15).slice(15)}`
  }
}

/** "2 high, 1 medium, 3 info". */
function sumUp(findings: readonly AuditFinding[]): string {
  const sums = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${severity}`]
  })
  return `${count(findings.length, 'finding')}: ${sums.join(', ')}`
}
