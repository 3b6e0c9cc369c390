/** The recipes of the guide for frameworks of web Requests, as they stand there. */

import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { FastifyInstance } from 'fastify'
import type { FunctionComponent } from 'react'
import { createElement } from 'react'
import type { ServerBuild } from 'react-router'
import { Outlet, Scripts } from 'react-router'
import { afterAll, describe, expect, it } from 'vitest'
import { csp, getCsp, NONCE, SELF, withCsp } from '@cusp/web'
import { H3 } from 'h3'
import { Elysia } from 'elysia'
import { Hono } from 'hono'
import { CSP } from './adapters/sample.ts'
import { readBlocks } from './docs/markdown.ts'
import { removeModules, run, writeModules } from './docs/modules.ts'

type Fetch = (request: Request) => Promise<Response>

const ORIGIN = 'http://127.0.0.1'
const policy = csp().defaultSrc(SELF).scriptSrc(NONCE)
const modules = writeModules(readBlocks('docs/guide/web-servers.md'))
afterAll(removeModules)

/** What the recipe under a heading exports. */
async function recipe(heading: string, name: string): Promise<unknown> {
  const found = modules.filter(({ block }) => block.heading === heading)
  for (const module of found) {
    const exported = await run(module)
    if (name in exported) return exported[name]
  }
  throw new Error(`Cannot find ${name} of ${JSON.stringify(heading)} in the guide`)
}

function expectOwnNonce(response: Response, body: string): void {
  const nonces = new Set([...body.matchAll(/nonce="([^"]*)"/g)].map(([, nonce]) => nonce))
  expect(nonces.size).toBe(1)
  const [nonce] = nonces
  expect(response.headers.get(CSP)).toContain(`'nonce-${nonce}'`)
}

describe.each(['Hono', 'h3', 'Elysia'])('the recipe for %s', (heading) => {
  it('has a page with its nonce, and 404 with the policy', async () => {
    const fetch = (await recipe(heading, 'fetch')) as Fetch
    const page = await fetch(new Request(`${ORIGIN}/`))
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expectOwnNonce(page, await page.text())
    const missing = await fetch(new Request(`${ORIGIN}/nowhere`))
    expect(missing.status).toBe(404)
    expect(missing.headers.get(CSP)).toContain("script-src 'nonce-")
  })

  it('serves it over a socket', async () => {
    const fetch = (await recipe(heading, 'fetch')) as Fetch
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' })
    await new Promise((resolve) => {
      server.once('listening', resolve)
    })
    const { port } = server.address() as AddressInfo
    const response = await globalThis.fetch(`${ORIGIN}:${port}/`)
    expectOwnNonce(response, await response.text())
    const head = await globalThis.fetch(`${ORIGIN}:${port}/`, { method: 'HEAD' })
    expect(head.headers.get(CSP)).toContain("script-src 'nonce-")
    server.close()
  })
})

function fail(): never {
  throw new Error('wrong')
}

const servers: readonly (readonly [
  name: string,
  fetch: (request: Request) => Response | Promise<Response>,
])[] = [
  [
    'Hono',
    new Hono()
      .get('/wrong', fail)
      .get('/there', (c) => c.redirect('/'))
      .get('/static', () => Response.redirect(`${ORIGIN}/`))
      .get('/own', (c) => c.body('', 200, { [CSP]: "default-src 'none'" })).fetch,
  ],
  [
    'h3',
    (request) =>
      new H3({ silent: true })
        .get('/wrong', fail)
        .get('/there', () => new Response(null, { status: 302, headers: { Location: '/' } }))
        .get('/static', () => Response.redirect(`${ORIGIN}/`))
        .get('/own', () => new Response('', { headers: { [CSP]: "default-src 'none'" } }))
        .fetch(request),
  ],
  [
    'Elysia',
    (request) =>
      new Elysia()
        .get('/wrong', fail)
        .get('/there', ({ redirect }) => redirect(`${ORIGIN}/`))
        .get('/static', () => Response.redirect(`${ORIGIN}/`))
        .get('/own', ({ set }) => {
          set.headers[CSP] = "default-src 'none'"
          return ''
        })
        .handle(request),
  ],
]

describe.each(servers)('%s', (_name, answer) => {
  const fetch = withCsp(answer, policy)

  it.each([
    ['/wrong', 500],
    ['/there', 302],
    ['/static', 302],
    ['/nowhere', 404],
  ] as const)('%s has the policy with %i', async (path, status) => {
    const response = await fetch(new Request(ORIGIN + path))
    expect(response.status).toBe(status)
    expect(response.headers.get(CSP)).toContain("script-src 'nonce-")
  })

  it("lets a handler's own header win", async () => {
    const { headers } = await fetch(new Request(`${ORIGIN}/own`))
    expect(headers.get(CSP)).toBe("default-src 'none'")
  })
})

it('Hono’s app.request reaches the same policy', async () => {
  const inner = new Hono().get('/', (c) => c.text(getCsp(c.req.raw).nonce))
  const outer = new Hono().all('*', (c) => withCsp(inner.fetch, policy)(c.req.raw))
  const response = await outer.request('/')
  expect(response.headers.get(CSP)).toBe(policy.toString({ nonce: await response.text() }))
})

it('React Router writes the nonce into all of its scripts', async () => {
  const handleRequest = await recipe('React Router', 'default')
  const createServer = (await recipe('React Router', 'createServer')) as (
    build: ServerBuild,
  ) => Fetch
  const fetch = createServer(buildOf(handleRequest))
  const response = await fetch(new Request(`${ORIGIN}/`))
  const body = await response.text()
  expect(response.status).toBe(200)
  const scripts = body.match(/<script\b[^>]*>/g) ?? []
  expect(scripts.length).toBeGreaterThan(1)
  expect(scripts.filter((script) => !script.includes('nonce="'))).toEqual([])
  expectOwnNonce(response, body)
})

const Page: FunctionComponent = () => {
  return createElement(
    'html',
    null,
    createElement('head'),
    createElement('body', null, createElement(Outlet), createElement(Scripts)),
  )
}

/** What React Router's compiler writes for one route. */
function buildOf(handleRequest: unknown): ServerBuild {
  const route = { id: 'root', path: '', module: '/root.js', hasLoader: false }
  return {
    entry: { module: { default: handleRequest } },
    routes: { root: { ...route, module: { default: Page } } },
    assets: {
      entry: { imports: [], module: '/entry.js' },
      routes: { root: route },
      url: '/manifest.js',
      version: '1',
    },
    publicPath: '/',
    assetsBuildDirectory: '',
    future: {},
    ssr: true,
    isSpaMode: false,
    prerender: [],
    routeDiscovery: { mode: 'initial', manifestPath: '/__manifest' },
  } as unknown as ServerBuild
}

it('Fastify has its policy on a page, and on what it answers before any hook', async () => {
  const fastify = (await recipe('Fastify', 'fastify')) as FastifyInstance
  const page = await fastify.inject('/')
  const [, nonce] = /nonce="([^"]*)"/.exec(page.body) ?? []
  expect(page.headers[CSP]).toContain(`'nonce-${nonce}'`)
  const refused = await fastify.inject('/%zz')
  expect(refused.statusCode).toBe(400)
  expect(refused.headers[CSP]).toContain("default-src 'none'")
  await fastify.close()
})
