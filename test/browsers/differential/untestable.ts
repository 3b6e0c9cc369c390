/**
 * What this harness cannot ask a browser, or cannot ask the engine, with the reason. None of it
 * counts as agreement.
 */

import type { Check } from '../../../packages/engine/src/index.ts'
import type { BrowserName } from '../page.ts'
import type { PolicyTexts } from './specimen.ts'
import type { Probe } from './probe.ts'

/** One situation. */
export interface Untestable {
  readonly browsers: readonly BrowserName[]
  /** The kind of probe that is not drawn; null where it is only a part of one. */
  readonly kind: string | null
  readonly what: string
  readonly reason: string
}

/** The situations. */
export const UNTESTABLE: readonly Untestable[] = [
  {
    browsers: ['webkit'],
    kind: 'prefetch',
    what: 'prefetch links',
    reason: 'WebKit has them behind a setting',
  },
  {
    browsers: ['webkit'],
    kind: 'track',
    what: 'text tracks',
    reason: 'WebKit loads none for a video without media',
  },
  {
    browsers: ['webkit'],
    kind: null,
    what: 'eval() and Function; strings in timers are tested',
    reason:
      'the harness calls from outside the document, and WebKit tells the caller; called from inside, both are blocked and reported, and under a report-only policy not reported',
  },
  {
    browsers: ['webkit'],
    kind: null,
    what: 'WebAssembly.compile and new WebAssembly.Module; instantiating is tested',
    reason: 'WebKit lets every policy compile, and blocks when the module is instantiated',
  },
  {
    browsers: ['webkit'],
    kind: null,
    what: "module scripts where a policy has 'strict-dynamic'; other scripts are tested",
    reason:
      "where one policy's 'strict-dynamic' allows a module, WebKit asks no other policy, and a check does not tell modules from scripts",
  },
  {
    browsers: ['webkit'],
    kind: null,
    what: "'strict-dynamic' in a directive whose name is not written in lower case",
    reason:
      'WebKit does not know the keyword there, and a parsed policy does not tell how the name was written',
  },
  {
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'whether a script is requested whose nonce does not count; its violation is tested',
    reason: "Firefox's preload scanner asks for it before the check, and what it gets is not run",
  },
  {
    browsers: ['chromium'],
    kind: null,
    what: 'an object or embed that becomes a document; images are tested',
    reason:
      'Chromium asks frame-src besides object-src, and a check has one effective directive: ask for destination iframe too',
  },
  {
    browsers: ['webkit'],
    kind: null,
    what: 'an object that becomes an image; documents are tested',
    reason:
      'WebKit asks img-src besides object-src, and a check has one effective directive: ask for destination image too',
  },
  {
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'http: URLs of other hosts than loopback on https: pages',
    reason: 'they are mixed content, which other rules block or upgrade',
  },
  {
    browsers: ['chromium', 'webkit'],
    kind: null,
    what: 'whether what is upgraded to https is requested, and where it redirects to; its violation is tested',
    reason:
      'WebKit upgrades loopback hosts too, Chromium where they are redirected to, and the http servers here speak no https',
  },
  {
    browsers: ['chromium', 'webkit'],
    kind: null,
    what: 'connections under upgrade-insecure-requests; everything else is tested',
    reason:
      'they are judged before the upgrade or after it as the API has it (Chromium: fetch and beacons before, the others after), and a check does not name the API',
  },
  {
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'workers of another origin',
    reason: 'they are refused before any policy is asked',
  },
  {
    browsers: ['webkit'],
    kind: null,
    what: 'shared workers under upgrade-insecure-requests',
    reason: 'upgraded to https they are of another origin than the http page',
  },
  {
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'manifests, favicons, prerendering, XSLT, paint worklets, FedCM, fenced frames, WebRTC',
    reason: 'a frame does not start them, or only one engine has them',
  },
]

const CONNECTIONS: ReadonlySet<string> = new Set([
  'beacon',
  'eventsource',
  'fetch',
  'ping',
  'websocket',
  'xhr',
])

/** Whether a probe can be asked about under these policies. */
export function isTestableUnder(
  policies: PolicyTexts,
  { probe, browser }: { readonly probe: Probe; readonly browser: BrowserName },
): boolean {
  const { kind } = probe
  const isUpgraded = mayUpgrade(policies)
  if (browser !== 'firefox' && CONNECTIONS.has(kind) && isUpgraded) return false
  if (browser !== 'webkit') return true
  if (kind === 'sharedworker') return !isUpgraded
  if (kind === 'redirect') return !(isUpgraded && isInsecure(probe.checks[0]))
  const { enforce, report, meta } = policies
  if (kind !== 'module') return true
  return ![...enforce, ...report, ...meta].some((text) => /'strict-dynamic'/i.test(text))
}

/** Whether a request that is allowed reaches our servers: those of http: speak no https. */
export function isSeenArriving(
  policies: PolicyTexts,
  { probe, browser }: { readonly probe: Probe; readonly browser: BrowserName },
): boolean {
  if (browser === 'firefox' || !mayUpgrade(policies)) return true
  // Chromium leaves loopback hosts alone but where they are redirected to.
  const fetched = browser === 'chromium' ? probe.checks.slice(1) : probe.checks
  return !fetched.some(isInsecure)
}

function isInsecure(check: Check | undefined): boolean {
  return check !== undefined && 'url' in check && String(check.url).startsWith('http:')
}

function mayUpgrade({ enforce, meta }: PolicyTexts): boolean {
  return [...enforce, ...meta].some((text) => /upgrade-insecure-requests/i.test(text))
}

/** Whether a kind of probe can be drawn for a browser. */
export function isTestable(kind: string, browser: BrowserName): boolean {
  return !UNTESTABLE.some((row) => row.kind === kind && row.browsers.includes(browser))
}
