// @ts-check
/**
 * Cusp with Koa: the policy, the middleware, a page that one fetch leaves and another does not, and
 * its reports.
 */

import { createServer } from 'node:http'
import { csp, deliver, NONCE, NONE, SELF, STRICT_DYNAMIC } from '@cusp/core'
import { cspMiddleware } from '@cusp/koa'
import Koa from 'koa'
import { renderPage } from './page.js'
import { readReports } from './reports.js'

const policy = csp()
  .defaultSrc(SELF)
  .scriptSrc(NONCE, STRICT_DYNAMIC)
  .styleSrc(NONCE)
  .connectSrc(SELF, 'https://api.example.com', 'wss://api.example.com')
  .objectSrc(NONE)
  .baseUri(NONE)
  .formAction(NONE)
  .frameAncestors(NONE)
  .reportTo('csp', '/csp-reports')

// Over plain http, Chrome and Firefox send nothing by report-to, and ignore the report-uri beside
// it all the same. So that reports arrive here too, the same policy goes along a second time:
// report-only, with report-uri alone.
const twin = policy.remove('report-to').directive('report-uri', '/csp-reports')
const overHTTPS = deliver(policy)
const overHTTP = deliver({ enforce: policy, reportOnly: twin })

const BODY_MOST = 64 * 1024
const KEPT_MOST = 20

/** @returns {Koa} the application */
export function createApp() {
  /** @type {import('./reports.js').Report[]} the oldest first */
  const kept = []
  const app = new Koa()
  app.use(cspMiddleware((ctx) => (ctx.secure ? overHTTPS : overHTTP)))
  app.use(async (ctx) => {
    // A nonce is good for one response, so no cache may keep it.
    ctx.set('Cache-Control', 'no-store')
    if (ctx.path === '/' && ctx.method === 'GET') {
      ctx.body = renderPage(ctx.state.csp.nonce)
    } else if (ctx.path === '/csp-reports' && ctx.method === 'GET') {
      ctx.body = kept
    } else if (ctx.path === '/csp-reports' && ctx.method === 'POST') {
      const reports = readReports(await readBody(ctx))
      kept.push(...reports)
      kept.splice(0, kept.length - KEPT_MOST)
      ctx.status = 204
    }
  })
  return app
}

/**
 * Reads the body, up to a limit: anybody may post here.
 *
 * @param {Koa.Context} ctx of the request
 * @returns {Promise<string>} the body
 */
async function readBody(ctx) {
  if (ctx.length > BODY_MOST) ctx.throw(413)
  /** @type {Buffer[]} */
  const chunks = []
  let length = 0
  for await (const chunk of ctx.req) {
    length += chunk.length
    // Sent in pieces, without a length before: leaving the loop cuts the connection.
    if (length > BODY_MOST) ctx.throw(413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

// `node server.js` starts it; a test imports it.
if (process.argv[1] === import.meta.filename) {
  const port = Number(process.env['PORT'] || 3000)
  const server = createServer(createApp().callback())
  server.listen(port, '127.0.0.1', () => console.log(`Cusp with Koa: http://localhost:${port}`))
}
