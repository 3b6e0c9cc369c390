/** The examples of views, servers that render, and apps: each under its policy in each browser. */

import { mkdtempSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { app as ejs } from '../../examples/ejs/server.js'
import { app as handlebars } from '../../examples/handlebars/server.js'
import { app as koaEjs } from '../../examples/koa-ejs/server.js'
import { app as metaExpress } from '../../examples/meta/express.js'
import { app as metaKoa } from '../../examples/meta/koa.js'
import { app as pug } from '../../examples/pug/server.js'
import { app as react } from '../../examples/react/server.js'
import { buildPage } from '../../examples/vite/build.js'
import { serveByHash, serveByNonce } from '../../examples/vite/server.js'
import { app as vue } from '../../examples/vue/server.js'
import type { Page } from './browser.ts'
import { until } from './browser.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

/** What somebody else wrote into the page. */
const PLANTED = `<script>globalThis.planted = true</script>`
const GREEN = 'rgb(0, 128, 0)'
/** The script of the page itself has run. */
const RAN = `document.documentElement.dataset.ran === 'yes'`
/** The client has taken the page over: a click counts. */
const COUNTS = `
  const button = document.querySelector('#count')
  if (button.textContent === '0') button.click()
  return document.querySelector('#count').textContent !== '0'
`

/** Puts a script into the page, as an extension or a fault in a library would. */
const INSERT = `
  const script = document.createElement('script')
  script.append('globalThis.planted = true')
  document.body.append(script)
`

/** The page shows the planted script as text. */
const SHOWN = `document.querySelector('#comment').textContent === ${JSON.stringify(PLANTED)}`

interface Example {
  readonly name: string
  readonly application: () => Promise<RequestListener> | RequestListener
  /** What is true once the page works. */
  readonly works: string
  /** What is true of a page that takes what was planted as text. */
  readonly takesAsText?: string
}

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-vite-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Builds the page of Vite into a folder of its own. */
async function build(mode: 'hash' | 'nonce'): Promise<string> {
  const outDir = path.join(folder, mode)
  await buildPage(outDir, mode)
  return outDir
}

const examples: readonly Example[] = [
  { name: 'EJS', application: () => ejs, works: RAN },
  { name: 'Pug', application: () => pug, works: RAN },
  { name: 'Handlebars', application: () => handlebars, works: RAN },
  { name: 'EJS in Koa', application: () => koaEjs, works: RAN },
  { name: 'a meta tag in Express', application: () => metaExpress, works: RAN },
  { name: 'a meta tag in Koa', application: () => metaKoa, works: RAN },
  { name: 'React', application: () => react, works: COUNTS },
  { name: 'Vue', application: () => vue, works: COUNTS },
  {
    name: 'Vite by hash',
    application: async () => serveByHash(await build('hash')),
    works: RAN,
    takesAsText: SHOWN,
  },
  {
    name: 'Vite by nonce',
    application: async () => serveByNonce(await build('nonce')),
    works: RAN,
    takesAsText: SHOWN,
  },
]

const sites = new Map<string, Site>()
beforeAll(async () => {
  for (const { name, application } of examples) {
    sites.set(name, await startSite({ application: await application() }))
  }
})
afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))

function urlOf(name: string, comment?: string): string {
  const origin = (sites.get(name) as Site).page.origin
  return comment === undefined ? `${origin}/` : `${origin}/?${new URLSearchParams({ comment })}`
}

describeInBrowsers('an example', (browser) => {
  let page: Page
  const counts: string[] = []
  afterAll(() => console.log(`${browser().name}: ${counts.join(', ')}`))

  it.each(examples)('$name', async ({ name, works, takesAsText }) => {
    page = await browser().open(urlOf(name))
    await until(page, works)
    expect(await page.evaluate(`getComputedStyle(document.querySelector('h1')).color`)).toBe(GREEN)
    const clean = await page.evaluate<readonly string[]>('violations')
    expect(clean).toEqual([])
    expect(await page.evaluate('globalThis.faults ?? []')).toEqual([])
    await page.goto(urlOf(name, PLANTED))
    await until(page, takesAsText ?? works)
    // A page that shows it as text is attacked by a script that something puts into it.
    if (takesAsText !== undefined) await page.evaluate(INSERT)
    const blocked = await until<readonly string[]>(page, 'violations.length > 0 && violations')
    const directive = takesAsText === undefined ? 'script-src-elem' : 'require-trusted-types-for'
    expect(blocked).toEqual([directive])
    expect(await page.evaluate('globalThis.planted')).toBeUndefined()
    counts.push(`${name} ${clean.length} and ${blocked.length} violations`)
    await page.close()
  })
})
