/** What a browser is known to do otherwise than the specifications, each by its name. */

import type { BrowserName } from './page.ts'

/** One way in which one browser parts from what is expected of all. */
export interface KnownDeviation {
  readonly browser: BrowserName
  /** Names the behaviour, the same in every browser that deviates. */
  readonly id: string
  /** The value that this browser gives instead of the expected one. */
  readonly value: unknown
  /** One sentence: what it does. */
  readonly what: string
  /** Where that can be read: a bug, a source line, or the version in which it was measured. */
  readonly reference: string
}

/**
 * The deviations that tests meet. When a deviation is gone its test fails, and its entry is
 * removed.
 */
const KNOWN_DEVIATIONS: readonly KnownDeviation[] = [
  {
    browser: 'webkit',
    id: 'report-to-content-type',
    value: new Set(['application/csp-report']),
    what: 'Sends Reporting API reports with the content type of legacy ones.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'report-to-is-array',
    value: false,
    what: 'Sends one report as one object, not an array of them.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'report-to-preflight',
    value: 'POST',
    what: 'Sends Reporting API reports to another origin without a preflight.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'report-uri-request',
    value: { fetchMode: 'no-cors', fetchDest: 'empty', origin: 'null' },
    what: 'Sends legacy reports with an empty destination and an opaque origin.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'report-to-blocked-url',
    value: new Set(['https://example.com:443/a', 'https://example.com:443example.com/b']),
    what: 'Writes a default port into the blocked URL of an event or report where the policy has report-to, and garbles a URL that has a fragment too.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'firefox',
    id: 'ping-arrives',
    value: false,
    what: 'Sends no pings, unless browser.send_pings is set.',
    reference: 'measured in Firefox 153.7 ESR',
  },
  {
    browser: 'firefox',
    id: 'ping-blocked',
    value: 0,
    what: 'Sends no pings, unless browser.send_pings is set, so that there is none to block.',
    reference: 'measured in Firefox 153.7 ESR',
  },
  {
    browser: 'firefox',
    id: 'WebSocket-refused',
    value: 'NS_ERROR_CONTENT_BLOCKED',
    what: 'Throws from the constructor, where the specification fires an error event.',
    reference: 'measured in Firefox 153.7 ESR',
  },
  {
    browser: 'firefox',
    id: 'sendBeacon-refused',
    value: false,
    what: 'Returns false, where the specification returns true for what it has queued, blocked or not.',
    reference: 'measured in Firefox 153.7 ESR',
  },
  {
    browser: 'webkit',
    id: 'WebSocket-refused',
    value: 'SecurityError',
    what: 'Throws from the constructor, where the specification fires an error event.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'EventSource-refused',
    value: 'SecurityError',
    what: 'Throws from the constructor, where the specification fires an error event.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'firefox',
    id: 'filesystem-blocked',
    value: [],
    what: 'Fails to fetch a filesystem: URL, a scheme it does not know, before the policy is asked.',
    reference: 'measured in Firefox 153.7 ESR',
  },
  {
    browser: 'firefox',
    id: 'mediastream-blocked',
    value: [],
    what: 'Fails to fetch a mediastream: URL, a scheme it does not know, before the policy is asked.',
    reference: 'measured in Firefox 153.7 ESR',
  },
  {
    browser: 'chromium',
    id: 'report-only-fetch-events',
    value: 2,
    what: 'Fires two events for one fetch that a report-only policy alone refuses.',
    reference: 'measured in Chromium 156',
  },
  {
    browser: 'webkit',
    id: 'report-only-fetch-events',
    value: 2,
    what: 'Fires two events for one fetch that a report-only policy alone refuses.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'report-only-eval',
    value: false,
    what: 'Says nothing of an eval that a report-only policy alone refuses.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'webkit',
    id: 'legacy-disposition',
    value: false,
    what: 'Leaves the disposition out of legacy reports.',
    reference: 'measured in WebKitGTK 2.50.6',
  },
  {
    browser: 'firefox',
    id: 'ping-chips',
    value: ['not sent', 'not sent'],
    what: 'Sends no pings, unless browser.send_pings is set, which the example says.',
    reference: 'measured in Firefox 153.7 ESR',
  },
]

/** Looks up what a browser is known to do otherwise. */
export function findDeviation(browser: BrowserName, id: string): KnownDeviation | undefined {
  return KNOWN_DEVIATIONS.find((deviation) => deviation.browser === browser && deviation.id === id)
}
