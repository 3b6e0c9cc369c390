// @ts-check
/**
 * Violation reports as browsers send them: three shapes, one result. What is read here comes from anybody, so nothing
 * throws, and every text is cut.
 *
 * @see https://w3c.github.io/webappsec-csp/#violation
 */

/**
 * One violation, whichever way it came.
 *
 * @typedef {object} Report
 * @property {'report-to' | 'report-uri'} by the directive that made the browser send it
 * @property {string} directive what was violated, as `connect-src`
 * @property {string} blocked a URL, or a word such as `inline` and `eval`
 * @property {string} page the document
 * @property {string} disposition `enforce`, `report`, or empty where the browser does not say
 */

const TEXT_MOST = 300

/**
 * Reads the body of a report request. It looks at the body only: browsers disagree about the content type.
 *
 * @param {string} text the body
 * @returns {readonly Report[] | undefined} the CSP reports in it, or undefined where it is no report at all
 */
export function readReports(text) {
  const value = parseJSON(text)
  // Reporting API: an array, in which other kinds of reports may stand too.
  if (Array.isArray(value)) return value.flatMap((item) => readReport(item) ?? [])
  return readReport(value)
}

/**
 * @param {unknown} value one report
 * @returns {readonly Report[] | undefined} none for a report of another type
 */
function readReport(value) {
  if (!isRecord(value)) return undefined
  // Legacy: one object with one key. Asked first, because Safari's has a type too.
  if (isRecord(value['csp-report'])) return [fromLegacy(value['csp-report'])]
  // Reporting API; Safari sends the object without the array around it.
  if (typeof value['type'] !== 'string' || !isRecord(value['body'])) return undefined
  return value['type'] === 'csp-violation' ? [fromReportingAPI(value['body'])] : []
}

/**
 * @param {Record<string, unknown>} body keys in kebab-case
 * @returns {Report} the same in our words
 */
function fromLegacy(body) {
  // Old browsers have the whole directive in violated-directive, and no effective-directive.
  const [violated = ''] = cut(body['violated-directive']).split(' ', 1)
  return {
    by: 'report-uri',
    directive: cut(body['effective-directive']) || violated,
    blocked: cut(body['blocked-uri']),
    page: cut(body['document-uri']),
    disposition: cut(body['disposition']),
  }
}

/**
 * @param {Record<string, unknown>} body keys in camelCase
 * @returns {Report} the same in our words
 */
function fromReportingAPI(body) {
  return {
    by: 'report-to',
    directive: cut(body['effectiveDirective']),
    blocked: cut(body['blockedURL']),
    page: cut(body['documentURL']),
    disposition: cut(body['disposition']),
  }
}

/**
 * @param {unknown} value anything
 * @returns {string} its text, cut; empty for what is no text
 */
function cut(value) {
  return typeof value === 'string' ? value.slice(0, TEXT_MOST) : ''
}

/**
 * @param {string} text anything
 * @returns {unknown} undefined where it is no JSON
 */
function parseJSON(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * @param {unknown} value anything
 * @returns {value is Record<string, unknown>} whether it has keys
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
