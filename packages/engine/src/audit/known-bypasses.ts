/**
 * Places known to serve JSONP or script gadgets, from Google's CSP Evaluator. This module alone loads that package, and
 * only `audit` loads this module: see docs/decisions/008-csp-evaluator.md.
 *
 * @see https://github.com/google/csp-evaluator
 */

import { URLS as GADGETS } from 'csp_evaluator/dist/allowlist_bypasses/angular.js'
import { NEEDS_EVAL, URLS as JSONP } from 'csp_evaluator/dist/allowlist_bypasses/jsonp.js'

/** One known place. */
export interface KnownBypass {
  /** Starts with `//`. */
  readonly url: string
  readonly host: string
  readonly kind: 'JSONP' | 'a script gadget (AngularJS)'
  /** Whether it helps only where eval is allowed. */
  readonly needsEval: boolean
}

/** All known places by host. */
export const KNOWN_BYPASSES: ReadonlyMap<string, readonly KnownBypass[]> = byHost([
  ...JSONP.map((url) => makeBypass(url, 'JSONP')),
  ...GADGETS.map((url) => makeBypass(url, 'a script gadget (AngularJS)')),
])

function makeBypass(url: string, kind: KnownBypass['kind']): KnownBypass {
  const host = url.split('/')[2] as string
  return { url, host, kind, needsEval: kind === 'JSONP' && NEEDS_EVAL.includes(host) }
}

function byHost(bypasses: readonly KnownBypass[]): ReadonlyMap<string, readonly KnownBypass[]> {
  const hosts = new Map<string, KnownBypass[]>()
  for (const bypass of bypasses) {
    const others = hosts.get(bypass.host)
    if (others === undefined) hosts.set(bypass.host, [bypass])
    else others.push(bypass)
  }
  return hosts
}
