/**
 * Reporting endpoints: their names and URLs, and the headers that declare them.
 *
 * @see https://w3c.github.io/reporting/#header
 */

import { asciiLowerCase, show } from '../text.ts'
import type { Examined } from './examined.ts'
import { problem } from './examined.ts'

/** A named reporting endpoint, as the Reporting-Endpoints header declares it. */
export interface Endpoint {
  /** The name that `report-to` uses: a structured-field key. */
  readonly name: string
  /** Absolute http(s) URL, or relative to the response's URL. ASCII, without `;` and `,`. */
  readonly url: string
}

// sf-key = ( lcalpha / "*" ) *( lcalpha / DIGIT / "_" / "-" / "." / "*" )   RFC 9651
const ENDPOINT_NAME = /^[a-z*][a-z0-9_\-.*]*$/
// URI-reference (RFC 3986): its characters, and well-formed escapes
const URL_CHARACTERS = /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+$/i
const URL_LIKE = /^\/|:\/\//
const SCHEME = /^[a-z][a-z0-9+.-]*:/i
/**
 * One day. Chromium keeps a Report-To declaration for so long, so a mistake is gone the next day.
 */
const REPORT_TO_MAX_AGE = 86_400

/** Why a text cannot be the URL of an endpoint; the first that applies. */
const URL_SLIPS: readonly (readonly [what: string, applies: (text: string) => boolean])[] = [
  ['holds a character that a URL must percent-encode', (text) => /[^\u0021-\u007e]/.test(text)],
  ['is not a URL', (text) => !URL_CHARACTERS.test(text)],
  ['cannot receive reports', (text) => SCHEME.test(text) && !/^https?:\/\/[^/?#]/i.test(text)],
  ['holds a user name', (text) => /^(?:https?:)?\/\/[^/?#]*@/i.test(text)],
]

/**
 * Whether `name` can name an endpoint. Upper case never matches: the header's keys are lower-case.
 */
export function isEndpointName(name: string): boolean {
  return ENDPOINT_NAME.test(name)
}

/** Examines the name of an endpoint. */
export function examineEndpointName(text: string): Examined {
  if (isEndpointName(text)) return { text }
  const lower = asciiLowerCase(text)
  if (isEndpointName(lower)) {
    const what = 'has upper-case letters, which never match the header'
    return problem('ERR_CSP_ENDPOINT_NAME', text, { what, fix: show(lower) })
  }
  if (URL_LIKE.test(text)) {
    const fix = `a name for it: reportTo("csp", ${show(text)})`
    return problem('ERR_CSP_ENDPOINT_NAME', text, { what: 'is a URL, not a name', fix })
  }
  const fix =
    'a name of lower-case letters, digits, "_", "-", "." and "*" that begins with a letter or "*"'
  return problem('ERR_CSP_ENDPOINT_NAME', text, { what: 'is not an endpoint name', fix })
}

/**
 * Examines the URL of an endpoint. `;` and `,` are percent-encoded, so that report-uri and
 * Reporting-Endpoints hold the same text.
 */
export function examineReportURL(text: string): Examined {
  const slip = URL_SLIPS.find(([, applies]) => applies(text))
  if (slip === undefined) return { text: text.replaceAll(';', '%3B').replaceAll(',', '%2C') }
  const fix = 'an http(s) URL or a relative one such as "/csp-reports"'
  return problem('ERR_CSP_ENDPOINT_URL', text, { what: slip[0], fix })
}

/** Writes the value of Reporting-Endpoints: a structured-field dictionary of strings. */
export function reportingEndpointsValue(endpoints: readonly Endpoint[]): string {
  return endpoints.map(({ name, url }) => `${name}="${url.replace(/["\\]/g, '\\$&')}"`).join(', ')
}

/** Writes the value of the legacy Report-To header: JSON objects joined by commas. */
export function reportToValue(endpoints: readonly Endpoint[]): string {
  return endpoints
    .map(({ name, url }) =>
      JSON.stringify({ group: name, max_age: REPORT_TO_MAX_AGE, endpoints: [{ url }] }),
    )
    .join(', ')
}
