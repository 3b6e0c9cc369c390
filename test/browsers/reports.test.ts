/** What each browser sends to an endpoint, beside what it sent when its fixture was stored. */

import { readFileSync, writeFileSync } from 'node:fs'
import type { Policy } from '@cusp/core'
import { NONCE, REPORT_SAMPLE, SELF, csp } from '@cusp/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from './browser.ts'
import { poll } from './deadline.ts'
import { startPolicySite } from './policy-site.ts'
import type { PolicySite } from './policy-site.ts'
import { capture, directiveOf, shapeOf } from './report-fixtures.ts'
import type { CapturedRequest, ReportFixture } from './report-fixtures.ts'
import { describeInBrowsers } from './suite.ts'

interface Delivery {
  readonly name: string
  readonly scheme: 'http' | 'https'
  readonly directive: 'report-uri' | 'report-to'
  readonly endpoint: 'page' | 'other'
}

const DELIVERIES: readonly Delivery[] = [
  { name: 'uri-http', scheme: 'http', directive: 'report-uri', endpoint: 'page' },
  { name: 'uri-https-cross', scheme: 'https', directive: 'report-uri', endpoint: 'other' },
  { name: 'to-https', scheme: 'https', directive: 'report-to', endpoint: 'page' },
  { name: 'to-https-cross', scheme: 'https', directive: 'report-to', endpoint: 'other' },
]

/** What the page violates, by effective directive. */
const VIOLATED = [
  'script-src-elem',
  'script-src-attr',
  'script-src',
  'style-src-elem',
  'style-src-attr',
  'img-src',
  'frame-src',
  'connect-src',
]

const sites = new Map<string, PolicySite>()
beforeAll(async () => {
  sites.set('http', await startPolicySite())
  sites.set('https', await startPolicySite({ https: true }))
})
afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))

describeInBrowsers('reports', (browser) => {
  const captured: CapturedRequest[] = []

  describe.each(DELIVERIES)('$name', (delivery) => {
    it('arrive as they did when the fixture was stored', async () => {
      const requests = await collect(browser(), delivery)
      captured.push(...requests)
      expect(requests.length).toBeGreaterThan(0)
      if (isUpdate()) return
      const stored = readFixture(browser()).requests.filter(({ url }) =>
        url.endsWith(`?${delivery.name}`),
      )
      expect(shapeOf(requests)).toEqual(shapeOf(stored))
    })
  })

  it('are the same with the legacy Report-To header', async () => {
    const [, , delivery] = DELIVERIES as [Delivery, Delivery, Delivery]
    const requests = await collect(browser(), { ...delivery, name: 'to-https-legacy' }, true)
    const before = captured.filter(({ url }) => url.endsWith('?to-https'))
    expect(shapeOf(requests)).toEqual(shapeOf(before))
  })

  afterAll(() => {
    if (isUpdate()) writeFixture(browser(), captured)
  })
})

/**
 * Opens a page that violates its policy in every way, and returns what comes of it at the endpoint.
 */
async function collect(
  browser: Browser,
  { name, scheme, directive, endpoint }: Delivery,
  legacyReportTo = false,
): Promise<readonly CapturedRequest[]> {
  const site = sites.get(scheme)
  if (site === undefined) throw new Error(`Cannot find a site on ${scheme}`)
  const path = `/reports?${name}`
  const target = endpoint === 'page' ? path : `${site.other.origin}${path}`
  const policy = csp()
    .defaultSrc(SELF)
    .scriptSrc(NONCE, REPORT_SAMPLE)
    .styleSrc(SELF, REPORT_SAMPLE)
    .imgSrc(SELF)
    .connectSrc(SELF)
    .frameSrc(SELF)
  const since = site.reports.requests.length
  const url = site.servePage(reportBy(policy, directive, target), {
    legacyReportTo,
    body: ({ nonceAttr }) => violations(nonceAttr),
  })
  const page = await browser.open(`${url}?session=secret`)
  const requests = await poll(
    () => {
      const arrived = site.reports.requests.slice(since).filter((request) => request.path === path)
      const directives = new Set(
        arrived.flatMap(({ items }) => items.map((item) => directiveOf(item as object))),
      )
      return VIOLATED.every((wanted) => directives.has(wanted)) ? arrived : undefined
    },
    { what: `reports of ${VIOLATED.join(', ')} at ${path}` },
  )
  await page.close()
  return requests.map((request) => capture(request, site, endpoint === 'page' ? 'same' : 'cross'))
}

function reportBy(policy: Policy, directive: Delivery['directive'], url: string): Policy {
  return directive === 'report-to'
    ? policy.reportTo('csp', url)
    : policy.directive('report-uri', url)
}

/** HTML that a policy without 'unsafe-inline' and other origins refuses, one thing a line. */
function violations(nonceAttr: string): string {
  return `
<script>globalThis.smuggled = 'with a secret'</script>
<style>p { color: red }</style>
<p style="color: red">styled</p>
<p id="handler" onclick="globalThis.smuggled = 'by a handler'">handled</p>
<img src="https://refused.example/pixel.png?token=secret#fragment">
<iframe src="https://refused.example/frame.html?token=secret"></iframe>
<script${nonceAttr}>
document.querySelector('#handler').click()
fetch('https://refused.example/data?token=secret#fragment').catch(() => {})
try { eval('1 + 1') } catch {}
</script>`
}

function isUpdate(): boolean {
  return process.env['CUSP_UPDATE_FIXTURES'] === '1'
}

function fixtureFile({ name }: Browser): URL {
  return new URL(`./fixtures/reports-${name}.json`, import.meta.url)
}

function readFixture(browser: Browser): ReportFixture {
  return JSON.parse(readFileSync(fixtureFile(browser), 'utf8')) as ReportFixture
}

function writeFixture(browser: Browser, requests: readonly CapturedRequest[]): void {
  const { name, version } = browser
  const fixture: ReportFixture = { browser: name, version, requests }
  writeFileSync(fixtureFile(browser), `${JSON.stringify(fixture, undefined, 2)}\n`)
}
