/** Weaknesses of lists: what loads from, goes to or frames the page from anywhere. */

import type { AuditContext } from './context.ts'
import { culpritOf, operativeSources } from './context.ts'
import type { AuditFinding, WeakValue } from './finding.ts'
import type { FindingId } from './weaknesses.ts'
import { makeFinding, makeFindings } from './finding.ts'
import type { Check } from '../check/check.ts'
import type { URLArea } from '../rules/rules.ts'
import { URL_AREAS } from '../rules/rules.ts'
import { exampleURL } from '../witness/example-url.ts'
import { serializeOrigin } from '../url/url.ts'
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
/** What a page can run as a worker without a server, by scheme. */
const WORKER_URLS: ReadonlyMap<string, (origin: string) => string> = new Map([
  ['data', () => 'data:text/javascript,postMessage(origin)'],
  ['blob', (origin: string) => `blob:${origin}/1`],
])

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

/** One finding for the sources that mean any host, or one for the directive that is absent. */
function findAnyHost(
  [id, effectiveDirective, ...schemes]: Row,
  context: AuditContext,
): readonly AuditFinding[] {
  const { attacker } = context
  const { chain, checkFor } = areaOf(effectiveDirective)
  const weak: WeakValue[] = []
  for (const { directive, expression } of operativeSources(chain, context)) {
    if (!meansAnyHost(expression, [...NETWORK, ...schemes])) continue
    const url = anyURL(expression, context)
    if (url === undefined) continue
    const witness = checkFor(url)
    if (context.allows(witness)) weak.push({ directive, value: expression.text, witness })
  }
  if (weak.length > 0) return makeFindings(id, weak)
  const witness = checkFor(`https://${attacker}/`)
  return context.allows(witness)
    ? [makeFinding(id, { ...culpritOf(witness, context), witness })]
    : []
}

function areaOf(effectiveDirective: string): URLArea {
  return URL_AREAS.find((area) => area.effectiveDirective === effectiveDirective) as URLArea
}

/**
 * Names that no registry gives away, so that nobody else has a host under them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761 and https://www.rfc-editor.org/rfc/rfc6762#appendix-G
 */
const OWN_NETWORK: ReadonlySet<string> = new Set([
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localhost',
  'private',
  'test',
])

/** `*`, a bare scheme, any host, and a wildcard right under a top-level domain. */
function meansAnyHost(expression: SourceExpression, schemes: readonly string[]): boolean {
  if (expression.kind === 'star') return true
  if (expression.kind === 'scheme') return schemes.includes(expression.scheme)
  if (expression.kind !== 'host') return false
  const wildcard = /^\*(?:\.([^.]+))?$/.exec(expression.host)
  return wildcard !== null && !OWN_NETWORK.has(wildcard[1] ?? '')
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

/**
 * Workers of data: and blob: URLs, where scripts do not load from there. HTML forbids those of
 * another origin, whatever a policy says.
 *
 * @see
 *   https://html.spec.whatwg.org/multipage/workers.html#dedicated-workers-and-the-worker-interface
 */
function findOpenWorkers(context: AuditContext): readonly AuditFinding[] {
  const { chain } = areaOf('worker-src')
  const weak: WeakValue[] = []
  for (const { directive, expression } of operativeSources(chain, context)) {
    if (expression.kind !== 'scheme') continue
    const witness = workerOf(expression.scheme, context)
    if (witness === undefined || !isLetThroughBy(witness, directive, context)) continue
    weak.push({ directive, value: expression.text, witness })
  }
  if (weak.length > 0) return makeFindings('any-worker', weak)
  const witness = workerOf('data', context)
  const isUnrestricted =
    witness !== undefined &&
    context.enforced.evaluate(witness).every(({ reason }) => reason === 'no-directive')
  return isUnrestricted
    ? [makeFinding('any-worker', { ...culpritOf(witness, context), witness })]
    : []
}

/** A worker of the scheme that may run, from where no script may load. */
function workerOf(scheme: string, context: AuditContext): Check | undefined {
  const url = WORKER_URLS.get(scheme)
  if (url === undefined) return undefined
  const text = url(context.self === null ? 'null' : serializeOrigin(context.self))
  const witness: Check = { type: 'request', destination: 'worker', url: text }
  const isNews = !context.allows({ type: 'request', destination: 'script', url: text })
  return isNews && context.allows(witness) ? witness : undefined
}

/** Whether a source of the directive matches it: 'strict-dynamic' lets any worker through. */
function isLetThroughBy(check: Check, directive: string, { enforced }: AuditContext): boolean {
  return enforced
    .evaluate(check)
    .some(({ reason, asked }) => reason === 'url-matches' && asked.directive?.name === directive)
}
