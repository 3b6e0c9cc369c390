/**
 * The neutral app as a server of web Requests, as a framework has it: each layer is around the next
 * one, and whatever fails becomes a Response. @hono/node-server brings it to a socket.
 */

import { createAdaptorServer } from '@hono/node-server'
import { getCsp, withCsp } from '@cusp/web'
import { Readable } from 'node:stream'
import type { App, Layer, Running, Visit } from './harness.ts'
import { listen } from './harness.ts'

type Fetch = (request: Request) => Promise<Response>

/** Thrown where a row needs what only node:http has. */
class Unsupported extends Error {}

/** Starts the app. */
export function startWeb(app: App): Promise<Running> {
  let fetch: Fetch = notFound
  try {
    for (const layer of app.layers.toReversed()) fetch = guard(around(layer, fetch), app)
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error
    app.onUnsupported()
  }
  return listen(createAdaptorServer({ fetch }))
}

async function notFound(): Promise<Response> {
  return new Response(null, { status: 404 })
}

function around(layer: Layer, next: Fetch): Fetch {
  if (typeof layer !== 'function') {
    if (!('csp' in layer)) throw new Unsupported()
    return withCsp(next, ...(layer.csp as [never?, never?]))
  }
  return async (request) => {
    let response: Response | undefined
    const visit = visitOf(request, (answer) => {
      response = answer
    })
    await layer(visit, async () => {
      response = await next(request)
    })
    if (response === undefined) throw new Error('nobody has answered')
    return response
  }
}

function guard(fetch: Fetch, app: App): Fetch {
  return async (request) => {
    try {
      return await fetch(request)
    } catch (error) {
      if (error instanceof Unsupported) app.onUnsupported()
      else app.onError(error)
      return new Response('Internal Server Error', { status: 500 })
    }
  }
}

function visitOf(request: Request, respond: (response: Response) => void): Visit {
  return {
    framework: 'web',
    req: { method: request.method, url: new URL(request.url).pathname } as Visit['req'],
    get res(): never {
      throw new Unsupported()
    },
    locals: undefined,
    get csp() {
      return getCsp(request)
    },
    answer(body, { status = 200, type = 'text/html', headers: given = {} } = {}) {
      const headers = new Headers(given)
      if (body !== undefined && !headers.has('content-type')) headers.set('Content-Type', type)
      respond(new Response(bodyOf(body), { status, headers }))
    },
    raw(): never {
      throw new Unsupported()
    },
  }
}

function bodyOf(body: Parameters<Visit['answer']>[0]): ConstructorParameters<typeof Response>[0] {
  if (typeof body !== 'object') return body ?? null
  return Readable.toWeb(body as Readable) as ReadableStream
}
