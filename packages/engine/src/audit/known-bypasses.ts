/**
 * Places known to serve JSONP or script gadgets, from Google's CSP Evaluator. This module alone
 * loads that package, and only `audit` loads this module: see docs/decisions/008-csp-evaluator.md.
 *
 * @see https://github.com/google/csp-evaluator
 */

import { URLS as GADGETS } from 'csp_evaluator/dist/allowlist_bypasses/angular.js'
import { NEEDS_EVAL, URLS as JSONP } from 'csp_evaluator/dist/allowlist_bypasses/jsonp.js'

import { hostOf, indexPlaces } from './places.ts'

/** One known place. */
export interface KnownBypass {
  /** Starts with `//`. */
  readonly url: string
  readonly host: string
  readonly kind: 'JSONP' | 'a script gadget (AngularJS)'
  /** Whether it helps only where eval is allowed. */
  readonly needsEval: boolean
}

const ALL: readonly KnownBypass[] = [
  ...JSONP.map((url) => makeBypass(url, 'JSONP')),
  ...GADGETS.map((url) => makeBypass(url, 'a script gadget (AngularJS)')),
]

/** The known places that a host-part may mean: a host, or a wildcard such as `*.example.com`. */
export const knownBypasses: (hostPart: string) => readonly KnownBypass[] = indexPlaces(ALL)

function makeBypass(url: string, kind: KnownBypass['kind']): KnownBypass {
  const host = hostOf({ url })
  return { url, host, kind, needsEval: kind === 'JSONP' && NEEDS_EVAL.includes(host) }
}
