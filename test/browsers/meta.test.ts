/** A policy in two parts: what a meta tag can do stands in the page, the rest in the header. */

import { NONE, SELF, csp, hashSource } from '@cusp/core'
import type { Policy } from '@cusp/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from './browser.ts'
import { until } from './browser.ts'
import { poll } from './deadline.ts'
import { RECORDER, startPolicySite, takeViolations, waitForViolations } from './policy-site.ts'
import type { PolicySite } from './policy-site.ts'
import { describeInBrowsers } from './suite.ts'

const ALLOWED_SCRIPT = `globalThis.ran = 'hashed'`
const REFUSED_SCRIPT = `globalThis.ran = 'not hashed'`

let site: PolicySite
let policy: Policy
let url: string
beforeAll(async () => {
  site = await startPolicySite()
  policy = csp()
    .scriptSrc(await hashSource(RECORDER), await hashSource(ALLOWED_SCRIPT, 'sha384'))
    .styleSrc(await hashSource(':root { --styled: yes }', 'sha512'))
    .connectSrc(SELF, site.other.origin)
    .objectSrc(NONE)
    .frameAncestors(NONE)
    .directive('report-uri', '/reports')
  const { meta, header } = policy.splitForMeta()
  if (header === null) throw new Error('Cannot test a header part: there is none')
  url = site.servePage(header, {
    head: meta.toMeta(),
    body: `
      <script>${ALLOWED_SCRIPT}</script>
      <script>${REFUSED_SCRIPT}</script>
      <style>:root { --styled: yes }</style>
      <style>:root { --styled: no }</style>`,
  })
})
afterAll(() => site.close())

describeInBrowsers('a page with a meta tag', (browser) => {
  let page: Page
  beforeAll(async () => {
    page = await browser().open(url)
  })
  afterAll(() => page.close())

  it('has the one part in the tag, and the other in the header', async () => {
    const seen = await page.evaluate<readonly [string, string]>(`
      const { headers } = await fetch(location)
      return [headers.get('content-security-policy'), document.querySelector('meta').content]
    `)
    const [header, meta] = seen
    expect(header).toBe("frame-ancestors 'none'; report-uri /reports")
    expect(`${meta}; ${header}`).toBe(policy.toString())
  })

  it('runs the script and applies the style whose hash is in the tag, and no other', async () => {
    expect(await waitForViolations(page, 2)).toEqual(
      ['script-src-elem', 'style-src-elem'].map((effectiveDirective) => ({
        effectiveDirective,
        blockedURI: 'inline',
        disposition: 'enforce',
      })),
    )
    expect(await page.evaluate('ran')).toBe('hashed')
    const style = `getComputedStyle(document.documentElement).getPropertyValue('--styled').trim()`
    expect(await page.evaluate(style)).toBe('yes')
  })

  it('connects where the tag allows', async () => {
    const allowed = `${site.other.origin}/json?${browser().name}-meta`
    const refused = `${site.other.addressOrigin}/json?${browser().name}-meta-refused`
    await takeViolations(page, 'https://last.example/')
    await page.evaluate(`fetch('${allowed}').then((response) => response.json())`)
    await page.evaluate(`fetch('${refused}').catch(() => {})`)
    expect(await takeViolations(page, 'https://last.example/')).toEqual([
      { effectiveDirective: 'connect-src', blockedURI: refused, disposition: 'enforce' },
    ])
  })

  it('is not framed, by the header', async () => {
    const since = site.reports.requests.length
    const framing = site.page.serve('/framing', {
      body: `<!doctype html><title>framing</title>
        <iframe id="refused" src="${url}"></iframe><iframe id="allowed" src="/frame.html"></iframe>`,
    })
    const outer = await browser().open(framing)
    await until(outer, `document.querySelector('#allowed').contentDocument?.title === 'frame'`)
    await poll(() => site.reports.requests.slice(since).some(isFrameReport), {
      what: 'a report of the frame',
    })
    const titles = await outer.evaluate(`
      const titleOf = ({ contentDocument }) => contentDocument?.title ?? 'no access'
      return [...document.querySelectorAll('iframe')].map(titleOf)
    `)
    expect(titles).toEqual(['no access', 'frame'])
    await outer.close()
  })
})

function isFrameReport({ body }: { readonly body: string }): boolean {
  return body.includes('"effective-directive":"frame-ancestors"')
}
