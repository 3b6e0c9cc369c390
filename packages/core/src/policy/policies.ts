/** Policies by disposition, read into lists. */

import type { Policy } from '../model/policy.ts'
import { joinWords, show } from '../text.ts'
import type { CspError } from '../vocabulary/errors.ts'
import { refusal } from '../vocabulary/errors.ts'
import { suggest } from '../vocabulary/suggest.ts'
import { isPolicy } from './policy-value.ts'

/** Policies by disposition, one or several each. */
export interface Policies {
  /** What browsers enforce; several policies must all allow. Left out, nothing is enforced. */
  readonly enforce?: Policy | readonly Policy[]
  /** What browsers only report. */
  readonly reportOnly?: Policy | readonly Policy[] | undefined
}

/** The same as lists. */
export interface PolicyLists {
  readonly enforce: readonly Policy[]
  readonly reportOnly: readonly Policy[]
}

const KEYS = ['enforce', 'reportOnly'] as const

/** What people give in place of a policy, each with what to write instead. */
const MISREADINGS: readonly (readonly [test: (value: unknown) => boolean, fix: string])[] = [
  [(value) => typeof value === 'string', 'parsePolicy(text).policy'],
  [(value) => isPolicy(Object(value).policy), 'its property "policy"'],
  [(value) => 'directives' in Object(value), 'fromHelmet({ directives }) of @cusp/core/helmet'],
  [(value) => value instanceof Promise, 'the policy that it resolves to'],
]

/**
 * Reads policies by disposition into lists.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy, for a key that is neither `enforce`
 *   nor `reportOnly`, and for an `enforce` or an empty list that would enforce nothing without
 *   saying so
 */
export function listPolicies(policies: Policies): PolicyLists {
  if (typeof policies !== 'object' || policies === null || Array.isArray(policies)) {
    throw refuseInput(policies)
  }
  for (const key of Object.keys(policies)) checkKey(key, policies)
  const lists = { enforce: toList(policies, 'enforce'), reportOnly: toList(policies, 'reportOnly') }
  if (lists.enforce.length + lists.reportOnly.length === 0) throw refuseInput(policies)
  return lists
}

function refuseInput(input: unknown): CspError {
  const known = MISREADINGS.find(([test]) => test(input))?.[1]
  return refusal('ERR_CSP_INPUT', {
    action: `deliver ${show(input)}`,
    problem: 'it is not a policy, and it is not { enforce, reportOnly } with a policy',
    fix:
      known ?? (Array.isArray(input) ? '{ enforce: […] }' : 'a policy or { enforce, reportOnly }'),
    value: input,
  })
}

function checkKey(key: string, policies: object): void {
  if ((KEYS as readonly string[]).includes(key)) return
  if (!KEYS.some((known) => known in policies)) throw refuseInput(policies)
  throw refusal('ERR_CSP_INPUT', {
    action: `deliver ${show(policies)}`,
    problem: `${show(key)} is not one of its keys`,
    fix: suggest(key, KEYS) ?? joinWords(KEYS, 'or'),
    value: policies,
  })
}

function toList(policies: Policies, key: keyof Policies): readonly Policy[] {
  const value: unknown = policies[key]
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const isAbsent = value === undefined && (key === 'reportOnly' || !(key in policies))
  if (isAbsent) return Object.freeze([])
  if (list.length === 0 || value === undefined) {
    throw refusal('ERR_CSP_INPUT', {
      action: `deliver ${show(policies)}`,
      problem: `${key} is ${value === undefined ? 'undefined' : 'an empty list'}`,
      fix: `a policy, or leave ${key} out,`,
      value: policies,
    })
  }
  return Object.freeze(list.map((policy) => checkPolicy(policy, key)))
}

function checkPolicy(policy: unknown, key: keyof Policies): Policy {
  if (isPolicy(policy)) return policy
  throw refusal('ERR_CSP_INPUT', {
    action: `deliver ${show(policy)} as ${key}`,
    problem: 'it is not a policy',
    fix: MISREADINGS.find(([test]) => test(policy))?.[1] ?? 'one made with csp() or parsePolicy()',
    value: policy,
  })
}
