// @ts-check
/** Serves the built page with its headers, as any host of static files can. */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'

/**
 * Makes the server.
 *
 * @param {{ readonly html: string, readonly headers: readonly import('@cusp/core').Header[] }}
 *   built by build.js
 * @returns {import('node:http').Server} not listening yet
 */
export function createStaticServer({ html, headers }) {
  return createServer((request, response) => {
    request.resume()
    if (request.url === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
      response.setHeaders(new Map(headers))
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end(html)
    } else {
      // Reports end here, too; examples/express shows what to do with them.
      response.writeHead(request.method === 'POST' && request.url === '/csp-reports' ? 204 : 404)
      response.end()
    }
  })
}

// `node server.js` serves what `node build.js` has written; a test imports the function.
if (process.argv[1] === import.meta.filename) {
  const folder = path.join(import.meta.dirname, 'dist')
  const port = Number(process.env['PORT'] || 3000)
  const server = createStaticServer({
    html: await readFile(path.join(folder, 'index.html'), 'utf8'),
    headers: JSON.parse(await readFile(path.join(folder, 'headers.json'), 'utf8')),
  })
  server.listen(port, '127.0.0.1', () => console.log(`A static page: http://localhost:${port}`))
}
