/** The recipes of the guide that serve something, as they stand there, over real servers. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Express } from 'express'
import type serverless from 'serverless-http'
import type { ViteDevServer } from 'vite'
import { afterAll, afterEach, expect, it } from 'vitest'
import type { Answer } from './adapters/client.ts'
import { ask } from './adapters/client.ts'
import type { Running } from './adapters/harness.ts'
import { listen } from './adapters/harness.ts'
import { CSP } from './adapters/sample.ts'
import type { Block } from './docs/markdown.ts'
import { readBlocks } from './docs/markdown.ts'
import type { DocModule } from './docs/modules.ts'
import { removeModules, run, writeModules } from './docs/modules.ts'

const files = ['docs/guide/recipes.md', 'docs/guide/routes-and-tenants.md']
const modules = files.flatMap((file) => {
  return writeModules(readBlocks(file).filter(isRunnable))
})
afterAll(removeModules)

function isRunnable({ language, exemption }: Block): boolean {
  return language === 'js' && exemption === undefined
}

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

it('an admin page has a policy of its own on its path', async () => {
  const app = await appOf('Mounted admin pages: bull-board, Swagger UI and others')
  const [outer, admin] = [await get(app, '/'), await get(app, '/admin/queues/x')]
  expect(outer.headers[CSP]).toContain("'strict-dynamic'")
  expect(admin.headers[CSP]).toBe(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  )
})

it('Next finds the nonce of the response in the request', async () => {
  const app = await appOf('Next on a custom server')
  const { body, headers } = await get(app, '/')
  expect(headers[CSP]).toMatch(/'nonce-[\w+/-]{22,}'/)
  expect(body).toBe(headers[CSP])
})

it('a service worker has the policy of its own file', async () => {
  const app = await appOf('A service worker')
  const { headers } = await get(app, '/sw.js')
  expect(headers[CSP]).toBe("default-src 'self'; connect-src 'self' https://api.example.com")
})

it('a route allows more than the others, and a path has another policy', async () => {
  const app = await appOf('Per route and per tenant')
  expect((await get(app, '/')).headers[CSP]).toContain("frame-ancestors 'none'")
  expect((await get(app, '/embed')).headers[CSP]).toContain(
    'frame-ancestors https://partner.example',
  )
  expect((await get(app, '/admin')).headers[CSP]).toContain("default-src 'none'")
})

it('Nest sends the policy with every response', async () => {
  const app = await appOf('NestJS')
  const { body, headers } = await get(app, '/')
  expect(headers[CSP]).toMatch(/'nonce-[\w+/-]{22,}'/)
  expect(body).toContain('Cannot GET /')
})

it('a Lambda function sends the policy, with the nonce of the page', async () => {
  const { handler } = await run(moduleOf('Lambda through serverless-http'), ['handler'])
  const answer = await (handler as ReturnType<typeof serverless>)(FUNCTION_URL_EVENT, {})
  const { statusCode, headers, body } = answer as FunctionAnswer
  expect(statusCode).toBe(200)
  const [, nonce] = /nonce="([\w+/-]{22,})"/.exec(body) ?? []
  expect(headers[CSP]).toContain(`'nonce-${nonce}'`)
})

it('a page of Vite in middleware mode has the nonce in each of its scripts', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-guide-'))
  const started = process.cwd()
  process.chdir(folder)
  writeFileSync('index.html', '<!doctype html><head></head><script type="module">start()</script>')
  const block = readBlocks(files[0] as string).find((each) => {
    return each.heading === 'Vite in middleware mode' && each.exemption !== undefined
  })
  const [module] = writeModules([block as Block])
  const { app, vite } = await run(module as DocModule, ['app', 'vite'])
  try {
    const { body, headers } = await get(app as Express, '/')
    const scripts = body?.match(/<script[^>]*>/g) ?? []
    const nonce = /'nonce-([^']+)'/.exec(String(headers[CSP]))?.[1]
    expect(scripts.length).toBeGreaterThan(1)
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([])
  } finally {
    await (vite as ViteDevServer).close()
    process.chdir(started)
    rmSync(folder, { recursive: true })
  }
})

/** What a function URL hands over. */
const FUNCTION_URL_EVENT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: { host: 'shop.example' },
  requestContext: { http: { method: 'GET', path: '/', sourceIp: '203.0.113.1' } },
  isBase64Encoded: false,
}

interface FunctionAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The app of the first block under a heading; what it leaves over is answered with its policy. */
async function appOf(heading: string): Promise<Express> {
  const { app } = await run(moduleOf(heading), ['app'])
  return (app as Express).use((req, res) => {
    res.send(String(req.headers['content-security-policy']))
  })
}

function moduleOf(heading: string): DocModule {
  const module = modules.find(({ block }) => block.heading === heading)
  if (module === undefined) throw new Error(`Cannot find ${JSON.stringify(heading)} in the guide`)
  return module
}

async function get(app: Express, place: string): Promise<Answer> {
  const server = await listen(createServer((req, res) => void app(req, res)))
  running.push(server)
  return ask(server.origin, 'http1', { path: place })
}
