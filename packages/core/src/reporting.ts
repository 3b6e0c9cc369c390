/**
 * Reporting endpoints: names and URLs checked once, and the headers that declare them.
 *
 * @see https://w3c.github.io/reporting/#header
 */

import type { Examined } from './examined.ts'
import { problem } from './examined.ts'
import { asciiLowerCase, show } from './text.ts'

/** A named reporting endpoint, as the Reporting-Endpoints header declares it. */
export interface Endpoint {
  /** Name that `report-to` uses; a structured-field key. */
  readonly name: string
  /** Absolute http(s) URL, or relative to the response's URL. ASCII, without `;` and `,`. */
  readonly url: string
}

// sf-key = ( lcalpha / "*" ) *( lcalpha / DIGIT / "_" / "-" / "." / "*" )   RFC 9651
const ENDPOINT_NAME = /^[a-z*][a-z0-9_\-.*]*$/
// URI-reference (RFC 3986): its characters, and well-formed escapes
const URL_CHARACTERS = /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+$/i
const SCHEME = /^([a-z][a-z0-9+.-]*):/i
/** One day: Chromium keeps a Report-To declaration this long, so a mistake heals by the next day. */
const REPORT_TO_MAX_AGE = 86_400

/** Whether `name` can name an endpoint: upper case never matches, for the header's keys are lower-case. */
export function isEndpointName(name: string): boolean {
  return ENDPOINT_NAME.test(name)
}

/** Examines the name of an endpoint. */
export function examineEndpointName(text: string): Examined {
  if (isEndpointName(text)) return { text }
  const lower = asciiLowerCase(text)
  const expected = isEndpointName(lower)
    ? `${show(lower)}, for upper case never matches`
    : 'a lower-case letter, then lower-case letters, digits, "_", "-", "." or "*"'
  return problem('ERR_CSP_ENDPOINT_NAME', text, 'is no endpoint name', expected)
}

/**
 * Examines the URL of a report endpoint and writes it so that one text serves report-uri and Reporting-Endpoints:
 * `;` and `,` are percent-encoded.
 */
export function examineReportURL(text: string): Examined {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  const expected = 'an http(s) URL or a relative one such as "/csp-reports"'
  let what: string | undefined
  if (/[^\u0021-\u007e]/.test(text)) what = 'holds a character that a URL must percent-encode'
  else if (!URL_CHARACTERS.test(text)) what = 'is no URL'
  else if (scheme !== undefined && !/^https?:\/\/[^/?#]/i.test(text))
    what = 'can receive no reports'
  else if (/^(?:https?:)?\/\/[^/?#]*@/i.test(text)) what = 'holds a user name'
  if (what === undefined) return { text: text.replaceAll(';', '%3B').replaceAll(',', '%2C') }
  return problem('ERR_CSP_ENDPOINT_URL', text, what, expected)
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
