/** Weaknesses of lists: what loads from, goes to or frames the page from anywhere. */

import type { AuditContext } from './context.ts'
import { culpritOf, has, operativeSources } from './context.ts'
import type { AuditFinding, FindingId } from './finding.ts'
import { makeFinding } from './finding.ts'
import type { RequestCheck } from '../check/check.ts'
import type { URLArea } from '../rules/rules.ts'
import { URL_AREAS } from '../rules/rules.ts'
import { exampleURL } from '../witness/example-url.ts'
import type { SourceExpression } from '../sources/source-expression.ts'

/**
 * What may come from anywhere: the weakness, and schemes that are as good as any host beside http
 * and https.
 */
type Row = readonly [id: FindingId, effectiveDirective: string, ...schemes: readonly string[]]

const NETWORK = ['http', 'https']

const ROWS: readonly Row[] = [
  ['any-object', 'object-src', 'data'],
  ['any-ancestor', 'frame-ancestors'],
  ['any-form-target', 'form-action'],
  ['any-connection', 'connect-src', 'ws', 'wss'],
  ['any-frame', 'frame-src', 'data'],
  ['any-style', 'style-src-elem', 'data'],
]
/** Workers follow child-src and then script-src. */
const WORKER_ROW: Row = ['any-worker', 'worker-src', 'data', 'blob']

/** Finds what any host may serve, receive or frame, scripts left out. */
export function findOpenLists(context: AuditContext): readonly AuditFinding[] {
  return [...ROWS.flatMap((row) => findAnyHost(row, context)), ...findOpenWorkers(context)]
}

/** Finds scripts from any host. */
export function findOpenScripts(context: AuditContext): readonly AuditFinding[] {
  return findAnyHost(['any-script-host', 'script-src-elem'], context)
}

/** Finds what may be moved to any host by `<base>`. */
export function findOpenBase(id: FindingId, context: AuditContext): readonly AuditFinding[] {
  return findAnyHost([id, 'base-uri', 'data'], context)
}

/** One finding for each source that means any host, or one for the directive that is absent. */
function findAnyHost(
  [id, effectiveDirective, ...schemes]: Row,
  context: AuditContext,
): readonly AuditFinding[] {
  const { enforced, attacker } = context
  const { chain, checkFor } = areaOf(effectiveDirective)
  const findings: AuditFinding[] = []
  for (const { directive, expression } of operativeSources(chain, context)) {
    if (!meansAnyHost(expression, [...NETWORK, ...schemes])) continue
    const url = anyURL(expression, context)
    if (url === undefined) continue
    const witness = checkFor(url)
    if (!enforced.allows(witness)) continue
    const value = expression.text
    findings.push(makeFinding(id, { directive, value, witness, because: has(directive, value) }))
  }
  if (findings.length > 0) return findings
  const witness = checkFor(`https://${attacker}/`)
  return enforced.allows(witness)
    ? [makeFinding(id, { ...culpritOf(witness, context), witness })]
    : []
}

function areaOf(effectiveDirective: string): URLArea {
  return URL_AREAS.find((area) => area.effectiveDirective === effectiveDirective) as URLArea
}

/** `*`, a bare scheme, any host, and a wildcard right under a top-level domain. */
function meansAnyHost(expression: SourceExpression, schemes: readonly string[]): boolean {
  if (expression.kind === 'star') return true
  if (expression.kind === 'scheme') return schemes.includes(expression.scheme)
  return expression.kind === 'host' && /^\*(?:\.[^.]+)?$/.test(expression.host)
}

function anyURL(
  expression: SourceExpression,
  { attacker, self }: AuditContext,
): string | undefined {
  if (expression.kind === 'host' && expression.host !== '*') {
    return exampleURL(
      { ...expression, host: `attacker${expression.host.slice(1)}` },
      { host: '', self },
    )
  }
  return exampleURL(expression, { host: attacker, self })
}

/** Workers are worth a word where scripts do not load from the same place. */
function findOpenWorkers(context: AuditContext): readonly AuditFinding[] {
  return findAnyHost(WORKER_ROW, context).filter(({ witness }) => {
    const { url } = witness as RequestCheck
    return !context.enforced.allows({ type: 'request', destination: 'script', url })
  })
}
