/** What this harness cannot ask a browser, or cannot ask the engine, with the reason. None of it counts as agreement. */

import type { BrowserName } from '../page.ts'
import type { PolicyTexts } from './generate.ts'

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
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'upgrade-insecure-requests',
    reason:
      'each browser upgrades before or after the check as the API has it, so that a check would have to name the API; measured: RESULTS.md',
  },
  {
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'workers of another origin',
    reason: 'they are refused before any policy is asked',
  },
  {
    browsers: ['chromium', 'firefox', 'webkit'],
    kind: null,
    what: 'manifests, favicons, prerendering, XSLT, paint worklets, FedCM, fenced frames, WebRTC',
    reason: 'a frame does not start them, or only one engine has them',
  },
]

/** Whether a kind of probe can be asked about under these policies. */
export function isTestableUnder(
  { enforce, report, meta }: PolicyTexts,
  { kind, browser }: { readonly kind: string; readonly browser: BrowserName },
): boolean {
  if (browser !== 'webkit' || kind !== 'module') return true
  return ![...enforce, ...report, ...meta].some((text) => /'strict-dynamic'/i.test(text))
}

/** Whether a kind of probe can be drawn for a browser. */
export function isTestable(kind: string, browser: BrowserName): boolean {
  return !UNTESTABLE.some((row) => row.kind === kind && row.browsers.includes(browser))
}
