/** The examples, used as a person uses them. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Summary } from '@cusp/collector'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { start } from '../../examples/express/server.js'
import { render } from '../../examples/ssr-meta/build.js'
import { createStaticServer } from '../../examples/ssr-meta/server.js'
import { until } from './browser.ts'
import type { Browser, Page } from './browser.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers, expectBehaviour } from './suite.ts'

/** What the page shows of one attempt. */
interface Shown {
  readonly attempt: string
  readonly expect: string
  /** The text of its chip. */
  readonly chip: string
}

const VIEWPORT = { width: 1280, height: 1600 }

const storeFolder = mkdtempSync(path.join(tmpdir(), 'cusp-example-'))
const store = path.join(storeFolder, 'csp.db')
afterAll(() => rmSync(storeFolder, { recursive: true }))

let example: Awaited<ReturnType<typeof start>>
let staticSite: Site
beforeAll(async () => {
  example = await start({ address: `sqlite:${store}` })
  const server = createStaticServer(await render())
  staticSite = await startSite({
    application: (request, response) => server.emit('request', request, response),
  })
})
afterAll(() => Promise.all([example.close(), staticSite.close()]))

describeInBrowsers('the Express example', (browser) => {
  let page: Page
  beforeAll(async () => {
    page = await browser().open(example.url)
    await page.setViewport(VIEWPORT)
    await until(page, `document.querySelector('#report-count').textContent.startsWith('Listening')`)
    await page.evaluate(`
      globalThis.errors = []
      addEventListener('error', ({ message }) => errors.push(message))
      addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)))
      const report = console.error
      console.error = (...values) => { errors.push(values.join(' ')); report.apply(console, values) }
    `)
  })
  afterAll(() => page.close())

  it('shows which inline script ran', async () => {
    const shown = await until<readonly Shown[]>(
      page,
      `
      const shown = ${showAttempts('[data-attempt=nonced], [data-attempt=smuggled]')}
      return shown.every(({ chip }) => chip !== '') && shown
    `,
    )
    expect(shown).toEqual([
      { attempt: 'nonced', expect: 'allowed', chip: 'allowed' },
      { attempt: 'smuggled', expect: 'blocked', chip: 'blocked' },
    ])
  })

  it.each(['allowed', 'blocked'])('tries one thing, %s', async (expected) => {
    const attempt = `[data-attempt=fetch][data-expect=${expected}]`
    await page.click(`${attempt} button`)
    const chip = await until(page, `document.querySelector('${attempt} .chip')?.textContent`)
    expect(chip).toBe(expected)
  })

  it('tries everything, and each comes as the policy says', async () => {
    await page.click('#run-all')
    const summary = await until<string>(
      page,
      `
      const { textContent } = document.querySelector('#summary')
      return textContent.startsWith('Done') && textContent
    `,
    )
    expect(summary).toContain('That is what the policy says.')
    const shown = await page.evaluate<readonly Shown[]>(showAttempts('.attempt'))
    expect(shown.map(({ attempt }) => attempt).toSorted(compare)).toEqual(
      [...CONNECTIONS, ...CONNECTIONS, 'eval', 'nonced', 'smuggled'].toSorted(compare),
    )
    const pings = shown.filter(({ attempt }) => attempt === 'ping')
    const others = shown.filter(({ attempt }) => attempt !== 'ping')
    expect(others.map(({ chip }) => chip)).toEqual(others.map((attempt) => attempt.expect))
    expectBehaviour(
      browser(),
      'ping-chips',
      pings.map(({ chip }) => chip),
      ['allowed', 'blocked'],
    )
  })

  it('lists reports as they arrive', async () => {
    const read = `[...document.querySelectorAll('#report-list tr')].map((row) =>
      [...row.querySelectorAll('code')].map((code) => code.textContent))`
    const wanted = ['connect-src', 'script-src', 'script-src-elem']
    const rows = await until<readonly (readonly string[])[]>(
      page,
      `
      const rows = ${read}
      return ${JSON.stringify(wanted)}.every((name) => rows.some(([directive]) => directive === name)) && rows
    `,
    )
    expect(rows).toContainEqual(['connect-src', 'refused.example'])
    expect(rows.length).toBeLessThanOrEqual(100)
  })

  it('stores them, and the command lists them meanwhile', async () => {
    const { groups } = await listStored()
    expect(groups).toContainEqual(
      expect.objectContaining({
        class: 'source',
        directive: 'connect-src',
        blocked: 'refused.example',
        pages: [`${example.url}/`],
      }),
    )
    const browsers = groups.flatMap((group) => group.browsers.map((name) => name.split(' ')[0]))
    expect(browsers).toContain(FAMILIES[browser().name])
  })

  it('looks like something, without an error', async () => {
    await page.evaluate(`scrollTo(0, 0)`)
    const image = await page.screenshot()
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([
      VIEWPORT.width,
      VIEWPORT.height,
    ])
    expect(image.length).toBeGreaterThan(50_000)
    await keepScreenshot(browser(), 'express', image)
    expect(await page.evaluate('errors')).toEqual([])
  })
})

describeInBrowsers('the static example', (browser) => {
  it('runs its hashed script and style, and not the other script', async () => {
    const page = await browser().open(`${staticSite.page.origin}/`)
    const blocked = await until(page, `document.querySelector('#blocked').textContent`)
    expect(blocked).toBe('script-src-elem blocked inline')
    expect(await page.evaluate('document.title')).toBe('A static page under a policy')
    expect(await page.evaluate(`document.querySelector('#policy').textContent`)).toContain(
      'sha256-',
    )
    expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('640px')
    await keepScreenshot(browser(), 'ssr-meta', await page.screenshot())
    await page.close()
  })
})

/** What the User-Agent of each says. */
const FAMILIES: Readonly<Record<Browser['name'], string>> = {
  chromium: 'chrome',
  firefox: 'firefox',
  webkit: 'safari',
}

async function listStored(): Promise<Summary> {
  const main = path.resolve(import.meta.dirname, '../../packages/cli/src/main.ts')
  const hooks = path.resolve(import.meta.dirname, '../../bench/typescript.js')
  const args = ['--conditions=@cusp/source', '--import', hooks, main, 'reports', store, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Summary
}

const CONNECTIONS = ['fetch', 'xhr', 'websocket', 'eventsource', 'beacon', 'ping']

/** A script for what the page shows of the attempts that match. */
function showAttempts(selector: string): string {
  return `[...document.querySelectorAll('${selector}')].map((element) => ({
    attempt: element.dataset.attempt,
    expect: element.dataset.expect,
    chip: element.querySelector('.chip')?.textContent ?? '',
  }))`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** CUSP_SCREENSHOTS names a folder for them. */
async function keepScreenshot(browser: Browser, name: string, image: Buffer): Promise<void> {
  const folder = process.env['CUSP_SCREENSHOTS']
  if (folder === undefined || folder === '') return
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, `${name}-${browser.name}.png`), image)
}
