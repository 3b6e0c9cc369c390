/** The recipes of the guide that serve something, as they stand there, over real servers. */

import { createServer } from 'node:http'
import type { Express } from 'express'
import { afterAll, afterEach, expect, it } from 'vitest'
import type { Answer } from './adapters/client.ts'
import { ask } from './adapters/client.ts'
import type { Running } from './adapters/harness.ts'
import { listen } from './adapters/harness.ts'
import { CSP } from './adapters/sample.ts'
import { readBlocks } from './docs/markdown.ts'
import { removeModules, run, writeModules } from './docs/modules.ts'

const files = ['docs/guide/recipes.md', 'docs/guide/routes-and-tenants.md']
const modules = files.flatMap((file) => {
  return writeModules(readBlocks(file).filter(({ language }) => language === 'js'))
})
afterAll(removeModules)

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

/** The app of the first block under a heading; what it leaves over is answered with its policy. */
async function appOf(heading: string): Promise<Express> {
  const module = modules.find(({ block }) => block.heading === heading)
  if (module === undefined) throw new Error(`Cannot find ${JSON.stringify(heading)} in the guide`)
  const { app } = await run(module, ['app'])
  return (app as Express).use((req, res) => {
    res.send(String(req.headers['content-security-policy']))
  })
}

async function get(app: Express, path: string): Promise<Answer> {
  const server = await listen(createServer((req, res) => void app(req, res)))
  running.push(server)
  return ask(server.origin, 'http1', { path })
}
