/** The recipes of the guide that show a page: each under its policy in each browser. */

import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Policy } from '@cusp/core'
import { build } from 'esbuild'
import express from 'express'
import type { Express } from 'express'
import { compile } from 'svelte/compiler'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readBlocks, ROOT } from '../docs/markdown.ts'
import type { Block } from '../docs/markdown.ts'
import type { DocModule } from '../docs/modules.ts'
import { removeModules, run, writeModules } from '../docs/modules.ts'
import { until } from './browser.ts'
import { poll } from './deadline.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

const CSP = 'content-security-policy'

const blocks = ['docs/guide/views.md', 'docs/guide/recipes.md'].flatMap(readBlocks)
const modules = writeModules(
  blocks.filter(({ language, exemption }) => language === 'js' && exemption === undefined),
)
/** What is compiled here; `dist` is ignored by every tool. */
const folder = path.join(ROOT, 'test/dist', randomUUID())
afterAll(async () => {
  removeModules()
  await rm(folder, { recursive: true, force: true })
})

interface Recipe {
  /** Its heading in the guide. */
  readonly name: string
  readonly path: string
  readonly application: () => Promise<Express>
  /** What is true once the page works. */
  readonly works: string
}

const RAN = 'globalThis.ran === true'

/** A click on the button of the page counts. */
const COUNTS = `
  const element = document.querySelector('my-count')
  const button = (element?.shadowRoot ?? document).querySelector('button')
  if (button?.textContent === '0') button.click()
  return Number(button?.textContent) > 0
`

const recipes: readonly Recipe[] = [
  { name: 'Nunjucks', path: '/', application: () => appOf('Nunjucks'), works: RAN },
  { name: 'Eta', path: '/', application: () => appOf('Eta'), works: RAN },
  { name: 'Svelte', path: '/', application: svelteApp, works: COUNTS },
  { name: 'Lit', path: '/', application: litApp, works: COUNTS },
  {
    name: 'Swagger UI',
    path: '/docs/',
    application: () => appOf('Swagger UI'),
    works: `document.querySelector('.swagger-ui .info h1')?.textContent.startsWith('Shop')`,
  },
  {
    name: 'GraphiQL',
    path: '/graphiql/',
    application: graphiqlApp,
    // Its editors are there, and the fonts and workers with them.
    works: `document.querySelectorAll('.monaco-editor .view-line').length > 0 && document.fonts.status === 'loaded'`,
  },
]

const sites = new Map<string, Site>()
beforeAll(async () => {
  for (const { name, application } of recipes) {
    // oxlint-disable-next-line no-await-in-loop -- one build at a time
    sites.set(name, await startSite({ application: reporting(await application()) }))
  }
}, 120_000)
afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))

describeInBrowsers('a page of the guide', (browser) => {
  it.each(recipes)('$name', async ({ name, path: place, works }) => {
    const site = sites.get(name) as Site
    const mark = `${browser().name}-${name.replaceAll(' ', '-')}`
    const reports = (): readonly string[] => {
      return site.reports.requests
        .filter((request) => request.path === `/reports?${mark}`)
        .flatMap(({ items }) => items.map(directiveOf))
    }
    const page = await browser().open(`${site.page.origin}${place}?${mark}`)
    await until(page, works)
    // Where 'strict-dynamic' stands, a script may insert scripts; a handler is never trusted.
    await page.evaluate(`
      try {
        document.body.insertAdjacentHTML('beforeend', '<b onfocus="planted = true" autofocus tabindex="0">')
        document.querySelector('b[onfocus]').focus()
      } catch {}
    `)
    await poll(() => reports().length > 0, { what: 'a report of what was planted' })
    expect(reports()).toEqual([name === 'Lit' ? 'require-trusted-types-for' : 'script-src-attr'])
    expect(await page.evaluate('globalThis.planted')).toBeUndefined()
    await page.close()
  })

  it('a page that is a file, as Electron opens it', async () => {
    const block = blockOf('Electron and other `file:` pages', ({ language }) => language === 'ts')
    const code = block.code.replace('start()', 'globalThis.ran = true')
    const [module] = writeModules([{ ...block, code }])
    const { policy } = await run(module as DocModule, ['policy'])
    const html = `<!doctype html><head>${(policy as Policy).toMeta()}</head><body><script>globalThis.ran = true</script><script>globalThis.planted = true</script>`
    const file = path.join(folder, `${browser().name}.html`)
    await mkdir(folder, { recursive: true })
    await writeFile(file, html)
    const page = await browser().open(pathToFileURL(file).href)
    await until(page, RAN)
    expect(await page.evaluate('globalThis.planted')).toBeUndefined()
    await page.close()
  })
})

function directiveOf(report: unknown): string {
  const { 'csp-report': body } = report as {
    readonly 'csp-report'?: { readonly 'effective-directive'?: string }
  }
  return body?.['effective-directive'] ?? JSON.stringify(report)
}

/** Every policy reports, to the query of its page. */
function reporting(app: Express): RequestListener {
  return (request, response) => {
    const query = (request.url ?? '').split('?', 2)[1] ?? ''
    const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => typeof response
    response.writeHead = (...head: unknown[]) => {
      const policy = response.getHeader(CSP)
      if (policy !== undefined)
        response.setHeader(CSP, `${String(policy)}; report-uri /reports?${query}`)
      return writeHead(...head)
    }
    app(request, response)
  }
}

/** The app of the first block under a heading. */
async function appOf(heading: string): Promise<Express> {
  const module = modules.find(({ block }) => block.heading === heading)
  if (module === undefined) throw new Error(`Cannot find ${JSON.stringify(heading)} in the guide`)
  const { app } = await run(module, ['app'])
  return app as Express
}

function blockOf(heading: string, isWanted: (block: Block) => boolean): Block {
  const block = blocks.find((each) => each.heading === heading && isWanted(each))
  if (block === undefined) throw new Error(`Cannot find ${JSON.stringify(heading)} in the guide`)
  return block
}

/** The component of the guide, built for the server and for the browser. */
async function svelteApp(): Promise<Express> {
  const { code } = blockOf('Svelte', ({ language }) => language === 'svelte')
  const server = blockOf('Svelte', ({ language }) => language === 'js')
  const file = (name: string): string => path.join(folder, name)
  await mkdir(folder, { recursive: true })
  const [onServer, inBrowser] = (['server', 'client'] as const).map((generate) => {
    return compile(code, { generate, filename: 'Page.svelte' }).js.code
  })
  await writeFile(file('Page.js'), onServer ?? '')
  await writeFile(file('Client.js'), inBrowser ?? '')
  const rebased = { ...server, code: server.code.replace('./Page.js', file('Page.js')) }
  const [module] = writeModules([rebased])
  const { app } = await run(module as DocModule, ['app'])
  const client = await bundle(`
    import { hydrate } from 'svelte'
    import Page from ${JSON.stringify(file('Client.js'))}
    const { nonce } = document.querySelector('script[nonce]')
    hydrate(Page, { target: document.body, props: { nonce } })
  `)
  return serveScript(app as Express, client)
}

async function litApp(): Promise<Express> {
  const { code } = blockOf('Lit', ({ exemption }) => exemption !== undefined)
  return serveScript(await appOf('Lit'), await bundle(code))
}

function serveScript(app: Express, script: string): Express {
  return app.get('/client.js', (_request, response) => {
    response.type('js').send(script)
  })
}

async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: path.join(ROOT, 'test') },
    bundle: true,
    format: 'esm',
    conditions: ['browser'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** GraphiQL and its workers, bundled; it asks a schema without fields of a server of ours. */
async function graphiqlApp(): Promise<Express> {
  const app = await appOf('GraphiQL')
  const { outputFiles } = await build({
    entryPoints: {
      app: path.join(import.meta.dirname, 'fixtures/graphiql.js'),
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
    // Its editor is a dependency of a dependency.
    nodePaths: [path.join(ROOT, 'node_modules/.pnpm/node_modules')],
    bundle: true,
    format: 'esm',
    outdir: '/',
    write: false,
    loader: { '.ttf': 'file', '.woff2': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const files = new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]))
  app.post('/graphql', express.json(), (_request, response) => {
    response.json({ data: {} })
  })
  app.get('/graphiql/', (_request, response) => {
    response.send(
      '<!doctype html><title>GraphiQL</title><link rel="stylesheet" href="app.css"><body><div id="graphiql"></div><script type="module" src="app.js"></script>',
    )
  })
  return app.get('/graphiql/:name', (request, response, next) => {
    const { name } = request.params
    const contents = files.get(name)
    if (contents === undefined) next()
    else response.type(path.extname(name)).send(Buffer.from(contents))
  })
}
