/**
 * Scripts and plug-in content that are trusted by where they come from, and the hosts known to
 * betray that trust.
 */

import type { AuditContext } from './context.ts'
import { operativeSources } from './context.ts'
import type { AuditFinding, WeakValue } from './finding.ts'
import type { FindingId } from './weaknesses.ts'
import { makeFindings } from './finding.ts'
import type { Check } from '../check/check.ts'
import { exampleURL } from '../witness/example-url.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import { knownBypasses } from './known-bypasses.ts'
import { addressOf } from './places.ts'

const SCRIPT_CHAIN = getFetchDirectiveFallbackList('script-src-elem')
const OBJECT_CHAIN = getFetchDirectiveFallbackList('object-src')

/** Finds allowed hosts that serve JSONP or a script gadget. */
export function findBypasses(
  context: AuditContext,
  { isEvalAllowed }: { readonly isEvalAllowed: boolean },
): readonly AuditFinding[] {
  const weak: WeakValue[] = []
  for (const { directive, expression } of operativeSources(SCRIPT_CHAIN, context)) {
    if (expression.kind !== 'host' || expression.host === '*') continue
    const found = knownBypasses(expression.host)
      .filter(({ needsEval }) => isEvalAllowed || !needsEval)
      .map(({ host, kind, ...place }) => ({
        host,
        kind,
        url: addressOf(place, expression, context),
      }))
      .find(({ url }) => url !== undefined && context.allows(script(url)))
    if (found?.url === undefined) continue
    const { host, kind } = found
    const note = `, and ${host} serves ${kind}`
    weak.push({ directive, value: expression.text, note, witness: script(found.url) })
  }
  return makeFindings('script-bypass', weak)
}

/** Finds scripts that are trusted by host: one finding a directive. */
export function findScriptAllowList(context: AuditContext): readonly AuditFinding[] {
  return findAllowedHosts('script-allow-list', { chain: SCRIPT_CHAIN, makeCheck: script }, context)
}

/** Finds plug-in content that is trusted by host: one finding a directive. */
export function findAllowedObjects(context: AuditContext): readonly AuditFinding[] {
  return findAllowedHosts('allowed-objects', { chain: OBJECT_CHAIN, makeCheck: object }, context)
}

function findAllowedHosts(
  id: FindingId,
  {
    chain,
    makeCheck,
  }: { readonly chain: readonly string[]; readonly makeCheck: (url: string) => Check },
  context: AuditContext,
): readonly AuditFinding[] {
  const { self, attacker } = context
  const weak: WeakValue[] = []
  for (const { directive, expression } of operativeSources(chain, context)) {
    // Any host at all is a finding of its own.
    if (expression.kind !== 'host' && expression.kind !== 'self') continue
    if (expression.kind === 'host' && expression.host === '*') continue
    const url = exampleURL(expression, { host: attacker, self })
    if (url === undefined || !context.allows(makeCheck(url))) continue
    weak.push({ directive, value: expression.text, witness: makeCheck(url) })
  }
  return makeFindings(id, weak)
}

function object(url: string): Check {
  return { type: 'request', destination: 'object', url }
}

function script(url: string): Check {
  return { type: 'request', destination: 'script', url }
}
