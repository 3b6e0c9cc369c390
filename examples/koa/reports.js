// @ts-check
/**
 * Violation reports, whichever of their three shapes they come in. examples/express says more about
 * them.
 */

/**
 * What is kept of a report. @typedef {{ readonly directive: string, readonly blocked: string }}
 * Report
 */

/**
 * Reads the body of a report request; never throws.
 *
 * @param {string} text the body
 * @returns {readonly Report[]} the CSP reports in it
 */
export function readReports(text) {
  /** @type {unknown} */
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  return (Array.isArray(value) ? value : [value]).flatMap((item) => {
    const { 'csp-report': legacy, type, body } = Object(item)
    if (isObject(legacy)) {
      return { directive: cut(legacy['effective-directive']), blocked: cut(legacy['blocked-uri']) }
    }
    if (type !== 'csp-violation' || !isObject(body)) return []
    return { directive: cut(body['effectiveDirective']), blocked: cut(body['blockedURL']) }
  })
}

/**
 * @param {unknown} value anything
 * @returns {value is Record<string, unknown>} whether it has keys
 */
function isObject(value) {
  return typeof value === 'object' && value !== null
}

/**
 * @param {unknown} value anything
 * @returns {string} its text, cut; empty for what is no text
 */
function cut(value) {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}
