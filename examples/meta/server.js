// @ts-check
/** `node server.js express` and `node server.js koa` serve the same page. */

import { createServer } from 'node:http'
import { app as express } from './express.js'
import { app as koa } from './koa.js'

const port = Number(process.env['PORT'] || 3000)
const app = process.argv[2] === 'koa' ? koa : express
createServer((request, response) => void app(request, response)).listen(port, '127.0.0.1', () => {
  console.log(`A page with its policy in a meta tag: http://localhost:${port}`)
})
