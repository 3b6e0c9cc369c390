/**
 * The violation cases of the seed document: what connect-src refuses never leaves, what it allows
 * arrives.
 */

import { readFileSync } from 'node:fs'
import type { Policy } from '@cusp/core'
import { SELF, csp, parsePolicy } from '@cusp/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowsers, launchBrowser } from './browser.ts'
import type { Page } from './browser.ts'
import { CONNECTIONS, connectTo, urlOf } from './connections.ts'
import type { Connection, ConnectionName } from './connections.ts'
import { poll } from './deadline.ts'
import { findDeviation } from './deviations.ts'
import { startPolicySite, takeViolations, waitForViolations } from './policy-site.ts'
import type { PolicySite } from './policy-site.ts'
import { describeInBrowsers, expectBehaviour } from './suite.ts'

interface SeedCase {
  readonly id: string
  readonly policies: readonly { readonly value: string }[]
  readonly request: { readonly url: string; readonly api: ConnectionName }
  readonly expected: 'allowed' | 'blocked'
}

const SEED_FILE = '../../packages/engine/test-data/conformance/seed.json'
const SEED_CASES = JSON.parse(
  readFileSync(new URL(SEED_FILE, import.meta.url), 'utf8'),
) as readonly SeedCase[]

/** Refused by each policy here, and asked for by nothing but `takeViolations`. */
const LAST = 'https://last.example/'

let site: PolicySite
let policy: Policy
beforeAll(async () => {
  site = await startPolicySite()
  const { origin } = site.other
  policy = csp().connectSrc(SELF, origin, origin.replace('http', 'ws'))
})
afterAll(() => site.close())

describeInBrowsers('the seed cases', (browser) => {
  let page: Page
  beforeAll(async () => {
    page = await browser().open(site.servePage(policy))
  })
  afterAll(() => page.close())

  describe.each(CONNECTIONS)('$name', (connection) => {
    const { name, reached, refused } = connection
    const expectSeen = (what: string, actual: unknown, expected: unknown): void => {
      expectBehaviour(browser(), `${name}-${what}`, actual, expected)
    }

    it('reaches the allowed origin', async () => {
      const url = `${urlOf(connection, site.other.origin)}?${browser().name}-${name}`
      expectSeen('reached', await page.evaluate(connectTo(connection, url)), reached)
      const isSilent = findDeviation(browser().name, `${name}-arrives`) !== undefined
      if (!isSilent) await waitForArrival(url)
      expectSeen('arrives', hasArrived(url), true)
      expect(await takeViolations(page, LAST)).toEqual([])
    })

    it.each([
      ['at another host', () => site.other.addressOrigin],
      ['at a name without DNS', () => 'https://refused.example'],
    ])('is refused %s', async (_where, originOf) => {
      const url = `${urlOf(connection, originOf())}?${browser().name}-${name}-refused`
      const seen = await page.evaluate(connectTo(connection, url))
      const violations = await takeViolations(page, LAST)
      const violation = {
        effectiveDirective: 'connect-src',
        blockedURI: url,
        disposition: 'enforce',
      }
      expectSeen('blocked', violations.length, 1)
      expect(violations).toEqual(violations.map(() => violation))
      expectSeen('refused', seen, refused)
      await expectReachable(page, site.other.addressOrigin)
      expect(hasArrived(url)).toBe(false)
    })
  })

  it.each(SEED_CASES)('$id: $expected', async ({ policies, request, expected }) => {
    const [first] = policies
    await page.goto(site.servePage(parsePolicy(first?.value ?? '').policy))
    await page.evaluate(connectTo(connectionOf(request.api), request.url))
    const violations = await takeViolations(page, LAST)
    const id = `${request.api}-${expected}`
    expectBehaviour(browser(), id, violations.length, expected === 'blocked' ? 1 : 0)
    const violation = {
      effectiveDirective: 'connect-src',
      blockedURI: request.url,
      disposition: 'enforce',
    }
    expect(violations).toEqual(violations.map(() => violation))
  })
})

describe.skipIf(!findBrowsers().has('firefox'))('a Firefox that sends pings', () => {
  it('is held to connect-src too', async () => {
    const firefoxPreferences = { 'browser.send_pings': true }
    const firefox = await launchBrowser('firefox', { firefoxPreferences })
    const page = await firefox.open(site.servePage(policy))
    const ping = connectionOf('ping')
    const [allowed, refused] = [site.other.origin, site.other.addressOrigin].map(
      (origin) => `${urlOf(ping, origin)}?firefox-sends-pings`,
    ) as [string, string]
    await page.evaluate(connectTo(ping, refused))
    await page.evaluate(connectTo(ping, allowed))
    expect(await waitForViolations(page, 1)).toEqual([
      { effectiveDirective: 'connect-src', blockedURI: refused, disposition: 'enforce' },
    ])
    await waitForArrival(allowed)
    expect(hasArrived(refused)).toBe(false)
    await firefox.close()
  })
})

function connectionOf(name: ConnectionName): Connection {
  const connection = CONNECTIONS.find((candidate) => candidate.name === name)
  if (connection === undefined) throw new Error(`Cannot connect by ${name}: no such connection`)
  return connection
}

/** Whether the other server has been asked for exactly this URL. */
function hasArrived(url: string): boolean {
  const { host, pathname, search } = new URL(url)
  return site.other.requests.some(
    ({ path, headers }) => headers.host === host && path === pathname + search,
  )
}

async function waitForArrival(url: string): Promise<void> {
  await poll(() => hasArrived(url), { what: url })
}

/**
 * An image arrives from there, which connect-src has no say in: whoever asked before has been heard
 * too.
 */
async function expectReachable(page: Page, origin: string): Promise<void> {
  const loaded = await page.evaluate(`
    const image = new Image()
    const loaded = new Promise((resolve) => {
      image.onload = () => resolve(true)
      image.onerror = () => resolve(false)
    })
    image.src = ${JSON.stringify(origin)} + '/image.png?' + Math.random()
    return loaded
  `)
  expect(loaded).toBe(true)
}
