// @ts-check
/**
 * The second origin, which the policy allows: it answers every kind of connection and remembers
 * what reached it.
 */

import { createServer } from 'node:http'
import express from 'express'
import { WebSocketServer } from 'ws'
import { listen, stop } from './listen.js'

const REMEMBERED_MOST = 200

/**
 * Starts it, on another port than was asked for where that one is taken.
 *
 * @param {{ readonly port: number, readonly host: string }} address port 0: any that is free
 * @returns {Promise<{ readonly origin: string, readonly close: () => Promise<void> }>} what is
 *   listening
 */
export async function startOtherOrigin({ port, host }) {
  const server = createServer(createOtherApp())
  const sockets = new WebSocketServer({ server, path: '/socket', maxPayload: 1024 })
  // A taken port is told by listen(); the copy of the error that ws passes on says nothing more.
  sockets.on('error', () => {})
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate())
    socket.send('hello')
  })
  const actualPort = await listen(server, { port, host }).catch(() =>
    listen(server, { port: 0, host }),
  )
  return {
    origin: `http://localhost:${actualPort}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await stop(server)
    },
  }
}

/** @returns {import('express').Express} the part that speaks HTTP */
function createOtherApp() {
  /** @type {Map<string, string>} what arrived, by the id that the page gave it */
  const arrivals = new Map()
  const app = express()
  app.disable('x-powered-by')
  app.use((_request, response, next) => {
    // CORS is this origin's own decision: the policy says what the page may ask, CORS what it may
    // read.
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' })
    next()
  })
  app.get('/data', (_request, response) => {
    response.json('hello')
  })
  app.get('/events', (_request, response) => {
    response.type('text/event-stream')
    response.write('data: hello\n\n')
  })
  app.post(['/ping', '/beacon'], (request, response) => {
    const { id } = request.query
    const [type] = (request.get('Content-Type') ?? 'without a type').split(';', 1)
    if (typeof id === 'string') remember(arrivals, id, `POST ${request.path} arrived, ${type}`)
    response.sendStatus(204)
  })
  app.get('/arrivals/:id', (request, response) => {
    response.json(arrivals.get(request.params.id) ?? null)
  })
  return app
}

/**
 * Keeps what arrived last.
 *
 * @param {Map<string, string>} arrivals what arrived so far, the oldest first
 * @param {string} id the page's name for it
 * @param {string} what a few words
 */
function remember(arrivals, id, what) {
  arrivals.set(id.slice(0, 100), what)
  const [oldest = ''] = arrivals.keys()
  if (arrivals.size > REMEMBERED_MOST) arrivals.delete(oldest)
}
