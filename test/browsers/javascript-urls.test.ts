/** Which text of a `javascript:` URL each browser hashes: one hash at a time, then all. */

import { decide } from '../../packages/engine/src/index.ts'
import { csp } from '../../packages/core/src/index.ts'
import { hashHtml, hashInline, readInline } from '../../packages/html/src/index.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser } from './browser.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

/** In attributes with single quotes, so that the URL is what stands here. */
const URLS = [
  'javascript:say("a")',
  'javascript:say("%61")',
  'javascript:say("é😀")',
  'javascript:say("%C3%A9")',
  'javascript:say("%ff")',
  'javascript:say("é %ff")',
  'javascript:say("100%")',
  'javascript:say(true ? "a b" : "<c>")',
  'javascript:say("a #b <c>")',
  'javascript://h/%0asay("{}é")',
  'javascript:/a b/;say("é?")',
  ' JavaScript:say("a")\t',
]

let site: Site
let served = 0
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

describeInBrowsers('a javascript: URL', (browser) => {
  it.each(URLS)('%s', async (url) => {
    const html = `<a href='${url}'>x</a>`
    const [code] = readInline(html).inline
    const texts = [code?.source ?? '', ...(code?.alternatives ?? [])]
    const check = { type: 'inline', inline: 'navigation', source: url } as const
    const [seen, foretold] = [new Map<string, boolean>(), new Map<string, boolean>()]
    for (const text of texts) {
      const value = `script-src 'unsafe-hashes' ${hashInline(text)}`
      seen.set(text, await isRun(browser(), { html, value }))
      foretold.set(text, decide({ value }, check, { dialect: browser().name }).allowed)
    }
    expect(seen).toEqual(foretold)
    expect([...seen.values()].filter(Boolean)).toHaveLength(1)
    const all = csp()
      .scriptSrc("'none'")
      .merge(hashHtml(html, { unsafeHashes: true }))
    expect(await isRun(browser(), { html, value: String(all) })).toBe(true)
    const other = `script-src 'unsafe-hashes' ${hashInline(`${url} `)}`
    expect(await isRun(browser(), { html, value: other })).toBe(false)
  })
})

/** Clicks the link of a page under that policy. */
async function isRun(
  browser: Browser,
  { html, value }: { readonly html: string; readonly value: string },
): Promise<boolean> {
  served += 1
  const page = await browser.open(
    site.page.serve(`/page-${served}`, {
      headers: { 'content-security-policy': value, 'content-type': 'text/html; charset=utf-8' },
      body: `<!doctype html><title>link</title>${html}`,
    }),
  )
  try {
    return await page.evaluate<boolean>(`
      const ran = new Promise((resolve) => {
        globalThis.say = () => resolve(true)
        document.addEventListener('securitypolicyviolation', () => resolve(false))
      })
      document.querySelector('a').click()
      return ran
    `)
  } finally {
    await page.close()
  }
}
