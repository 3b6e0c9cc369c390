/** Weaknesses of lists: what loads from, goes to or frames the page from anywhere. */

import type { AuditContext } from './context.ts'
import { culpritOf, has, operativeSources } from './context.ts'
import type { AuditFinding, FindingId } from './finding.ts'
import { makeFinding } from './finding.ts'
import type { Check, RequestCheck } from '../check/check.ts'
import { exampleURL } from '../witness/example-url.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { SourceExpression } from '../sources/source-expression.ts'

/** What may come from anywhere. */
interface AnyHostRule {
  readonly id: FindingId
  readonly effectiveDirective: string
  /** Schemes that are as good as any host, beside http and https. */
  readonly schemes?: readonly string[]
  readonly makeCheck: (url: string) => Check
}

const NETWORK = ['http', 'https']

const RULES: readonly AnyHostRule[] = [
  {
    id: 'any-object',
    effectiveDirective: 'object-src',
    schemes: ['data'],
    makeCheck: (url) => ({ type: 'request', destination: 'object', url }),
  },
  {
    id: 'any-ancestor',
    effectiveDirective: 'frame-ancestors',
    makeCheck: (url) => ({ type: 'frame-ancestors', ancestors: [url.split('/', 3).join('/')] }),
  },
  {
    id: 'any-form-target',
    effectiveDirective: 'form-action',
    makeCheck: (url) => ({ type: 'form-action', url }),
  },
  {
    id: 'any-connection',
    effectiveDirective: 'connect-src',
    schemes: ['ws', 'wss'],
    makeCheck: (url) => ({ type: 'request', destination: '', url }),
  },
  {
    id: 'any-frame',
    effectiveDirective: 'frame-src',
    schemes: ['data'],
    makeCheck: (url) => ({ type: 'request', destination: 'iframe', url }),
  },
  {
    id: 'any-style',
    effectiveDirective: 'style-src-elem',
    schemes: ['data'],
    makeCheck: (url) => ({ type: 'request', destination: 'style', url }),
  },
]

const SCRIPT_RULE: AnyHostRule = {
  id: 'any-script-host',
  effectiveDirective: 'script-src-elem',
  makeCheck: (url) => ({ type: 'request', destination: 'script', url }),
}

const BASE_RULE: Omit<AnyHostRule, 'id'> = {
  effectiveDirective: 'base-uri',
  schemes: ['data'],
  makeCheck: (url) => ({ type: 'base-uri', url }),
}

/** Workers follow child-src and then script-src. */
const WORKER_RULE: AnyHostRule = {
  id: 'any-worker',
  effectiveDirective: 'worker-src',
  schemes: ['data', 'blob'],
  makeCheck: (url) => ({ type: 'request', destination: 'worker', url }),
}

/** Finds what any host may serve, receive or frame, scripts left out. */
export function findOpenLists(context: AuditContext): readonly AuditFinding[] {
  return [...RULES.flatMap((rule) => findAnyHost(rule, context)), ...findOpenWorkers(context)]
}

/** Finds scripts from any host. */
export function findOpenScripts(context: AuditContext): readonly AuditFinding[] {
  return findAnyHost(SCRIPT_RULE, context)
}

/** Finds what may be moved to any host by `<base>`. */
export function findOpenBase(id: FindingId, context: AuditContext): readonly AuditFinding[] {
  return findAnyHost({ ...BASE_RULE, id }, context)
}

/** One finding for each source that means any host, or one for the directive that is absent. */
function findAnyHost(rule: AnyHostRule, context: AuditContext): readonly AuditFinding[] {
  const { id, effectiveDirective, schemes = [], makeCheck } = rule
  const findings: AuditFinding[] = []
  const chain = getFetchDirectiveFallbackList(effectiveDirective)
  for (const { directive, expression } of operativeSources(chain, context)) {
    if (!meansAnyHost(expression, [...NETWORK, ...schemes])) continue
    const url = anyURL(expression, context)
    if (url === undefined) continue
    const witness = makeCheck(url)
    if (!context.judge.allows(witness)) continue
    const value = expression.text
    findings.push(makeFinding(id, { directive, value, witness, because: has(directive, value) }))
  }
  if (findings.length > 0) return findings
  const witness = makeCheck(`https://${context.attacker}/`)
  return context.judge.allows(witness)
    ? [makeFinding(id, { ...culpritOf(witness, context), witness })]
    : []
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
  return findAnyHost(WORKER_RULE, context).filter(({ witness }) => {
    const { url } = witness as RequestCheck
    return !context.judge.allows({ type: 'request', destination: 'script', url })
  })
}
