/** Which browser sent a report, as far as its User-Agent tells. */

/** Brand of a browser. */
export type BrowserFamily = 'chrome' | 'edge' | 'firefox' | 'opera' | 'other' | 'safari' | 'samsung'

/** What renders the page: it decides, and it writes the report. */
export type BrowserEngine = 'chromium' | 'firefox' | 'unknown' | 'webkit'

/** An app that shows pages in a browser of its own, and may put code into them. */
export type BrowserApp = 'facebook' | 'instagram' | 'line'

/** A browser. */
export interface Browser {
  readonly family: BrowserFamily
  /** The major version; null where it is not known. */
  readonly version: number | null
  readonly engine: BrowserEngine
  /** Null for a browser of its own. */
  readonly app: BrowserApp | null
}

// Each token comes before those that its browsers also send.
const TOKENS: readonly (readonly [token: string, BrowserFamily, BrowserEngine])[] = [
  ['Edg/', 'edge', 'chromium'],
  ['EdgA/', 'edge', 'chromium'],
  ['EdgiOS/', 'edge', 'webkit'],
  ['Edge/', 'edge', 'unknown'],
  ['OPR/', 'opera', 'chromium'],
  ['SamsungBrowser/', 'samsung', 'chromium'],
  ['FxiOS/', 'firefox', 'webkit'],
  ['CriOS/', 'chrome', 'webkit'],
  ['Firefox/', 'firefox', 'firefox'],
  // HeadlessChrome/ too.
  ['Chrome/', 'chrome', 'chromium'],
  // Safari has its version there, and WebKitGTK.
  ['Version/', 'safari', 'webkit'],
]
const APPS: readonly (readonly [token: string, BrowserApp])[] = [
  ['Instagram ', 'instagram'],
  ['FB_IAB/', 'facebook'],
  ['FBAN/', 'facebook'],
  ['FBAV/', 'facebook'],
  [' Line/', 'line'],
]
/** Longest User-Agent that is looked at. */
const LONGEST = 512
const NOBODY: Browser = Object.freeze({
  family: 'other',
  version: null,
  engine: 'unknown',
  app: null,
})

/**
 * Reads a User-Agent. What it does not know is `other`; it never throws.
 *
 * @example
 * ```ts
 * import { readBrowser } from '@cusp/reports'
 *
 * const browser = readBrowser('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')
 * browser.family // => firefox
 * browser.version // => 153
 * ```
 */
export function readBrowser(userAgent: string): Browser {
  if (userAgent === '') return NOBODY
  const text = userAgent.slice(0, LONGEST)
  const app = APPS.find(([token]) => text.includes(token))?.[1] ?? null
  for (const [token, family, engine] of TOKENS) {
    const index = text.indexOf(token)
    if (index === -1) continue
    return Object.freeze({ family, version: majorAt(text, index + token.length), engine, app })
  }
  const engine = text.includes('AppleWebKit/') ? 'webkit' : 'unknown'
  return Object.freeze({ family: 'other', version: null, engine, app })
}

function majorAt(text: string, start: number): number | null {
  const digits = /^\d{1,4}/.exec(text.slice(start, start + 4))
  return digits === null ? null : Number(digits[0])
}
