// @ts-check
/** Cusp with Vue 3 in Express: rendered on the server, taken over in the browser. */

import path from 'node:path'
import { csp, cspMiddleware, NONCE, NONE, SELF } from '@cusp/express'
import { build } from 'esbuild'
import express from 'express'
import { renderToString } from 'vue/server-renderer'
import { createPage } from './page.js'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).styleSrc(NONCE).objectSrc(NONE).baseUri(NONE)

const client = await build({
  entryPoints: [path.join(import.meta.dirname, 'client.js')],
  bundle: true,
  format: 'esm',
  write: false,
  define: {
    'process.env.NODE_ENV': JSON.stringify(process.env['NODE_ENV'] ?? 'production'),
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
})

/**
 * @param {{ readonly nonceAttr: string, readonly content: string }} page
 * @returns {string} the document
 */
function layOut({ nonceAttr, content }) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Vue</title>
    <script${nonceAttr}>
      globalThis.violations = []
      globalThis.faults = []
      addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
      console.error = console.warn = (...parts) => faults.push(parts.join(' '))
    </script>
    <style${nonceAttr}>.green { color: rgb(0, 128, 0) }</style>
    <script type="module" src="/client.js"${nonceAttr}></script>
  </head>
  <body><div id="app">${content}</div></body>
</html>
`
}

export const app = express()
app.use(cspMiddleware(policy))
app.get('/client.js', (_request, response) => {
  response.type('js').send(client.outputFiles[0]?.text)
})
app.get('/', (request, response, next) => {
  const comment = new URL(request.url, 'http://localhost').searchParams.get('comment') ?? ''
  const { nonceAttr } = response.locals.csp
  renderToString(createPage(comment))
    .then((content) => response.send(layOut({ nonceAttr, content })))
    .catch(next)
})

// `node server.js` starts it; a test imports it.
if (process.argv[1] === import.meta.filename) {
  app.listen(Number(process.env['PORT'] || 3000), '127.0.0.1')
}
