/**
 * Places known to serve JSONP or script gadgets, from Google's CSP Evaluator. This module alone
 * loads that package, and only `audit` loads this module: see docs/decisions/008-csp-evaluator.md.
 *
 * @see https://github.com/google/csp-evaluator
 */

import { URLS as GADGETS } from 'csp_evaluator/dist/allowlist_bypasses/angular.js'
import { NEEDS_EVAL, URLS as JSONP } from 'csp_evaluator/dist/allowlist_bypasses/jsonp.js'

import { suffixesOf } from '../url/url.ts'

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
const BY_HOST = groupBy(({ host }) => [host])
const BY_SUFFIX = groupBy(({ host }) => suffixesOf(host))
const NONE: readonly KnownBypass[] = []

/** The known places that a host-part may mean: a host, or a wildcard such as `*.example.com`. */
export function knownBypasses(hostPart: string): readonly KnownBypass[] {
  const known = hostPart.startsWith('*.') ? BY_SUFFIX.get(hostPart.slice(1)) : BY_HOST.get(hostPart)
  return known ?? NONE
}

function makeBypass(url: string, kind: KnownBypass['kind']): KnownBypass {
  const host = url.split('/')[2] as string
  return { url, host, kind, needsEval: kind === 'JSONP' && NEEDS_EVAL.includes(host) }
}

function groupBy(
  keysOf: (bypass: KnownBypass) => readonly string[],
): ReadonlyMap<string, readonly KnownBypass[]> {
  const groups = new Map<string, KnownBypass[]>()
  for (const bypass of ALL) {
    for (const key of keysOf(bypass)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [bypass])
      else group.push(bypass)
    }
  }
  return groups
}
