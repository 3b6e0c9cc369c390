/** Policies by disposition, read into lists. */

import { CspError } from './errors.ts'
import type { Policy } from './policy-type.ts'
import { isPolicy } from './policy.ts'
import { show } from './text.ts'

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
      const message = `Cannot deliver ${show(policy)} as ${key}: it is no policy, expected one made with csp() or parsePolicy()`
      throw new CspError('ERR_CSP_INPUT', message, { value: policy })
    }),
  )
}
