// @ts-check
/** Cusp with Express: one policy, one middleware, and a page that shows both at work. */

import { createServer } from 'node:http'
import path from 'node:path'
import { collector, openStore } from '@cusp/collector'
import { csp, cspMiddleware, NONCE, NONE, SELF, STRICT_DYNAMIC } from '@cusp/express'
import express from 'express'
import { listen, stop } from './listen.js'
import { startOtherOrigin } from './other-origin.js'
import { renderPage } from './page.js'

/**
 * The policy of every page. It is a value: written once, checked as it is written, the same for
 * every response but for the nonce.
 *
 * @param {string} otherOrigin the one foreign origin that scripts may connect to
 * @returns {import('@cusp/express').Policy} the policy
 */
export function policyFor(otherOrigin) {
  const otherSocket = otherOrigin.replace('http', 'ws')
  return csp()
    .defaultSrc(SELF)
    .scriptSrc(NONCE, STRICT_DYNAMIC)
    .styleSrc(SELF)
    .connectSrc(SELF, otherOrigin, otherSocket)
    .objectSrc(NONE)
    .baseUri(NONE)
    .formAction(NONE)
    .frameAncestors(NONE)
    .reportTo('csp', '/csp-reports')
}

/**
 * The application.
 *
 * @param {object} options what it needs
 * @param {string} options.otherOrigin where the second origin listens
 * @param {import('@cusp/collector').Store} options.store where reports are kept
 * @param {import('@cusp/collector').Collector} options.reports takes them in
 * @returns {import('express').Express} an Express application
 */
export function createApp({ otherOrigin, store, reports }) {
  const app = express()
  app.disable('x-powered-by')
  // Before the policy: style sheets and scripts need none of their own, and may be cached.
  app.use(express.static(path.join(import.meta.dirname, 'public'), { index: false }))
  // Browsers post their reports here.
  app.use('/csp-reports', reports.handler)
  // What is stored. A real application lets its own people alone see it.
  app.get('/reports', async (_request, response) => {
    response.set('Cache-Control', 'no-store').json(await store.read())
  })
  // This example has no TLS: over plain http, browsers send reports by report-uri alone. Behind
  // TLS, leave the option out.
  app.use(cspMiddleware(policyFor(otherOrigin), { reporting: 'report-uri' }))
  app.get('/', (_request, response) => {
    // A nonce is good for one response, so no cache may keep it.
    response.set('Cache-Control', 'no-store')
    response.type('html').send(
      renderPage({
        nonce: response.locals.csp.nonce,
        header: String(response.getHeader('Content-Security-Policy')),
        code: policyFor.toString(),
        otherOrigin,
      }),
    )
  })
  return app
}

/**
 * Starts the application and its second origin, which takes the next port where that is free.
 *
 * @param {object} [options] where it listens, and where it keeps reports
 * @param {number} [options.port] 0: any that is free
 * @param {string} [options.host] the address
 * @param {string} [options.address] of the store
 * @returns {Promise<{ readonly url: string, readonly otherOrigin: string, readonly close: () =>
 *   Promise<void> }>} what is listening
 */
export async function start({ port = 0, host = '127.0.0.1', address = 'memory:' } = {}) {
  const store = openStore(address)
  const reports = collector({ store })
  const other = await startOtherOrigin({ port: port === 0 ? 0 : port + 1, host })
  const server = createServer(createApp({ otherOrigin: other.origin, store, reports }))
  try {
    const actualPort = await listen(server, { port, host })
    return {
      url: `http://localhost:${actualPort}`,
      otherOrigin: other.origin,
      async close() {
        await Promise.all([stop(server), other.close()])
        await reports.close()
      },
    }
  } catch (error) {
    await Promise.all([other.close(), reports.close()])
    throw error
  }
}
