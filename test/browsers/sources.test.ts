/**
 * What the seed document lists as `<source>`, each written with the builder: what it allows, and
 * what it does not.
 */

import type { SourceInput } from '@cusp/core'
import { NONE, SELF, csp } from '@cusp/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from './browser.ts'
import { startPolicySite, takeViolations, waitForViolations } from './policy-site.ts'
import type { PolicySite } from './policy-site.ts'
import { describeInBrowsers, expectBehaviour } from './suite.ts'

interface Row {
  readonly source: SourceInput
  /**
   * URLs that it allows; a path is one of the page's own origin. No machine answers, which is no
   * violation.
   */
  readonly allows: readonly string[]
  /** URLs that it does not; nobody is asked. */
  readonly refuses: readonly string[]
}

/**
 * A page of this origin is at http://localhost, so a source without a scheme stands for http and
 * https.
 */
const ROWS: readonly Row[] = [
  {
    source: 'https://api.example.com',
    allows: ['https://api.example.com/', 'https://api.example.com/v1?q#f'],
    refuses: ['http://api.example.com/', 'https://example.com/', 'https://api.example.com:8443/'],
  },
  {
    source: 'http://api.example.com',
    allows: ['http://api.example.com/', 'https://api.example.com/'],
    refuses: ['http://example.com/'],
  },
  {
    source: 'api.example.com',
    allows: ['http://api.example.com/', 'https://api.example.com/'],
    refuses: ['https://www.example.com/'],
  },
  {
    source: '127.0.0.1',
    allows: ['http://127.0.0.1/'],
    refuses: ['http://127.0.0.2/'],
  },
  {
    source: 'https://*.example.com',
    allows: ['https://a.example.com/', 'https://a.b.example.com/'],
    refuses: ['https://example.com/', 'https://notexample.com/'],
  },
  {
    source: 'http://*.example.com',
    allows: ['http://a.example.com/'],
    refuses: ['http://example.com/'],
  },
  {
    source: 'mail.example.com:443',
    allows: ['https://mail.example.com/'],
    refuses: ['https://mail.example.com:8443/'],
  },
  {
    source: 'https://store.example.com:8443',
    allows: ['https://store.example.com:8443/'],
    refuses: ['https://store.example.com/'],
  },
  {
    source: 'https://store.example.com:*',
    allows: ['https://store.example.com/', 'https://store.example.com:8443/'],
    refuses: ['http://store.example.com:8443/'],
  },
  {
    source: 'https://api.example.com/v1/',
    allows: ['https://api.example.com/v1/', 'https://api.example.com/v1/users/1'],
    refuses: ['https://api.example.com/v2/', 'https://api.example.com/v1'],
  },
  {
    source: 'https://api.example.com/v1/users',
    allows: ['https://api.example.com/v1/users?page=2'],
    refuses: ['https://api.example.com/v1/users/1'],
  },
  {
    source: 'https://api.example.com/a;b,c',
    allows: ['https://api.example.com/a;b,c'],
    refuses: ['https://api.example.com/a'],
  },
  {
    source: 'https://bücher.example',
    allows: ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    refuses: ['https://buecher.example/'],
  },
  {
    source: 'wss://live.example.com',
    allows: ['wss://live.example.com/'],
    refuses: ['ws://live.example.com/', 'wss://example.com/'],
  },
  { source: '*', allows: ['https://example.com/', 'ws://example.com/'], refuses: ['data:,x'] },
  { source: 'https:', allows: ['https://example.com/'], refuses: ['http://example.com/'] },
  {
    source: 'http:',
    allows: ['http://example.com/', 'https://example.com/'],
    refuses: ['data:,x'],
  },
  { source: 'wss:', allows: ['wss://example.com/'], refuses: ['ws://example.com/'] },
  { source: 'data:', allows: ['data:,x'], refuses: ['/json', 'blob:'] },
  { source: 'blob:', allows: ['blob:'], refuses: ['/json', 'data:,x'] },
  {
    source: 'filesystem:',
    allows: ['filesystem:http://localhost/temporary/x'],
    refuses: ['/json', 'blob:'],
  },
  { source: 'mediastream:', allows: ['mediastream:x'], refuses: ['/json', 'data:,x'] },
  { source: SELF, allows: ['/json'], refuses: ['https://example.com/', 'data:,x', 'blob:'] },
  { source: NONE, allows: [], refuses: ['/json', 'https://example.com/', 'data:,x', 'blob:'] },
]

let site: PolicySite
beforeAll(async () => {
  site = await startPolicySite()
})
afterAll(() => site.close())

describeInBrowsers('connect-src with', (browser) => {
  let page: Page
  beforeAll(async () => {
    page = await browser().open(site.servePage(csp().connectSrc(NONE)))
  })
  afterAll(() => page.close())

  it.each(ROWS)('$source', async ({ source, allows, refuses }) => {
    await page.goto(site.servePage(csp().connectSrc(source)))
    for (const url of [...allows, ...refuses]) await ask(page, url)
    // In the order of the violations: one by an allowed URL would stand first.
    expect(await waitForViolations(page, refuses.length)).toEqual(
      refuses.map((url) => ({
        effectiveDirective: 'connect-src',
        blockedURI: nameInEvents(url),
        disposition: 'enforce',
      })),
    )
  })

  it.each(['filesystem', 'mediastream'])('asks the policy about %s:', async (scheme) => {
    await page.goto(site.servePage(csp().connectSrc(SELF)))
    await ask(page, `${scheme}:${site.page.origin}/temporary/x`)
    const asked = await takeViolations(page, 'https://last.example/')
    const blocked = asked.map(({ blockedURI }) => blockedURI)
    expectBehaviour(browser(), `${scheme}-blocked`, blocked, [scheme])
  })
})

/** What a violation event names: only the scheme of what has no host. */
function nameInEvents(url: string): string {
  const { protocol, href } = new URL(url, site.page.origin)
  return /^(?:https?|wss?):$/.test(protocol) ? href : protocol.slice(0, -1)
}

/** Connects to a URL, and waits until that has failed or succeeded; `blob:` is a new blob's URL. */
async function ask(page: Page, url: string): Promise<void> {
  await page.evaluate(`
    const given = ${JSON.stringify(url)}
    const url = given === 'blob:' ? URL.createObjectURL(new Blob(['x'])) : new URL(given, location).href
    if (!url.startsWith('ws')) return fetch(url).then(() => {}, () => {})
    try {
      const socket = new WebSocket(url)
      await new Promise((resolve) => { socket.onopen = socket.onerror = resolve })
      socket.close()
    } catch {}
  `)
}
