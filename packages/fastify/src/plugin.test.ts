/** The plugin in Fastify, by inject and over a real socket. */

import type { IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { Readable } from 'node:stream'
import view from '@fastify/view'
// @ts-expect-error -- has no types
import ejs from 'ejs'
import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { api, contentSecurityPolicy, csp, cspPlugin, deliver, NONCE, SELF } from './index.ts'

const CSP = 'content-security-policy'
const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')
const plain = csp().defaultSrc(SELF)
let app: FastifyInstance

afterEach(() => app.close())

function start(...plugins: readonly ReturnType<typeof cspPlugin>[]): FastifyInstance {
  app = Fastify()
  for (const plugin of plugins) void app.register(plugin)
  void app.register((routes, _options, done) => {
    routes.get('/', (request, reply) => {
      expect(reply.csp.nonce).toBe(request.cspNonce)
      return request.cspNonce
    })
    routes.get('/wrong', () => {
      throw new Error('wrong')
    })
    routes.get('/stream', (request, reply) => reply.send(Readable.from([request.cspNonce])))
    routes.get('/hijack', (request, reply) => {
      reply.hijack()
      reply.raw.end(request.cspNonce)
    })
    routes.get('/fresh', (_request, reply) => reply.code(304).send())
    routes.get('/own', (_request, reply) => reply.header(CSP, "default-src 'none'").send('x'))
    routes.get('/wider', (_request, reply) => {
      reply.csp.allow('img-src', 'https://tiles.example')
      return reply.csp.nonce
    })
    done()
  })
  return app
}

it.each(['/', '/stream', '/hijack'])('%s has the nonce of its body, by inject', async (url) => {
  const { body, headers } = await start(cspPlugin(policy)).inject(url)
  expect(body).toMatch(/^[\w-]{22}$/)
  expect(headers[CSP]).toBe(policy.toString({ nonce: body }))
  expect(headers['reporting-endpoints']).toBe('csp="/csp-reports"')
})

it.each(['/', '/stream', '/hijack'])('%s has it over a socket', async (url) => {
  const origin = await start(cspPlugin(policy)).listen({ port: 0, host: '127.0.0.1' })
  const response = await fetch(origin + url)
  expect(response.headers.get(CSP)).toBe(policy.toString({ nonce: await response.text() }))
})

it.each([
  ['/wrong', 500],
  ['/nowhere', 404],
] as const)('%s keeps the policy with %i', async (url, status) => {
  const { headers, statusCode } = await start(cspPlugin(policy)).inject(url)
  expect(statusCode).toBe(status)
  expect(headers[CSP]).toContain("script-src 'nonce-")
})

it('sends no nonce with 304', async () => {
  const { headers, statusCode } = await start(cspPlugin(policy)).inject('/fresh')
  expect(statusCode).toBe(304)
  expect(headers).not.toHaveProperty(CSP)
})

it("lets a handler's own header win, and a handler allow more", async () => {
  const server = start(cspPlugin(policy))
  expect((await server.inject('/own')).headers[CSP]).toBe("default-src 'none'")
  const { body, headers } = await server.inject('/wider')
  const wider = policy.allow('img-src', 'https://tiles.example')
  expect(headers[CSP]).toBe(wider.toString({ nonce: body }))
})

it('replaces the policy of an outer plugin', async () => {
  const { headers } = await start(cspPlugin(policy), cspPlugin(plain)).inject('/')
  expect(headers[CSP]).toBe("default-src 'self'")
})

it('serves the routes of the plugin that it is registered in, and no others', async () => {
  app = Fastify()
  void app.register(async (inner) => {
    await inner.register(cspPlugin(plain))
    inner.get('/inner', () => 'x')
  })
  app.get('/outer', () => 'x')
  expect((await app.inject('/inner')).headers[CSP]).toBe("default-src 'self'")
  expect((await app.inject('/outer')).headers).not.toHaveProperty(CSP)
})

it('calls a function with request and reply, and waits for it', async () => {
  const server = start(
    cspPlugin(async (request, reply) => {
      await setTimeout(1)
      return request.url === '/' && reply.request === request ? plain : Promise.reject('refused')
    }),
  )
  expect((await server.inject('/')).headers[CSP]).toBe("default-src 'self'")
  expect((await server.inject('/stream')).statusCode).toBe(500)
})

it("takes helmet's shape", async () => {
  const directives = {
    defaultSrc: [(request: IncomingMessage) => (request.url === '/' ? "'self'" : "'none'")],
  }
  const server = start(contentSecurityPolicy({ useDefaults: false, directives }))
  expect((await server.inject('/')).headers[CSP]).toBe("default-src 'self'")
})

it('shows the nonce to @fastify/view, which may come first or last', async () => {
  for (const isFirst of [true, false]) {
    app = Fastify()
    if (isFirst) void app.register(view, { engine: { ejs }, root: import.meta.dirname })
    void app.register(cspPlugin(policy))
    if (!isFirst) void app.register(view, { engine: { ejs }, root: import.meta.dirname })
    app.get('/', (_request, reply) => reply.view({ raw: '<%= cspNonce %>' } as never))
    const { body, headers } = await app.inject('/')
    expect(headers[CSP]).toBe(policy.toString({ nonce: body }))
    await app.close()
  }
})

it('explains register(cspPlugin) without a call', async () => {
  app = Fastify()
  void app.register(cspPlugin as never)
  await expect(app.ready()).rejects.toThrow('Use register(cspPlugin()) instead')
})

it('explains register(contentSecurityPolicy) without a call', async () => {
  app = Fastify()
  void app.register(contentSecurityPolicy as never)
  await expect(app.ready()).rejects.toThrow('Use register(contentSecurityPolicy()) instead')
})

it.each(['/', '/hijack'])('%s explains reply.csp in front of the plugin', async (url) => {
  app = Fastify()
  app.addHook('onRequest', (_request, reply, next) => {
    void reply.csp
    next()
  })
  void app.register(cspPlugin(policy))
  app.get(url, () => 'x')
  const { body, statusCode } = await app.inject(url)
  expect(statusCode).toBe(500)
  expect(body).toContain('Use register(cspPlugin()) before this hook or route instead')
})

it('says register and cspPlugin where options are wrong', () => {
  expect(() => cspPlugin(undefined, { enforce: policy } as never)).toThrow(
    'Use cspPlugin({ enforce: … }) instead',
  )
})

it('lets a handler take the header off', async () => {
  const server = start(cspPlugin(policy))
  server.get('/off', (_request, reply) => reply.removeHeader(CSP).send('x'))
  const { headers } = await server.inject('/off')
  expect(headers).not.toHaveProperty(CSP)
})

it('an error handler of the app keeps the policy', async () => {
  const server = start(cspPlugin(policy))
  server.setErrorHandler((error: Error, _request, reply) => reply.code(503).send(error.message))
  const { body, headers, statusCode } = await server.inject('/wrong')
  expect([statusCode, body]).toEqual([503, 'wrong'])
  expect(headers[CSP]).toContain("script-src 'nonce-")
})

it('has no policy on what Fastify answers before hooks, but by frameworkErrors', async () => {
  expect((await start(cspPlugin(policy)).inject('/%zz')).headers).not.toHaveProperty(CSP)
  await app.close()
  app = Fastify({
    frameworkErrors: (error, _request, reply) => {
      reply.hijack()
      reply.raw.writeHead(400, Object.fromEntries(deliver(api()).headers())).end(error.message)
    },
  })
  const { headers, statusCode } = await app.inject('/%zz')
  expect(statusCode).toBe(400)
  expect(headers[CSP]).toBe(api().toString())
})
