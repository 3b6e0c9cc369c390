/** `cusp check`: one line for each decision. */

import type { Decision, PolicyResult, Reason } from '@cusp/engine'
import { compile } from '@cusp/engine'
import type { Host } from './host.ts'
import type { Page } from './layout.ts'
import { longest, pageOf, shorten } from './layout.ts'
import type { CheckOptions, NamedCheck } from './read-check.ts'
import { decideOptions, readChecks } from './read-check.ts'
import { readPolicy } from './read-policy.ts'
import { toJSON, writeNote } from './write.ts'
import { EXIT, UsageError } from './usage-error.ts'

/** What `cusp check` is told. */
export interface CheckCommandOptions extends CheckOptions {
  readonly expect: 'allowed' | 'blocked'
  readonly json?: boolean | undefined
}

interface Context {
  readonly checks: readonly string[]
  readonly options: CheckCommandOptions
  readonly host: Host
}

interface Answer {
  readonly label: string
  readonly decision: Decision
}

/** Reasons in words; those that are not here say themselves what they mean. */
const REASONS: ReadonlyMap<Reason, string> = new Map<Reason, string>([
  ['not-applicable', 'no directive is asked'],
  ['no-directive', 'no directive governs it'],
  ['top-level', 'no page embeds it'],
  ['nothing-allowed', 'it allows nothing'],
  ['invalid-url', 'that is no URL'],
  ['url-mismatch', 'no source matches'],
  ['parser-inserted', "'strict-dynamic' wants a nonce or hash"],
  ['inline-blocked', 'no source matches'],
  ['eval-blocked', "no 'unsafe-eval'"],
  ['wasm-blocked', "no 'wasm-unsafe-eval'"],
  ['ancestor-mismatch', 'no source matches'],
  ['name-mismatch', 'no name matches'],
])

/** `reported`: a report-only policy forbids it, which blocks nothing. */
type Verdict = 'allowed' | 'blocked' | 'reported'

/**
 * Decides each check and prints a line for it; 1 where an answer is not the expected one.
 *
 * @throws UsageError for a policy or check that cannot be read
 */
export async function checkCommand(
  policy: string,
  { checks, options, host }: Context,
): Promise<number> {
  const reading = await readPolicy(policy, host)
  const named = await readChecks(checks, options, host)
  if (named.length === 0) {
    throw new UsageError(
      `Cannot check the policy: nothing is asked, expected checks behind it: cusp check <policy> https://api.example/`,
    )
  }
  const decider = compile(reading.policies, decideOptions(options))
  const answers = named.map(({ label, check }: NamedCheck) => ({
    label,
    decision: decider.decide(check),
  }))
  if (options.json === true) host.stdout.write(toJSON(answers.map(asData)))
  else {
    writeNote(host, reading.note)
    host.stdout.write(writeLines(answers, pageOf(host.stdout, host.env)))
  }
  const isExpected = answers.every(
    ({ decision }) => decision.allowed === (options.expect === 'allowed'),
  )
  return isExpected ? EXIT.ok : EXIT.found
}

/** An answer as `--json` prints it. */
function asData({ label, decision }: Answer): object {
  const { check, allowed, results } = decision
  return { label, verdict: verdictOf(decision), allowed, check, results }
}

/** Labels up to this length stand in a column. */
const WIDEST = 60

function writeLines(answers: readonly Answer[], page: Page): string {
  const whole = answers.map(({ decision }) => reasonOf(decision))
  const room = page.width - 'reported'.length - 4
  const fits = longest(whole) + longest(answers.map(({ label }) => label)) <= room
  const isCut = page.isTerminal && !fits
  const reasons = isCut ? whole.map((reason) => reason.replace(/^.* → /, '')) : whole
  const most = isCut ? Math.max(16, room - longest(reasons)) : Infinity
  const labels = answers.map(({ label }) => shorten(label, most))
  // A few long ones do not move the answers to all others out of sight.
  const width = longest(labels.filter(({ length }) => length <= WIDEST))
  return answers
    .map(({ decision }, index) => {
      const verdict = paintVerdict(verdictOf(decision), page)
      const label = (labels[index] as string).padEnd(width)
      return `${verdict}  ${label}  ${page.paint('dim', reasons[index] as string)}\n`
    })
    .join('')
}

function verdictOf({ allowed, results }: Decision): Verdict {
  if (!allowed) return 'blocked'
  return results.some(({ violated }) => violated) ? 'reported' : 'allowed'
}

function paintVerdict(verdict: Verdict, { paint }: Page): string {
  const colours = { allowed: 'green', blocked: 'red', reported: 'yellow' } as const
  return paint(colours[verdict], verdict.padEnd('reported'.length))
}

/** The directive that decides, and what in it does or why nothing does. */
function reasonOf({ results }: Decision): string {
  const result = results.find(blocks) ?? results.find(({ violated }) => violated) ?? results[0]
  if (result === undefined) return 'no policy'
  const { directive, expression, reason, effectiveDirective, policy, violated } = result
  const because = REASONS.get(reason) ?? reason.replaceAll('-', ' ')
  const words = violated ? because : (expression ?? because)
  const index = results.length > 1 ? ` (policy ${policy + 1})` : ''
  if (directive === null) return `${words}${index}`
  const asked = effectiveDirective === directive ? '' : `${effectiveDirective ?? ''} → `
  return `${asked}${directive}: ${words}${index}`
}

function blocks({ violated, disposition }: PolicyResult): boolean {
  return violated && disposition === 'enforce'
}
