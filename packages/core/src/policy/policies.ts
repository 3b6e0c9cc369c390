/** Policies by disposition, read into lists. */

import { refusal } from '../vocabulary/errors.ts'
import type { Policy } from '../model/policy.ts'
import { isPolicy } from './policy-value.ts'
import { show } from '../text.ts'

/** Policies by disposition, one or several each. */
export interface Policies {
  /** What browsers enforce; several policies must all allow. */
  readonly enforce?: Policy | readonly Policy[] | undefined
  /** What browsers only report. */
  readonly reportOnly?: Policy | readonly Policy[] | undefined
}

/** The same as lists. */
export interface PolicyLists {
  readonly enforce: readonly Policy[]
  readonly reportOnly: readonly Policy[]
}

/**
 * Reads policies by disposition into lists.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy
 */
export function listPolicies(policies: Policies): PolicyLists {
  return { enforce: toList(policies, 'enforce'), reportOnly: toList(policies, 'reportOnly') }
}

function toList(policies: Policies, key: keyof Policies): readonly Policy[] {
  const value: unknown = Object(policies)[key]
  const list: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return Object.freeze(
    list.map((policy) => {
      if (isPolicy(policy)) return policy
      throw refusal('ERR_CSP_INPUT', {
        action: `deliver ${show(policy)} as ${key}`,
        problem: 'it is not a policy',
        fix: 'one made with csp() or parsePolicy(text).policy',
        value: policy,
      })
    }),
  )
}
