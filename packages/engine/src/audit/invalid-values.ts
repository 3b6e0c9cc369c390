/**
 * Values that are not valid: what browsers make of them, asked of the engine browser by browser.
 */

import type { Issue } from '@cusp/core'
import { asciiLowerCase, hasSources, joinWords } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import type { EnforcedPolicies } from '../decide/enforced.ts'
import { enforcedPolicies } from '../decide/enforced.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import { parseSourceExpression } from '../sources/source-expression.ts'
import type { AuditContext } from './context.ts'
import { distinctSources, operativeDirectives } from './context.ts'
import type { AuditFinding } from './finding.ts'
import { makeFinding, tellFinding } from './finding.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'

const BROWSERS: ReadonlyMap<DialectName, string> = new Map<DialectName, string>([
  ['chromium', 'Chromium'],
  ['firefox', 'Firefox'],
  ['webkit', 'Safari'],
])
const INLINE: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['script-src-elem', { type: 'inline', inline: 'script', source: 'alert(document.domain)' }],
  ['style-src-elem', { type: 'inline', inline: 'style', source: 'a { color: red }' }],
])

/** The finding about a value that is not valid: what is wrong, and what browsers do with it. */
export function findInvalidValue({ directive = '', value, message, fix }: Issue): AuditFinding {
  const reading =
    value === undefined || !hasSources(directive) ? '' : `; ${describeReadings(value)}`
  return tellFinding('invalid-value', { directive, value, message: `${message}${reading}`, fix })
}

/**
 * Finds hashes that are no base64: browsers that ignore them run the inline code that
 * 'unsafe-inline' allows, which others take the hash to forbid.
 */
export function findUndecodableHashes(
  context: AuditContext,
  policies: PolicyInput,
): readonly AuditFinding[] {
  const findings: AuditFinding[] = []
  for (const [effectiveDirective, check] of INLINE) {
    if (context.isRefused(check)) continue
    for (const directive of operativeDirectives(
      getFetchDirectiveFallbackList(effectiveDirective),
      context,
    )) {
      const hash = distinctSources(directive).find(({ text }) => isUndecodable(text))
      if (hash === undefined || context.allows(check)) continue
      const [dialect] = browsersThatAllow(check, policies, context)
      if (dialect === undefined) continue
      const { name } = directive
      const because = `${name} has 'unsafe-inline' and ${hash.text}, which is not a hash`
      findings.push(
        makeFinding('undecodable-hash', {
          directive: name,
          value: hash.text,
          witness: check,
          dialect,
          because,
        }),
      )
    }
  }
  return findings
}

function browsersThatAllow(
  check: Check,
  policies: PolicyInput,
  { enforced, selfText }: AuditContext,
): readonly DialectName[] {
  const wanted = enforced.policies.length > 0 ? 'enforce' : 'report'
  return [...BROWSERS.keys()].filter((dialect) => {
    const inBrowser: EnforcedPolicies = enforcedPolicies(
      policies,
      { self: selfText, dialect },
      wanted,
    )
    return inBrowser.policies.length > 0 && inBrowser.allows(check)
  })
}

/**
 * What browsers take a value for: "browsers ignore it", "Firefox takes it for a hash; Chromium and
 * Safari ignore it".
 */
function describeReadings(value: string): string {
  const byReading = new Map<string, string[]>()
  for (const [dialect, browser] of BROWSERS) {
    const expression = parseSourceExpression(value, { position: 0, dialect: getDialect(dialect) })
    const reading = describeReading(expression)
    byReading.set(reading, [...(byReading.get(reading) ?? []), browser])
  }
  return Array.from(byReading, ([reading, browsers]) => {
    const isPlural = browsers.length > 1
    const subject = browsers.length === BROWSERS.size ? 'browsers' : joinWords(browsers)
    if (reading === '') return `${subject} ${isPlural ? 'ignore' : 'ignores'} it`
    return `${subject} ${isPlural ? 'take' : 'takes'} it for ${reading}`
  }).join('; ')
}

function describeReading(expression: SourceExpression): string {
  switch (expression.kind) {
    case 'host': {
      const scheme = expression.scheme === null ? '' : `${expression.scheme}://`
      const port = expression.port === null ? '' : `:${expression.port}`
      return `the host ${scheme}${expression.host}${port}${expression.path}`
    }
    case 'hash':
      return "a hash, which makes 'unsafe-inline' void and matches nothing"
    case 'scheme':
      return `the scheme ${expression.scheme}:`
    case 'nonce':
      return 'a nonce'
    default:
      return ''
  }
}

function isUndecodable(text: string): boolean {
  if (!asciiLowerCase(text).startsWith("'sha")) return false
  const readings = ['spec', 'chromium'] as const
  const [draft, browser] = readings.map((dialect) =>
    parseSourceExpression(text, { position: 0, dialect: getDialect(dialect) }),
  )
  return draft?.kind === 'hash' && browser?.kind === 'invalid'
}
