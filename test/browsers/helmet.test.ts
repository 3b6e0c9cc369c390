/** The shop of examples/helmet, before and after: the same scripts run, the same ones are blocked. */

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

function originOf(side: string): string {
  const site = sites.get(side)
  if (site === undefined) throw new Error(`Cannot find the site of ${side}`)
  return site.page.origin
}

describeInBrowsers('the shop before and after', (browser) => {
  it.each(PAGES)('%s', async (path, expected) => {
    const seen: Seen[] = []
    for (const side of sites.keys()) {
      const page = await browser().open(originOf(side) + path)
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
      const page = await browser().open(`${originOf(side)}/order?book=knots`)
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
