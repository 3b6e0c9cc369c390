/** The plugin for Vite: builds under their policies, a dev server that shows what they block. */

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { strict } from '@cusp/core'
import { cspMiddleware } from '@cusp/express'
import { nonceSlots } from '@cusp/html'
import type { CuspOptions } from '@cusp/vite'
import { cusp } from '@cusp/vite'
import express from 'express'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Lines, ViteVersion } from '../../packages/vite/test/project.ts'
import {
  FILES,
  makeLogger,
  makeProject,
  originOf,
  read,
  removeProjects,
  VERSIONS,
} from '../../packages/vite/test/project.ts'
import { until } from './browser.ts'
import { poll } from './deadline.ts'
import type { Site } from './site.ts'
import { startSite } from './site.ts'
import { describeInBrowsers } from './suite.ts'

/** The page, its module and what that loads later have run. */
const WORKS = `document.documentElement.dataset.lazy === 'yes'`
/** The styles of the page, of its style sheet and of what the module imports. */
const STYLES = `
  const { color, fontWeight, marginTop, paddingTop } = getComputedStyle(document.querySelector('h1'))
  return [color, fontWeight, marginTop, paddingTop]
`
const STYLED = ['rgb(0, 128, 0)', '700', '1px', '2px']
/** Puts an inline script into the page, as an extension or a fault in a library would. */
const INSERT = `
  const script = document.createElement('script')
  script.append('globalThis.planted = true')
  document.body.append(script)
`

/** Puts an event handler in: 'strict-dynamic' allows scripts that a script of the page puts in. */
const HANDLE = `
  document.body.setAttribute('onclick', 'globalThis.planted = true')
  document.body.click()
`

/** A build and how it is served. */
interface Case {
  readonly name: string
  readonly vite: ViteVersion
  readonly options: CuspOptions
  readonly serve: (dist: string) => express.Express
}

const cases: readonly Case[] = VERSIONS.flatMap((vite): readonly Case[] => [
  {
    name: `${vite.name}, a meta tag`,
    vite,
    options: {},
    serve: (dist) => express().use(express.static(dist)),
  },
  { name: `${vite.name}, headers`, vite, options: { deliver: 'json' }, serve: serveHeaders },
  { name: `${vite.name}, nonces`, vite, options: { deliver: 'nonce' }, serve: serveNonces },
])

/** A server with the headers that the build wrote. */
function serveHeaders(dist: string): express.Express {
  const map = JSON.parse(read(dist, '../csp-headers.json')) as Record<
    string,
    Record<string, string>
  >
  const app = express()
  app.use(
    express.static(dist, {
      setHeaders: (response, file) => {
        const headers = map[`/${path.relative(dist, file)}`] ?? {}
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      },
    }),
  )
  return app
}

/** A server that makes nonces. */
function serveNonces(dist: string): express.Express {
  const page = nonceSlots(path.join(dist, 'index.html'))
  const app = express().use(cspMiddleware(strict()))
  app.get('/', (_request, response) => {
    response.type('html').send(page(response.locals.csp.nonce))
  })
  return app.use(express.static(dist))
}

const sites = new Map<string, Site>()
beforeAll(async () => {
  for (const { name, vite, options, serve } of cases) {
    const root = makeProject()
    const { logger } = makeLogger()
    await vite.build({
      root,
      configFile: false,
      logLevel: 'warn',
      customLogger: logger,
      plugins: [cusp(options)],
    })
    sites.set(name, await startSite({ application: serve(path.join(root, 'dist')) }))
  }
})
afterAll(() => Promise.all([...sites.values()].map((site) => site.close())))
afterAll(removeProjects)

describeInBrowsers('what Vite builds', (browser) => {
  it.each(cases)('works under its policy: $name', async ({ name }) => {
    const page = await browser().open(`${sites.get(name)?.page.origin}/`)
    await until(page, WORKS)
    expect(await page.evaluate(STYLES)).toEqual(STYLED)
    expect(await page.evaluate('violations')).toEqual([])
    const [plant, directive] = name.endsWith('nonces')
      ? [HANDLE, 'script-src-attr']
      : [INSERT, 'script-src-elem']
    await page.evaluate(plant)
    expect(await until(page, 'violations.length > 0 && violations')).toEqual([
      `enforce ${directive}`,
    ])
    expect(await page.evaluate('globalThis.planted')).toBeUndefined()
    await page.close()
  })
})

describeInBrowsers('a dev server', (browser) => {
  it.each(VERSIONS)('of $name shows what the release would block', async (vite) => {
    const root = makeProject()
    const { server, lines } = await startDev(vite, root)
    const page = await browser().open(`${originOf(server)}/`)
    await until(page, WORKS)
    await until(
      page,
      `document.querySelector('h1') && (() => { ${STYLES} })().join() === '${STYLED.join()}'`,
    )
    writeFileSync(path.join(root, 'src/imported.css'), 'h1 { margin: 9px }\n')
    await until(page, `getComputedStyle(document.querySelector('h1')).marginTop === '9px'`)
    expect(await page.evaluate('violations')).toEqual([])
    expect(shownIn(lines)).toEqual([])
    writeFileSync(path.join(root, 'src/main.js'), `${FILES['src/main.js']}${INSERT}`)
    const [shown] = await poll(() => (shownIn(lines).length > 0 ? shownIn(lines) : undefined), {
      what: 'the violation in the terminal',
    })
    expect(shown).toContain('Blocked: the inline script.')
    expect(shown).toContain('fix: Put the code into a module')
    await until(page, `document.querySelector('vite-error-overlay') !== null`)
    expect(await page.evaluate('globalThis.planted')).toBeUndefined()
    await page.close()
    await server.close()
  })
})

function shownIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.includes('The policy of the release'))
}

async function startDev(
  vite: ViteVersion,
  root: string,
): Promise<
  Pick<Lines, 'lines'> & { readonly server: Awaited<ReturnType<ViteVersion['createServer']>> }
> {
  const { lines, logger } = makeLogger()
  const server = await vite.createServer({
    root,
    configFile: false,
    customLogger: logger,
    server: { port: 0, host: '127.0.0.1' },
    plugins: [cusp()],
  })
  await server.listen()
  return { server, lines }
}
