/**
 * The ES modules and the CommonJS of the packages in one process. They share nothing but what
 * Symbol.for brands: what one copy has made, the other one takes, both ways round.
 */

import express from 'express'
import Koa from 'koa'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'

const require = createRequire(import.meta.url)

const imported = {
  core: await import('@cusp/core'),
  helmet: await import('@cusp/core/helmet'),
  servers: await import('@cusp/core/servers'),
  engine: await import('@cusp/engine'),
  testing: await import('@cusp/engine/testing'),
  node: await import('@cusp/node'),
  express: await import('@cusp/express'),
  koa: await import('@cusp/koa'),
}
const required = {
  core: require('@cusp/core'),
  helmet: require('@cusp/core/helmet'),
  servers: require('@cusp/core/servers'),
  engine: require('@cusp/engine'),
  testing: require('@cusp/engine/testing'),
  node: require('@cusp/node'),
  express: require('@cusp/express'),
  koa: require('@cusp/koa'),
}

/** A handler of HTTP requests with middlewares of these copies, one after the other. */
const FRAMEWORKS = {
  'node:http':
    (copies, input) =>
    ({ handle, fail }) => {
      const middlewares = copies.map(({ node }) => node.cspMiddleware(input))
      return async (req, res) => {
        try {
          for (const middleware of middlewares) await middleware(req, res)
          res.end(handle(res))
        } catch (error) {
          fail(error)
          res.writeHead(500).end()
        }
      }
    },
  Express:
    (copies, input) =>
    ({ handle, fail }) => {
      const app = express()
      for (const copy of copies) app.use(copy.express.cspMiddleware(input))
      app.use((req, res) => res.send(handle(res)))
      app.use((error, req, res, next) => {
        fail(error)
        if (res.headersSent) next(error)
        else res.status(500).end()
      })
      return app
    },
  Koa:
    (copies, input) =>
    ({ handle, fail }) => {
      const app = new Koa()
      for (const { koa } of copies) app.use(koa.cspMiddleware(input))
      app.use((ctx) => {
        ctx.body = handle(ctx.res)
      })
      app.on('error', fail)
      return app.callback()
    },
}

const POLICY_HEADER = 'content-security-policy'
const self = 'https://shop.example'

it('are two copies', () => {
  for (const [name, module] of Object.entries(imported)) {
    const functions = Object.keys(module).filter((key) => typeof module[key] === 'function')
    assert.ok(functions.length > 0)
    for (const key of functions) assert.notEqual(module[key], required[name][key])
  }
})

for (const { title, maker, taker } of [
  { title: 'CommonJS takes what ES modules have made', maker: imported, taker: required },
  { title: 'ES modules take what CommonJS has made', maker: required, taker: imported },
]) {
  describe(`${title}: values`, () => testValues(maker, taker))
  for (const [name, framework] of Object.entries(FRAMEWORKS)) {
    describe(`${title}: ${name}`, () => testResponses(maker, taker, framework))
  }
}

function testValues(maker, taker) {
  const { csp, deliver, NONCE, SELF } = maker.core
  const [policy, own] = [build(maker.core), build(taker.core)]

  it('NONCE, policies and deliveries', () => {
    assert.equal(taker.core.NONCE, NONCE)
    assert.ok(taker.core.isPolicy(policy))
    assert.ok(own.equals(policy))
    assert.ok(own.merge(csp().imgSrc(SELF)).equals(policy.allow('img-src', SELF)))
    const nonce = taker.core.createNonce()
    for (const input of [policy, deliver(policy)]) {
      const headers = taker.core.deliver(input).headers(nonce)
      assert.deepEqual(headers, taker.core.deliver(own).headers(nonce))
    }
    assert.ok(taker.core.isDelivery(deliver(policy)))
    assert.match(taker.servers.nginxConfig(deliver(csp().defaultSrc(SELF))), /default-src/)
  })

  it('errors', () => {
    assert.throws(() => makeMistake(maker), taker.core.CspError)
    assert.ok(!(new TypeError('another') instanceof taker.core.CspError))
  })

  it('decisions', () => {
    const check = { type: 'request', url: 'https://evil.example/' }
    const decision = maker.engine.decide(own, check, { self })
    const sentences = taker.engine.explain(taker.engine.decide(policy, check, { self }))
    assert.deepEqual(taker.engine.explain(decision), sentences)
    taker.testing.assertBlocks(policy, check, { self })
    assert.deepEqual(taker.engine.audit(policy, { self }), taker.engine.audit(own, { self }))
    assert.ok(taker.engine.subsumes(own, policy))
  })

  // Each copy has a pool of its own, filled with random bytes of the system. No state of one could
  // repeat in the other.
  it('nonces, none of which is made twice', () => {
    const copies = Array.from({ length: 5000 }, () => [maker, taker]).flat()
    assert.equal(new Set(copies.map(({ core }) => core.createNonce())).size, 10_000)
  })
}

function testResponses(maker, taker, framework) {
  const { csp, deliver, NONCE, SELF } = maker.core
  const policy = build(maker.core)

  for (const [kind, input] of Object.entries({
    'a policy': policy,
    'a delivery': deliver(policy),
    'several policies': { enforce: policy, reportOnly: csp().scriptSrc(NONCE, SELF) },
    "helmet's shape": maker.helmet.fromHelmet({ directives: { scriptSrc: [NONCE] } }),
    'what a function returns': () => policy,
  })) {
    it(`sends ${kind}`, async () => {
      const { headers } = await visit(framework([taker], input))
      assert.match(headers[POLICY_HEADER], /'nonce-…'/)
      assert.deepEqual(headers, (await visit(framework([maker], input))).headers)
    })
  }

  it('finds and edits the context', async () => {
    const { headers } = await visit(framework([taker], policy), (res) => {
      maker.node.getCsp(res).allow('img-src', 'https://images.example')
    })
    assert.match(headers[POLICY_HEADER], /img-src 'self' https:\/\/images\.example/)
  })

  it('keeps the nonce of an outer middleware, and replaces its policy', async () => {
    const { headers, nonces } = await visit(framework([maker, taker], policy))
    assert.equal(new Set(nonces).size, 1)
    assert.deepEqual(headers, (await visit(framework([taker], policy))).headers)
  })

  it('throws what a function of the other one throws', async () => {
    const { status, error } = await visit(framework([taker], () => makeMistake(maker)))
    assert.equal(status, 500)
    assert.ok(error instanceof imported.core.CspError)
    assert.ok(error instanceof required.core.CspError)
  })
}

function makeMistake({ core }) {
  core.csp().imgSrc('self')
}

function build({ csp, NONCE, SELF }) {
  return csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')
}

/**
 * Starts a server, visits its page once, and returns what came with … for the nonce, and what both
 * copies say of it.
 */
async function visit(serve, edit = () => undefined) {
  const nonces = []
  let error
  const handle = (res) => {
    edit(res)
    for (const { node } of [imported, required]) nonces.push(node.getCsp(res).nonce)
    return 'page'
  }
  const fail = (thrown) => {
    error = thrown
  }
  const server = createServer(serve({ handle, fail })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`)
  server.closeAllConnections()
  server.close()
  const names = [POLICY_HEADER, `${POLICY_HEADER}-report-only`, 'reporting-endpoints']
  const headers = names.map((name) => {
    return [name, response.headers.get(name)?.replaceAll(nonces[0], '…')]
  })
  return { status: response.status, headers: Object.fromEntries(headers), nonces, error }
}
