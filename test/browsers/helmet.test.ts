/**
 * The shop of examples/helmet, before and after: the same scripts run, the same ones are blocked.
 */

import type { HelmetDirectives } from '@cusp/core/helmet'
import { fromHelmet } from '@cusp/core/helmet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { app as after } from '../../examples/helmet/after.js'
import { app as before } from '../../examples/helmet/before.js'
import type { Page } from './browser.ts'
import { until } from './browser.ts'
import type { Site } from './site.ts'
import { startSite } from './site.ts'
import { describeInBrowsers } from './suite.ts'

/** What a page shows of a policy. */
interface Seen {
  /** What scripts left on the root element: who ran. */
  readonly ran: Readonly<Record<string, string>>
  /** Directive, blocked URI and disposition of each violation. */
  readonly violations: readonly string[]
  /** Styles in effect: the sheet's, and a style attribute's. */
  readonly styled: readonly string[]
  /** The paths of the images that loaded. */
  readonly images: readonly string[]
}

const PAGES: readonly (readonly [path: string, expected: Partial<Seen>])[] = [
  [
    '/',
    {
      ran: { inline: 'ran', search: 'ran' },
      violations: [],
      images: ['salt-roads', 'lamp-room', 'low-water', 'knots'].map((id) => `/covers/${id}.svg`),
    },
  ],
  [
    '/books/salt-roads',
    {
      ran: { inline: 'ran' },
      violations: [
        'img-src https://tracker.example/pixel.png enforce',
        'script-src-attr inline enforce',
        'script-src-elem inline enforce',
      ],
    },
  ],
  ['/books/knots', { ran: { inline: 'ran' }, violations: [] }],
  ['/order?book=knots', { ran: { inline: 'ran', order: 'ran' }, violations: [] }],
  ['/nowhere', { ran: { inline: 'ran' }, violations: [] }],
]

const sites = new Map<string, Site>()
beforeAll(async () => {
  sites.set('helmet', await startSite({ application: before }))
  sites.set('Cusp', await startSite({ application: after }))
})
afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))

function siteOf(side: string): Site {
  const site = sites.get(side)
  if (site === undefined) throw new Error(`Cannot find the site of ${side}`)
  return site
}

describeInBrowsers('the shop before and after', (browser) => {
  it.each(PAGES)('%s', async (path, expected) => {
    const seen: Seen[] = []
    for (const side of sites.keys()) {
      const page = await browser().open(siteOf(side).page.origin + path)
      await until(page, `violations.length >= ${expected.violations?.length}`)
      seen.push(await look(page))
      await page.close()
    }
    expect(seen[1]).toEqual(seen[0])
    expect(seen[1]).toMatchObject(expected)
    expect(seen[1]?.styled[0]).toBe('grid')
  })

  it('an order goes through its form and redirect', async () => {
    for (const side of sites.keys()) {
      const page = await browser().open(`${siteOf(side).page.origin}/order?book=knots`)
      await page.evaluate(`document.querySelector('input').value = 'Ada'`)
      await page.click('button')
      await until(page, `location.pathname === '/thanks' && document.readyState === 'complete'`)
      const text = await page.evaluate<string>(`document.querySelector('main').textContent`)
      expect(text).toContain('“Forty Knots and a Mistake” is behind the counter')
      expect((await look(page)).violations).toEqual([])
      await page.close()
    }
  })
})

/** What docs/migrating.md says of helmet's defaults. */
describeInBrowsers('what people trip over', (browser) => {
  it.each([
    ["'none' stays beside 'unsafe-inline'", {}, undefined],
    ['null lets handlers follow script-src', { scriptSrcAttr: null }, 'ran'],
  ])('script-src-attr: %s', async (_title, directives, expected) => {
    const page = await open(
      { scriptSrc: ["'unsafe-inline'"], upgradeInsecureRequests: null, ...directives },
      `<button onclick="document.documentElement.dataset.handler = 'ran'">press</button>`,
    )
    await page.click('button')
    await until(page, `violations.length > 0 || document.documentElement.dataset.handler`)
    expect(await page.evaluate('document.documentElement.dataset.handler')).toBe(expected)
    await page.close()
  })

  it.each([
    ["'self' alone", false],
    ['with the origin', true],
  ])("form-action holds for a target's redirects, but in Firefox: %s", async (_title, isListed) => {
    const { addressOrigin } = siteOf('Cusp').other
    const formAction = isListed ? ["'self'", addressOrigin] : ["'self'"]
    const page = await open(
      { formAction, scriptSrc: ["'unsafe-inline'"], upgradeInsecureRequests: null },
      `<form method="post" action="/redirect?to=${addressOrigin}/frame.html"><button>log in</button></form>`,
    )
    await page.click('button')
    const outcome = await until(
      page,
      `location.origin === '${addressOrigin}' ? 'followed' : violations.length > 0 && violations[0]`,
    )
    const isFollowed = isListed || browser().name === 'firefox'
    expect(outcome).toMatch(isFollowed ? /^followed$/ : /^form-action /)
    await page.close()
  })

  it.each([
    [undefined, false],
    ["'self'", true],
  ])('X-Frame-Options: DENY beside frame-ancestors %s', async (ancestors, isShown) => {
    const { page: server } = siteOf('Cusp')
    const policy =
      ancestors === undefined ? {} : { 'content-security-policy': `frame-ancestors ${ancestors}` }
    server.serve('/framed', {
      headers: { 'x-frame-options': 'DENY', ...policy },
      body: '<!doctype html><title>framed</title>',
    })
    const page = await browser().open(server.serve('/outer', { body: '<!doctype html>' }))
    const title = await page.evaluate(`
      const frame = document.createElement('iframe')
      const loaded = new Promise((resolve) => { frame.onload = resolve })
      frame.src = '/framed'
      document.body.append(frame)
      await loaded
      try { return frame.contentDocument.title } catch { return '' }
    `)
    expect(title === 'framed').toBe(isShown)
    await page.close()
  })

  /** Opens a page under helmet's defaults with these directives. */
  function open(directives: HelmetDirectives<unknown, unknown>, body: string): Promise<Page> {
    const listen = `violations = []
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        violations.push(effectiveDirective + ' ' + blockedURI)
      })`
    const url = siteOf('Cusp').page.serve('/tripped', {
      headers: { 'content-security-policy': fromHelmet({ directives }).toPolicy().toString() },
      body: `<!doctype html><title>page</title><script>${listen}</script>${body}`,
    })
    return browser().open(url)
  }
})

async function look(page: Page): Promise<Seen> {
  return page.evaluate(`
    const item = document.querySelector('.reviews li')
    return {
      ran: { ...document.documentElement.dataset },
      violations: violations.slice().sort(),
      styled: [
        getComputedStyle(document.body).display,
        item === null ? '' : getComputedStyle(item).borderLeftColor,
      ],
      images: [...document.images]
        .filter(({ naturalWidth }) => naturalWidth > 0)
        .map(({ src }) => new URL(src).pathname),
    }
  `)
}
