/** Violations for tests: one of Chromium's, with what differs. */

import type { Violation } from '../src/model/violation.ts'
import { readBrowser } from '../src/model/browser.ts'
import { readBlocked } from '../src/read/blocked.ts'

/** User-Agents. */
export const USER_AGENTS = {
  chrome:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
  facebook:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48;]',
  instagram:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36 Instagram 400.0.0.1 Android',
  line: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36 Line/15.20.0',
} as const

/** What differs from a script that is blocked on a page. */
export interface ViolationFacts extends Partial<Omit<Violation, 'blocked' | 'browser' | 'source'>> {
  /** As a browser writes it. */
  readonly blocked?: string
  readonly userAgent?: string
  readonly file?: string | null
}

/** Makes a violation. */
export function makeViolation({
  blocked = 'https://cdn.example/a.js',
  userAgent = USER_AGENTS.chrome,
  file = 'https://shop.example/app.js',
  ...facts
}: ViolationFacts = {}): Violation {
  const violation = {
    page: 'https://shop.example/cart',
    referrer: '',
    directive: 'script-src-elem',
    disposition: 'enforce',
    policy: "script-src 'self'",
    sample: '',
    status: 200,
    age: null,
    seenAt: 0,
    ...facts,
  } as const
  return {
    ...violation,
    blocked: readBlocked(blocked, violation),
    browser: readBrowser(userAgent),
    source: { file, line: file === null ? null : 1, column: null },
  }
}
