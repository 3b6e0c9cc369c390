import { expect, it, test } from 'vitest'
import { USER_AGENTS } from '../../test/make-violation.ts'
import { readBrowser } from './browser.ts'

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT}`

test.each([
  [USER_AGENTS.chrome, 'chrome', 156, 'chromium', null],
  [USER_AGENTS.chrome.replace('Chrome', 'HeadlessChrome'), 'chrome', 156, 'chromium', null],
  [`${USER_AGENTS.chrome} Edg/156.0.0.0`, 'edge', 156, 'chromium', null],
  [`${USER_AGENTS.chrome} EdgA/156.0.0.0`, 'edge', 156, 'chromium', null],
  [`${USER_AGENTS.chrome} Edge/18.19582`, 'edge', 18, 'unknown', null],
  [`${USER_AGENTS.chrome} OPR/120.0.0.0`, 'opera', 120, 'chromium', null],
  [`${USER_AGENTS.chrome} SamsungBrowser/28.0`, 'samsung', 28, 'chromium', null],
  [USER_AGENTS.firefox, 'firefox', 153, 'firefox', null],
  [USER_AGENTS.safari, 'safari', 26, 'webkit', null],
  [`${IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15`, 'firefox', 140, 'webkit', null],
  [`${IPHONE} CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`, 'chrome', 140, 'webkit', null],
  [`${IPHONE} Version/18.0 EdgiOS/140.0 Mobile/15E148`, 'edge', 140, 'webkit', null],
  [USER_AGENTS.facebook, 'chrome', 156, 'chromium', 'facebook'],
  [`${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/530.0]`, 'other', null, 'webkit', 'facebook'],
  [`${IPHONE} Mobile/15E148 [FBAV/530.0]`, 'other', null, 'webkit', 'facebook'],
  [USER_AGENTS.instagram, 'chrome', 156, 'chromium', 'instagram'],
  [USER_AGENTS.line, 'chrome', 156, 'chromium', 'line'],
  ['Chrome/', 'chrome', null, 'chromium', null],
  ['Chrome/x', 'chrome', null, 'chromium', null],
  ['Firefox/99999', 'firefox', 9999, 'firefox', null],
  ['curl/8.0', 'other', null, 'unknown', null],
  ['', 'other', null, 'unknown', null],
  [`${' '.repeat(600)}Chrome/156`, 'other', null, 'unknown', null],
] as const)('%s', (userAgent, family, version, engine, app) => {
  expect(readBrowser(userAgent)).toEqual({ family, version, engine, app })
})

it('is frozen', () => {
  expect(Object.isFrozen(readBrowser(USER_AGENTS.chrome))).toBe(true)
  expect(Object.isFrozen(readBrowser('curl'))).toBe(true)
})
