/** What is said of an input that is none: which of the shapes was meant, and how it is written. */

import { CspError } from '@cusp/core'
import { listPolicies, show, suggest } from '@cusp/core/internal'

/** The shapes that are the same for every response. */
export const STATIC_READINGS = 'a policy, a Delivery or { enforce, reportOnly }'
/** All shapes. */
export const READINGS =
  "a policy, a Delivery, { enforce, reportOnly }, helmet's { directives }, a function of the request, or nothing for strict()"

const KEYS = ['enforce', 'reportOnly', 'directives', 'useDefaults']

/** Shapes that people have at hand, each with what to write. */
const FIXES: readonly (readonly [key: string, fix: string])[] = [
  ['then', 'the policy that it resolves to, or a function that returns the promise,'],
  ['contentSecurityPolicy', 'what stands under contentSecurityPolicy'],
  ['meta', 'its header part, policy.splitForMeta().header,'],
]

/** Makes the error for an input. `readings` are the shapes that it may have. */
export function refuseInput(input: unknown, readings: string): CspError {
  checkForCore(input)
  const message = `Cannot make a policy of ${show(input)}: it is neither { enforce, reportOnly } with policies nor helmet's { directives }. Use ${findFix(input) ?? readings} instead.`
  return new CspError('ERR_CSP_INPUT', message, { value: input })
}

/** Makes the error for what a function returned, and what is not even an object. */
export function refuseResult(result: unknown): CspError {
  checkForCore(result)
  const message = `Cannot deliver what the function returned: ${show(result)} is not a policy. Return ${STATIC_READINGS} for every request. To send a response without a policy, call csp.remove().`
  return new CspError('ERR_CSP_INPUT', message, { value: result })
}

/** Throws the error of @cusp/core, which knows what is written instead of these. */
function checkForCore(input: unknown): void {
  const isParsed = 'policy' in Object(input)
  if (typeof input === 'string' || Array.isArray(input) || isParsed) {
    listPolicies(input as object)
  }
}

function findFix(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  const known = FIXES.find(([key]) => key in input)?.[1]
  if (known !== undefined) return known
  const near = Object.keys(input).flatMap((key) => suggest(key, KEYS) ?? [])
  return near.find((key) => !(key in input))
}
