// @ts-check
/** The endpoint to which browsers send reports, and the live list of them. A real one stores them: see @cusp/reports. */

import express from 'express'
import { readReports } from './reports.js'

/** A report as the page shows it. @typedef {import('./reports.js').Report & Arrival} ReceivedReport */
/** How a report came in. @typedef {{ readonly time: string, readonly contentType: string }} Arrival */

const BODY_MOST = 64 * 1024
const KEPT_MOST = 100

/** @returns {import('express').Router} POST, OPTIONS and GET `/`, and the event stream `/live` */
export function reportRoutes() {
  /** @type {ReceivedReport[]} the oldest first */
  const kept = []
  /** @type {Set<import('express').Response>} */
  const streams = new Set()
  const router = express.Router()

  // Reports from another origin come after a CORS preflight, where they come by report-to.
  router.use((_request, response, next) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' })
    next()
  })
  router.options('/', (_request, response) => {
    response.set({
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Content-Type',
      'Access-Control-Max-Age': '7200',
    })
    response.sendStatus(204)
  })

  // Any content type: browsers send application/csp-report, application/reports+json, and each with the other's body.
  router.post('/', express.text({ type: () => true, limit: BODY_MOST }), (request, response) => {
    const reports = readReports(String(request.body))
    const arrival = {
      time: new Date().toISOString(),
      contentType: (request.get('Content-Type') ?? '').slice(0, 100),
    }
    for (const report of reports ?? []) {
      const received = { ...report, ...arrival }
      kept.push(received)
      for (const stream of streams) sendEvent(stream, 'report', received)
    }
    kept.splice(0, kept.length - KEPT_MOST)
    response.sendStatus(reports === undefined ? 400 : 204)
  })

  router.get('/', (_request, response) => {
    response.json(kept)
  })
  router.get('/live', (_request, response) => {
    response.type('text/event-stream')
    sendEvent(response, 'kept', kept)
    streams.add(response)
    response.on('close', () => streams.delete(response))
  })

  router.use(answerError)
  return router
}

/**
 * @param {import('express').Response} stream an event stream
 * @param {'kept' | 'report'} name the event
 * @param {unknown} data goes as JSON, in which there is no line break
 */
function sendEvent(stream, name, data) {
  stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}

/**
 * Answers for a body that is too large (413), or that cannot be read.
 *
 * @param {{ readonly status?: unknown }} error with the status to answer
 * @param {import('express').Request} _request not looked at
 * @param {import('express').Response} response without headers yet
 * @param {import('express').NextFunction} _next by these four Express knows an error handler
 */
function answerError(error, _request, response, _next) {
  response.sendStatus(Number(error.status) || 500)
}
