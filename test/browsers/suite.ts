/** Tests that are written once and run in each of the three browsers. */

import { afterAll, beforeAll, describe, expect } from 'vitest'
import { BROWSER_NAMES, findBrowsers, installCommand, launchBrowser } from './browser.ts'
import type { Browser, BrowserName } from './browser.ts'
import { DEADLINE } from './deadline.ts'
import { findDeviation } from './deviations.ts'

/** Milliseconds for a hook or a test, which may wait for several steps. */
const TEST_TIMEOUT = 2 * DEADLINE

const announced = new Set<BrowserName>()

/**
 * Describes a suite for each browser, with one started browser for all of its tests.
 *
 * Where a browser is missing its suite is skipped, and a line says what to install; with
 * CUSP_REQUIRE_ALL=1 it fails.
 *
 * @example describeInBrowsers('inline scripts', (browser) => { it('run with the nonce', async () =>
 *   {
 *    const page = await browser().open(site.page.serve('/', content))
 *    expect(await page.evaluate('globalThis.ran')).toBe(true)
 * }) })
 */
export function describeInBrowsers(title: string, define: (browser: () => Browser) => void): void {
  const installed = findBrowsers()
  for (const name of BROWSER_NAMES) {
    const isSkipped = !installed.has(name) && process.env['CUSP_REQUIRE_ALL'] !== '1'
    if (isSkipped) announceMissing(name)
    describe.skipIf(isSkipped)(`${title} in ${name}`, { timeout: TEST_TIMEOUT }, () => {
      let launched: Browser | undefined
      beforeAll(async () => {
        launched = await launchBrowser(name)
      }, TEST_TIMEOUT)
      afterAll(() => launched?.close(), TEST_TIMEOUT)
      define(() => {
        if (launched === undefined)
          throw new Error(`Cannot use ${name} yet: expected a test or a hook to ask`)
        return launched
      })
    })
  }
}

/**
 * Expects what all browsers are expected to do, or, where the table of known deviations has an
 * entry for this browser and id, exactly the entry's value: the assertion stays sharp, and fails
 * when the deviation is gone.
 */
export function expectBehaviour(
  { name }: Pick<Browser, 'name'>,
  deviationId: string,
  actual: unknown,
  expected: unknown,
): void {
  const deviation = findDeviation(name, deviationId)
  if (deviation === undefined) {
    expect(actual, `${deviationId} in ${name}`).toEqual(expected)
    return
  }
  const { value, what, reference } = deviation
  expect(value, `the known deviation ${deviationId} of ${name} is none`).not.toEqual(expected)
  expect(actual, `${deviationId} in ${name}, a known deviation: ${what} (${reference})`).toEqual(
    value,
  )
}

function announceMissing(name: BrowserName): void {
  if (announced.has(name)) return
  announced.add(name)
  console.warn(
    `SKIPPED: no test runs in ${name}, which is not on this machine. To run them: ${installCommand(name)}`,
  )
}
