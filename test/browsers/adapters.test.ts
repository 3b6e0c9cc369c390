/** The adapters beside Express, whose table of behaviours is elsewhere, in one real browser. */

import type { RequestListener } from 'node:http'
import { NONCE, SELF, csp } from '@cusp/core'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import { cspMiddleware as nodeMiddleware, getCsp } from '@cusp/node'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from './browser.ts'
import { findBrowsers, launchBrowser } from './browser.ts'
import { RECORDER, takeViolations, waitForViolations } from './policy-site.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'

const LAST = 'https://last.example/'

const policy = csp().scriptSrc(NONCE).connectSrc(SELF)

/** A page whose scripts say who ran. */
function render(nonceAttr: string): string {
  return `<!doctype html><script${nonceAttr}>${RECORDER}</script>
    <script${nonceAttr}>globalThis.ran = 'nonce'</script>
    <script>globalThis.ran = 'no nonce'</script>`
}

function koaApplication(): RequestListener {
  const app = new Koa()
  app.silent = true
  app.use(koaMiddleware(policy))
  app.use((ctx) => {
    if (ctx.path === '/fails') throw new Error('the handler fails')
    ctx.type = 'html'
    ctx.body = render(ctx.state.csp.nonceAttr)
  })
  const callback = app.callback()
  return (request, response) => void callback(request, response)
}

function bareApplication(): RequestListener {
  const ship = nodeMiddleware(policy)
  return (request, response) => {
    void ship(request, response)
    response.setHeader('Content-Type', 'text/html')
    response.end(render(getCsp(response).nonceAttr))
  }
}

describe.skipIf(!findBrowsers().has('chromium'))('in Chromium', () => {
  let browser: Browser
  const sites = new Map<string, Site>()
  beforeAll(async () => {
    sites.set('Koa', await startSite({ application: koaApplication() }))
    sites.set('node:http', await startSite({ application: bareApplication() }))
    browser = await launchBrowser('chromium')
  })
  afterAll(() => browser.close())
  afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))

  function siteOf(name: string): Site {
    const site = sites.get(name)
    if (site === undefined) throw new Error(`Cannot find the site of ${name}`)
    return site
  }

  it.each(['Koa', 'node:http'])('%s ships the policy and its nonce', async (name) => {
    const site = siteOf(name)
    const page = await browser.open(`${site.page.origin}/`)
    expect(await waitForViolations(page, 1)).toMatchObject([
      { effectiveDirective: 'script-src-elem', blockedURI: 'inline' },
    ])
    expect(await page.evaluate('ran')).toBe('nonce')
    await takeViolations(page, LAST)
    const refused = `${site.other.origin}/json`
    expect(await page.evaluate(`fetch('${refused}').catch(({ name }) => name)`)).toBe('TypeError')
    expect(await takeViolations(page, LAST)).toEqual([
      { effectiveDirective: 'connect-src', blockedURI: refused, disposition: 'enforce' },
    ])
    expect(site.other.requests).toEqual([])
    await page.close()
  })

  it("Koa's error page keeps the policy", async () => {
    const site = siteOf('Koa')
    const page = await browser.open(`${site.page.origin}/fails`)
    expect(await page.evaluate('document.body.textContent')).toContain('Internal Server Error')
    await page.evaluate(RECORDER)
    const refused = `${site.other.origin}/json`
    expect(await page.evaluate(`fetch('${refused}').catch(({ name }) => name)`)).toBe('TypeError')
    expect(await takeViolations(page, LAST)).toEqual([
      { effectiveDirective: 'connect-src', blockedURI: refused, disposition: 'enforce' },
    ])
    await page.close()
  })
})
