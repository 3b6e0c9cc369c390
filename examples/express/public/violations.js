// @ts-check
/// <reference lib="dom" />
/** The page's own securitypolicyviolation events. */

const PATIENCE = 500

/**
 * @type {readonly SecurityPolicyViolationEvent[]} filled by the inline script in the page's head
 */
const violations = Reflect.get(globalThis, 'violations')

/** @returns {number} how many there were so far */
export function countViolations() {
  return violations.length
}

/**
 * Waits a moment for a violation of the enforced policy. One of a report-only policy has blocked
 * nothing.
 *
 * @param {(violation: SecurityPolicyViolationEvent) => boolean} isWanted tells it from others
 * @param {number} since how many there were before
 * @returns {Promise<SecurityPolicyViolationEvent | undefined>} undefined where none came
 */
export async function waitForViolation(isWanted, since) {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const found = violations
      .slice(since)
      .find((violation) => violation.disposition !== 'report' && isWanted(violation))
    if (found !== undefined || performance.now() > deadline) return found
    // oxlint-disable-next-line no-await-in-loop -- looks again
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
