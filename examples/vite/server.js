// @ts-check
/** Serves a built page of Vite: by hash, the file as it is; by nonce, with a new one each time. */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { csp, cspMiddleware, hashSource, NONCE, NONE, SELF } from '@cusp/express'
import express from 'express'
import { NONCE_PLACE } from './build.js'

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
  const html = await readFile(path.join(folder, 'index.html'), 'utf8')
  const scripts = await hashesOf(html, /<script>(.*?)<\/script>/gs)
  const styles = await hashesOf(html, /<style>(.*?)<\/style>/gs)
  const app = express()
  app.use(cspMiddleware(base.scriptSrc(SELF, ...scripts).styleSrc(SELF, ...styles)))
  return app.use(express.static(folder))
}

/**
 * By nonce: the page goes out with another nonce each time, so that no cache may keep it.
 *
 * @param {string} folder that buildPage wrote with `nonce`
 * @returns {Promise<express.Express>} the application
 */
export async function serveByNonce(folder) {
  // A file of our own. In what a request has a part in, a place would bless what others wrote.
  const pieces = (await readFile(path.join(folder, 'index.html'), 'utf8')).split(NONCE_PLACE)
  const app = express()
  app.use(cspMiddleware(base.scriptSrc(NONCE).styleSrc(NONCE)))
  app.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').send(pieces.join(response.locals.csp.nonce))
  })
  return app.use(express.static(folder))
}

/**
 * @param {string} html of the page
 * @param {RegExp} elements what is inline in it
 * @returns {Promise<readonly string[]>} the hash of each
 */
async function hashesOf(html, elements) {
  const contents = [...html.matchAll(elements)].map(([, content = '']) => content)
  return Promise.all(contents.map((content) => hashSource(content)))
}

// `node build.js && node server.js nonce` starts it; a test calls the functions.
if (process.argv[1] === import.meta.filename) {
  const mode = process.argv[2] === 'nonce' ? 'nonce' : 'hash'
  const folder = path.join(import.meta.dirname, 'dist', mode)
  const app = mode === 'nonce' ? await serveByNonce(folder) : await serveByHash(folder)
  app.listen(Number(process.env['PORT'] || 3000), '127.0.0.1')
}
