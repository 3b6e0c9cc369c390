// @ts-check
/** Cusp with React 19 in Express: a stream whose scripts all have the nonce of the response. */

import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { csp, cspMiddleware, NONCE, NONE, SELF } from '@cusp/express'
import { build } from 'esbuild'
import express from 'express'
import { createElement } from 'react'
import { renderToPipeableStream } from 'react-dom/server'
import { Page } from './page.js'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).styleSrc(NONCE).objectSrc(NONE).baseUri(NONE)

const client = await build({
  entryPoints: [path.join(import.meta.dirname, 'client.js')],
  bundle: true,
  format: 'esm',
  write: false,
  define: { 'process.env.NODE_ENV': JSON.stringify(process.env['NODE_ENV'] ?? 'production') },
})

export const app = express()
app.use(cspMiddleware(policy))
app.get('/client.js', (_request, response) => {
  response.type('js').send(client.outputFiles[0]?.text)
})
app.get('/', (request, response, next) => {
  const { nonce } = response.locals.csp
  // A slow answer of something else: the page is sent in two parts, the second by a script.
  const news = setTimeout(
    50,
    new URL(request.url, 'http://localhost').searchParams.get('comment') ?? '',
  )
  const stream = renderToPipeableStream(createElement(Page, { nonce, news }), {
    nonce,
    // React gives <style precedence> no nonce by a text: README.md says what to write instead.
    bootstrapModules: ['/client.js'],
    onShellReady: () => stream.pipe(response.type('html')),
    onShellError: next,
  })
})

// `node server.js` starts it; a test imports it.
if (process.argv[1] === import.meta.filename) {
  app.listen(Number(process.env['PORT'] || 3000), '127.0.0.1')
}
