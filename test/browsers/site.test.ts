import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from './browser.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers, expectBehaviour } from './suite.ts'

interface ReportingReport {
  readonly body: { readonly blockedURL: string }
}

const sites = new Map<string, Site>()
beforeAll(async () => {
  sites.set('http', await startSite())
  sites.set('https', await startSite({ https: true }))
})
afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))

function siteOn(scheme: string): Site {
  const site = sites.get(scheme)
  if (site === undefined) throw new Error(`Cannot find a site on ${scheme}`)
  return site
}

/** Fetches what the page's policy blocks. */
async function violate(page: Page, url: string): Promise<void> {
  await page.evaluate(`fetch('${url}').catch(() => {})`)
}

describeInBrowsers('a site', (browser) => {
  describe.each(['http', 'https'])('on %s', (scheme) => {
    it('answers scripts of another origin and another site, after redirects too', async () => {
      const { page: server, other } = siteOn(scheme)
      const page = await browser().open(`${server.origin}/frame.html`)
      for (const origin of [other.origin, other.addressOrigin]) {
        const answer = await page.evaluate(`
          const response = await fetch('${origin}/redirect?to=/json', {
            method: 'POST',
            headers: { 'x-preflight': 'yes' },
            credentials: 'include',
          })
          return response.json()
        `)
        expect(answer).toEqual({ answer: 42 })
      }
      await page.close()
    })

    it('has a file of each kind', async () => {
      const { page: server, other } = siteOn(scheme)
      const page = await browser().open(`${server.origin}/frame.html`)
      const loaded = await page.evaluate(`
        const load = (tag, attributes) => new Promise((resolve) => {
          const element = Object.assign(document.createElement(tag), attributes)
          element.onload = element.onloadedmetadata = () => resolve('loaded')
          element.onerror = () => resolve('error')
          document.body.append(element)
        })
        return {
          script: await load('script', { src: '${other.origin}/script.js' }),
          module: await load('script', { src: '${other.origin}/module.js', type: 'module' }),
          style: await load('link', { href: '${other.origin}/style.css', rel: 'stylesheet' }),
          png: await load('img', { src: '${other.origin}/image.png' }),
          svg: await load('img', { src: '${other.origin}/image.svg' }),
          frame: await load('iframe', { src: '${other.origin}/frame.html' }),
          worker: await new Promise((resolve) => {
            new Worker('/worker.js').onmessage = ({ data }) => resolve(data)
          }),
          runs: [globalThis.scriptRuns, globalThis.moduleRuns],
          styled: getComputedStyle(document.documentElement).getPropertyValue('--styled').trim(),
        }
      `)
      expect(loaded).toEqual({
        script: 'loaded',
        module: 'loaded',
        style: 'loaded',
        png: 'loaded',
        svg: 'loaded',
        frame: 'loaded',
        worker: 'ready',
        runs: [1, 1],
        styled: 'yes',
      })
      await page.close()
    })

    it('speaks over a WebSocket', async () => {
      const { page: server, other } = siteOn(scheme)
      const page = await browser().open(`${server.origin}/frame.html`)
      const path = `/socket?${browser().name}`
      const heard = await page.evaluate(`
        const socket = new WebSocket('${other.origin}${path}'.replace('http', 'ws'))
        const { data } = await new Promise((resolve) => { socket.onmessage = resolve })
        const closed = new Promise((resolve) => { socket.onclose = resolve })
        socket.close()
        const { wasClean } = await closed
        return { data, wasClean }
      `)
      expect(heard).toEqual({ data: 'hello', wasClean: true })
      const { headers } = await other.waitForRequest(path)
      expect(headers).toMatchObject({ upgrade: 'websocket', origin: server.origin })
      await page.close()
    })

    it('streams events', async () => {
      const { page: server, other } = siteOn(scheme)
      const page = await browser().open(`${server.origin}/frame.html`)
      const heard = await page.evaluate(`
        const source = new EventSource('${other.origin}/events')
        const { data } = await new Promise((resolve) => { source.onmessage = resolve })
        source.close()
        return data
      `)
      expect(heard).toBe('hello')
      await page.close()
    })

    it('records beacons', async () => {
      const { page: server, other } = siteOn(scheme)
      const page = await browser().open(`${server.origin}/frame.html`)
      const path = `/beacon?${browser().name}`
      await page.evaluate(`navigator.sendBeacon('${other.origin}${path}', 'seen')`)
      expect(await other.waitForRequest(path)).toMatchObject({ method: 'POST', body: 'seen' })
      await page.close()
    })

    it('collects legacy reports', async () => {
      const site = await startSite({ https: scheme === 'https' })
      const url = site.page.serve('/', {
        headers: { 'content-security-policy': "connect-src 'none'; report-uri /reports?legacy" },
      })
      const page = await browser().open(url)
      await violate(page, '/json')
      const [request] = await site.reports.waitForReports(1)
      expect(request).toMatchObject({
        method: 'POST',
        path: '/reports?legacy',
        contentType: 'application/csp-report',
        fetchSite: 'same-origin',
        items: [{ 'csp-report': { 'effective-directive': 'connect-src' } }],
      })
      const { fetchMode, fetchDest, origin } = { ...request }
      const seen = { fetchMode, fetchDest, origin }
      const expected = { fetchMode: 'no-cors', fetchDest: 'report', origin: site.page.origin }
      expectBehaviour(browser(), 'report-uri-request', seen, expected)
      await page.close()
      await site.close()
    })
  })

  it('collects reports of the Reporting API, preflighted by another origin', async () => {
    const site = await startSite({ https: true })
    const endpoint = `${site.other.origin}/reports?api`
    const url = site.page.serve('/', {
      headers: {
        'content-security-policy': `connect-src 'none'; report-uri ${endpoint}; report-to csp`,
        'reporting-endpoints': `csp="${endpoint}"`,
      },
    })
    const page = await browser().open(url)
    await violate(page, 'https://example.com/a')
    await violate(page, 'https://example.com/b#fragment')
    const requests = await site.reports.waitForReports(2)
    const deliveries = requests.filter(({ method }) => method === 'POST')
    const reports = deliveries.flatMap(({ items }) => items)
    for (const report of reports) {
      expect(report).toMatchObject({
        type: 'csp-violation',
        url,
        body: { effectiveDirective: 'connect-src', disposition: 'enforce' },
      })
    }
    const contentTypes = new Set(deliveries.map(({ contentType }) => contentType))
    const areArrays = deliveries.every(({ body }) => body.trimStart().startsWith('['))
    const urls = reports.map((report) => (report as ReportingReport).body.blockedURL)
    const expectedType = new Set(['application/reports+json'])
    const expectedUrls = new Set(['https://example.com/a', 'https://example.com/b'])
    expectBehaviour(browser(), 'report-to-preflight', requests[0]?.method, 'OPTIONS')
    expectBehaviour(browser(), 'report-to-content-type', contentTypes, expectedType)
    expectBehaviour(browser(), 'report-to-is-array', areArrays, true)
    expectBehaviour(browser(), 'report-to-blocked-url', new Set(urls), expectedUrls)
    await page.close()
    await site.close()
  })
})
