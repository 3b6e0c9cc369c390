/** The hashes of a page allow all that is inline in it, and nothing else. */

import { csp, NONE, REPORT_SAMPLE, SELF } from '@cusp/core'
import { hashHtml } from '@cusp/html'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser, Page } from './browser.ts'
import { until } from './browser.ts'
import { poll } from './deadline.ts'
import type { CorpusDocument } from './inline-corpus.ts'
import { CORPUS } from './inline-corpus.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

const PLANTED = 'globalThis.planted = true'

/** Everything but what is inline. */
const base = csp()
  .defaultSrc(SELF, 'data:')
  .scriptSrc(SELF, 'data:', REPORT_SAMPLE)
  .styleSrc(SELF, REPORT_SAMPLE)
  .objectSrc(NONE)

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

describeInBrowsers('the hashes of a page', (browser) => {
  let page: Page
  beforeAll(async () => {
    page = await browser().open(site.page.serve('/blank', { body: '<!doctype html>' }))
  })
  afterAll(async () => {
    await page.close()
    console.log(`${CORPUS.length} documents under their hashes in ${browser().name}`)
  })

  it.each(CORPUS.map((document, index) => [document.name, document, index] as const))(
    'allow %s',
    async (_, document, index) => {
      const reports = `/reports?${browser().name}-${index}`
      await page.goto(serve(document, { path: `/${browser().name}-${index}`, reports }))
      const said = await until<readonly string[]>(
        page,
        `(globalThis.said ?? []).length >= ${document.says.length} && (globalThis.said ?? [])`,
      )
      expect(said.toSorted()).toEqual([...document.says].toSorted())
      expect(await plant(page, browser(), reports)).toEqual([shownBy(browser())])
    },
  )
})

it('are of sixty documents and more', () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(60)
  expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length)
})

/** Serves a document with exactly its hashes. */
function serve(
  { body, contentType = 'text/html; charset=utf-8' }: CorpusDocument,
  { path, reports }: { readonly path: string; readonly reports: string },
): string {
  const additions = hashHtml(body, { contentType, unsafeHashes: true })
  const policy = base.merge(additions).directive('report-uri', reports)
  return site.page.serve(path, {
    headers: { 'content-type': contentType, 'content-security-policy': String(policy) },
    body,
  })
}

/** Plants a script, and returns what the page has reported by then. */
async function plant(page: Page, browser: Browser, reports: string): Promise<readonly string[]> {
  const planted = await page.evaluate<boolean>(`
    const script = document.createElement('script')
    script.textContent = ${JSON.stringify(PLANTED)}
    document.documentElement.append(script)
    return globalThis.planted === true
  `)
  expect(planted, `the planted script in ${browser.name}`).toBe(false)
  const shown = (): readonly string[] =>
    site.reports.requests
      .filter(({ path }) => path === reports)
      .flatMap(({ items }) => items.map(show))
  await poll(() => shown().includes(shownBy(browser)), { what: 'a report of the planted script' })
  return shown()
}

/** What a report of the planted script shows: WebKit sends no samples. */
function shownBy({ name }: Browser): string {
  return name === 'webkit' ? 'script-src-elem' : PLANTED
}

/** The sample of a report, else its directive. */
function show(report: unknown): string {
  const { 'csp-report': body = {} } = report as {
    readonly 'csp-report'?: {
      readonly 'effective-directive'?: string
      readonly 'script-sample'?: string
    }
  }
  return body['script-sample'] ?? body['effective-directive'] ?? JSON.stringify(report)
}
