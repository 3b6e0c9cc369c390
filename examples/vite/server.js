// @ts-check
/** Serves a built page of Vite: by hash, the file as it is; by nonce, with a new one each time. */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { csp, cspMiddleware, NONCE, NONE, SELF } from '@cusp/express'
import { hashHtml, nonceSlots } from '@cusp/html'
import express from 'express'

const base = csp()
  .defaultSrc(SELF)
  .objectSrc(NONE)
  .baseUri(NONE)
  .requireTrustedTypesFor("'script'")
  .trustedTypes('page')

/**
 * By hash: one policy for every response, and a file that caches may keep.
 *
 * @param {string} folder that buildPage wrote with `hash`
 * @returns {Promise<express.Express>} the application
 */
export async function serveByHash(folder) {
  const hashes = hashHtml(await readFile(path.join(folder, 'index.html')))
  const app = express()
  app.use(cspMiddleware(base.scriptSrc(SELF).styleSrc(SELF).merge(hashes)))
  return app.use(express.static(folder))
}

/**
 * By nonce: the page goes out with another nonce each time, so that no cache may keep it.
 *
 * @param {string} folder that buildPage wrote with `nonce`
 * @returns {express.Express} the application
 */
export function serveByNonce(folder) {
  const page = nonceSlots(path.join(folder, 'index.html'))
  const app = express()
  app.use(cspMiddleware(base.scriptSrc(NONCE).styleSrc(NONCE)))
  app.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('html').send(page(response.locals.csp.nonce))
  })
  return app.use(express.static(folder))
}

// `node build.js && node server.js nonce` starts it; a test calls the functions.
if (process.argv[1] === import.meta.filename) {
  const mode = process.argv[2] === 'nonce' ? 'nonce' : 'hash'
  const folder = path.join(import.meta.dirname, 'dist', mode)
  const app = mode === 'nonce' ? serveByNonce(folder) : await serveByHash(folder)
  app.listen(Number(process.env['PORT'] || 3000), '127.0.0.1')
}
