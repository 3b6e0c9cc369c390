/**
 * Subsumption: whether some policies are at least as strict as others, as Embedded Enforcement asks
 * it of a response.
 *
 * @see https://w3c.github.io/webappsec-cspee/#subsumption
 */

import type { DecideOptions } from '../decide/decide.ts'
import { enforcedPolicies } from '../decide/enforced.ts'
import { checkOptions, DECIDE_OPTIONS } from '../decide/options.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import { AREAS } from '../rules/rules.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import type { Sides } from './differences.ts'
import { differencesIn, TooManyPlacesError } from './differences.ts'

/**
 * Whether everything that `b` allows is allowed by `a` too: whether a response with `b` is as
 * strict as an embedder that requires `a` wants it.
 *
 * It follows Embedded Enforcement's definition, not its algorithm: it looks for something that `b`
 * allows and `a` blocks, by the rules with which `decide` answers in that dialect. Nonces are
 * compared (the algorithm takes any nonce for any other), and whoever requires
 * upgrade-insecure-requests or a sandbox wants it in the response. The answer is no where the lists
 * of several policies meet in more than 250 000 places, which are too many to try; it is never yes
 * in error.
 *
 * @param a the required policies
 * @param b those of the response
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does
 * @see https://w3c.github.io/webappsec-cspee/#subsumption
 * @example
 * ```ts
 * import { subsumes } from '@cusp/engine'
 *
 * subsumes({ value: 'img-src https:' }, { value: "default-src 'none'; img-src https://cdn.example" }) // => true
 * subsumes({ value: "script-src 'self'" }, { value: "script-src 'self' 'unsafe-inline'" }) // => false
 * ```
 */
export function subsumes(a: PolicyInput, b: PolicyInput, options: DecideOptions = {}): boolean {
  checkOptions(options, { action: 'compare', names: DECIDE_OPTIONS })
  const [before, after] = [enforcedPolicies(a, options), enforcedPolicies(b, options)]
  const isUpgradeKept =
    !before.page.policies.upgradesInsecureRequests || after.page.policies.upgradesInsecureRequests
  if (!isUpgradeKept || !isSandboxKept(a, b, options)) return false
  const sides = { before, after, sources: [], includesUnlikely: true, onlyWider: true }
  return AREAS.every((area) => !allowsMore(area, sides))
}

function allowsMore(area: (typeof AREAS)[number], sides: Sides): boolean {
  try {
    return differencesIn(area, sides).next().done !== true
  } catch (error) {
    if (error instanceof TooManyPlacesError) return true
    throw error
  }
}

function isSandboxKept(a: PolicyInput, b: PolicyInput, { dialect }: DecideOptions): boolean {
  const { flags } = sandboxFlags(b, { dialect })
  return sandboxFlags(a, { dialect }).flags.every((flag) => flags.includes(flag))
}
