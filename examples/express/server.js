// @ts-check
/** Cusp with Express: one policy, one middleware, and a page that shows both at work. */

import { createServer } from 'node:http'
import path from 'node:path'
import { csp, deliver, NONCE, NONE, SELF, STRICT_DYNAMIC } from '@cusp/core'
import { cspMiddleware } from '@cusp/express'
import express from 'express'
import { listen, stop } from './listen.js'
import { startOtherOrigin } from './other-origin.js'
import { renderPage } from './page.js'
import { reportRoutes } from './report-routes.js'

/**
 * The policy of every page. It is a value: written once, checked as it is written, the same for every response but for
 * the nonce.
 *
 * @param {string} otherOrigin the one foreign origin that scripts may connect to
 * @returns {import('@cusp/core').Policy} the policy
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
 * @param {{ readonly otherOrigin: string }} options where the second origin listens
 * @returns {import('express').Express} an Express application
 */
export function createApp({ otherOrigin }) {
  const policy = policyFor(otherOrigin)
  // Over plain http, Chrome and Firefox send nothing by report-to, and ignore the report-uri beside it all the same. So
  // that reports arrive here too, the same policy goes along a second time: report-only, with report-uri alone.
  const twin = policy.remove('report-to').directive('report-uri', '/csp-reports')
  const overHTTPS = deliver(policy)
  const overHTTP = deliver({ enforce: policy, reportOnly: twin })

  const app = express()
  app.disable('x-powered-by')
  // Before the policy: style sheets and scripts need none of their own, and may be cached.
  app.use(express.static(path.join(import.meta.dirname, 'public'), { index: false }))
  app.use('/csp-reports', reportRoutes())
  app.use(cspMiddleware((request) => (request.secure ? overHTTPS : overHTTP)))
  app.get('/', (_request, response) => {
    // A nonce is good for one response, so no cache may keep it.
    response.set('Cache-Control', 'no-store')
    response.type('html').send(
      renderPage({
        nonce: response.locals.csp.nonce,
        header: String(response.getHeader('Content-Security-Policy')),
        endpoints: String(response.getHeader('Reporting-Endpoints')),
        hasTwin: response.hasHeader('Content-Security-Policy-Report-Only'),
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
 * @param {{ readonly port?: number, readonly host?: string }} [options] port 0: any that is free
 * @returns {Promise<{ readonly url: string, readonly otherOrigin: string, readonly close: () => Promise<void> }>} what
 *   is listening
 */
export async function start({ port = 0, host = '127.0.0.1' } = {}) {
  const other = await startOtherOrigin({ port: port === 0 ? 0 : port + 1, host })
  const server = createServer(createApp({ otherOrigin: other.origin }))
  try {
    const actualPort = await listen(server, { port, host })
    return {
      url: `http://localhost:${actualPort}`,
      otherOrigin: other.origin,
      async close() {
        await Promise.all([stop(server), other.close()])
      },
    }
  } catch (error) {
    await other.close()
    throw error
  }
}
