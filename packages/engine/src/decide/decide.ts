/**
 * What a browser does: asks every policy and collects the results. Only enforced policies block.
 *
 * @see https://w3c.github.io/webappsec-csp/
 */

import { isDelivery, isPolicy } from '@cusp/core'
import type { Check } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { CompiledPolicies, Page } from '../policy/compiled-policies.ts'
import { compilePolicies } from '../policy/compiled-policies.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import { readSelf } from '../url/url.ts'
import type { Decision } from './decision.ts'
import { decideOn } from './decision.ts'
import { checkOptions, DECIDE_OPTIONS } from './options.ts'

/** The circumstances of a decision. */
export interface DecideOptions {
  /**
   * The origin that `'self'` stands for, such as `https://shop.example`; null, the default, is an
   * opaque one.
   */
  readonly self?: string | null | undefined
  /** The browser that the decision agrees with. Default `engines`. */
  readonly dialect?: DialectName | Dialect | undefined
}

/** Policies that are compiled and decide. */
export interface Decider {
  /**
   * What a browser does with one thing.
   *
   * @throws CspError `ERR_CSP_CHECK` for a check of an unknown type
   */
  decide(check: Check): Decision
}

const compiled = new WeakMap<object, Map<Dialect, CompiledPolicies>>()

/**
 * Decides what a browser does with one request, inline script, eval …, under the policies of a
 * response.
 *
 * @param policies a Policy, a Delivery, records `{ value, disposition, source }` of raw text, or a
 *   list of any of these
 * @param check what is asked; facts that are left out have the defaults that their types name
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy; `ERR_CSP_CHECK` for a check of an
 *   unknown type, a bad `self` or an unknown dialect. Whatever policies, URLs and texts hold is
 *   answered, not thrown.
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { decide } from '@cusp/engine'
 *
 * const policy = csp().connectSrc(SELF, 'https://api.example.com')
 * const decision = decide(policy, { type: 'request', url: 'https://evil.example/' }, { self: 'https://shop.example' })
 * decision.allowed // => false
 * ```
 */
export function decide(policies: PolicyInput, check: Check, options: DecideOptions = {}): Decision {
  checkOptions(options, { action: 'decide', names: DECIDE_OPTIONS })
  const dialect = getDialect(options.dialect)
  return decideOn({ policies: compileOnce(policies, dialect), self: readSelf(options.self) }, check)
}

/**
 * Compiles policies once for many decisions, whose cost then does not grow with the length of their
 * lists.
 *
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as {@link decide} does
 * @example
 * ```ts
 * import { compile } from '@cusp/engine'
 *
 * const { decide } = compile({ value: "img-src 'self'" }, { self: 'https://shop.example' })
 * decide({ type: 'request', destination: 'image', url: 'https://shop.example/logo.png' }).allowed // => true
 * ```
 */
export function compile(policies: PolicyInput, options: DecideOptions = {}): Decider {
  checkOptions(options, { action: 'compile the policies', names: DECIDE_OPTIONS })
  const page: Page = {
    policies: compilePolicies(policies, getDialect(options.dialect)),
    self: readSelf(options.self),
  }
  return Object.freeze({ decide: (check: Check) => decideOn(page, check) })
}

/** Values never change, so what is compiled of them is remembered; lists and records may change. */
function compileOnce(input: PolicyInput, dialect: Dialect): CompiledPolicies {
  const known = compiled.get(input)?.get(dialect)
  if (known !== undefined) return known
  const all = compilePolicies(input, dialect)
  if (isPolicy(input) || isDelivery(input)) {
    const byDialect = compiled.get(input) ?? new Map<Dialect, CompiledPolicies>()
    byDialect.set(dialect, all)
    compiled.set(input, byDialect)
  }
  return all
}
