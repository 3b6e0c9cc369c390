/**
 * `only: 'documents'`: whatever type a response has, no script runs in it without the policy. Each
 * browser is asked what it runs of the table of types, with the policy and without.
 */

import type { RequestListener } from 'node:http'
import { NONE, csp } from '@cusp/core'
import { cspMiddleware } from '@cusp/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { contentTypes } from '../adapters/content-types.ts'
import type { Page } from './browser.ts'
import { until } from './browser.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

const POLICY = csp().defaultSrc(NONE)

/** HTML and XML in one, whose script tells the page around it. */
function writeDocument(message: string): string {
  return `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>typed</title></head><body><script>parent.postMessage('${message}', '*')</script></body></html>`
}

/** A worker that tells the page that it runs, and whether it may connect. */
const WORKER = `fetch('/json').then(() => postMessage('connects'), () => postMessage('does not connect'))`

/**
 * Answers `/document/3` and `/worker/3` with the third type: under `/bare` without the policy,
 * under `/cached` so that the browser keeps it.
 */
function application(): RequestListener {
  const addPolicy = cspMiddleware(POLICY, { only: 'documents' })
  return (request, response) => {
    const [, kind = '', at = ''] = /(document|worker)\/(\d+)/.exec(request.url ?? '') ?? []
    if (request.url?.startsWith('/bare') !== true) void addPolicy(request, response)
    response.setHeader('Content-Type', contentTypes[Number(at)]?.value ?? '')
    const isCached = request.url?.startsWith('/cached') === true
    response.setHeader('Cache-Control', isCached ? 'max-age=600' : 'no-store')
    response.end(kind === 'worker' ? WORKER : writeDocument(at))
  }
}

const PAGE = `<!doctype html><title>page</title><body><script>
  globalThis.told = []
  addEventListener('message', ({ data }) => told.push(data))
  globalThis.frame = (url) => {
    const frame = document.createElement('iframe')
    frame.src = url
    document.body.append(frame)
  }
  globalThis.work = (url) => new Promise((resolve) => {
    const worker = new Worker(url)
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = () => resolve('does not run')
  })
</script></body>`

const places = [...contentTypes.keys()]
/** How many frames load at once. */
const BATCH = 6

let site: Site
let url: string
beforeAll(async () => {
  site = await startSite({ application: application() })
  url = site.page.serve('/', { body: PAGE })
  site.page.serve('/last', { body: writeDocument('last') })
})
afterAll(() => site.close())

/** The types whose documents run a script. */
async function findDocuments(page: Page, prefix: string): Promise<readonly unknown[]> {
  await page.goto(url)
  for (let first = 0; first < places.length; first += BATCH) {
    const paths = places.slice(first, first + BATCH).map((at) => `${prefix}/document/${at}`)
    await page.evaluate(`for (const path of ${JSON.stringify(paths)}) frame(path)`)
    for (const path of paths) await site.page.waitForRequest(path)
    // A frame that is asked for later and tells the page: by then those before it have.
    await page.evaluate(`void frame('/last?${first}')`)
    await until(page, `told.filter((message) => message === 'last').length > ${first / BATCH}`)
  }
  const told = await page.evaluate<readonly unknown[]>('told')
  return places.filter((at) => told.includes(String(at))).map((at) => contentTypes[at]?.value)
}

/** The types whose workers connect. */
async function findWorkers(page: Page, prefix: string): Promise<readonly unknown[]> {
  await page.goto(url)
  const connecting: unknown[] = []
  for (const at of places) {
    const path = `${prefix}/worker/${at}`
    if (prefix === '/cached')
      await page.evaluate(`fetch('${path}').then((got) => got.text()).catch(() => '')`)
    const done = await page.evaluate(`work('${path}')`)
    if (done === 'connects') connecting.push(contentTypes[at]?.value)
  }
  return connecting
}

const kept = contentTypes.filter(({ keeps }) => keeps).map(({ value }) => value)

describeInBrowsers("only: 'documents'", (browser) => {
  it('runs no script in a document without its policy, whatever its type', async () => {
    const page = await browser().open(url)
    expect(await findDocuments(page, '')).toEqual([])
    const bare = await findDocuments(page, '/bare')
    expect(bare).toEqual(
      expect.arrayContaining(['text/html', 'image/svg+xml', 'text/xml; charset=utf-8']),
    )
    // Those that lose their policy run nothing anyway.
    expect(kept).toEqual(expect.arrayContaining([...bare]))
    await page.close()
  })

  it('runs no worker without its policy, whatever its type', async () => {
    const page = await browser().open(url)
    expect(await findWorkers(page, '')).toEqual([])
    expect(await findWorkers(page, '/cached')).toEqual([])
    expect(await findWorkers(page, '/bare')).toContain('text/javascript')
    await page.close()
  })
})
