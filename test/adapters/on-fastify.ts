/** The neutral app in Fastify: the layers are plugins, in order. */

import { contentSecurityPolicy, cspPlugin } from '@cusp/fastify'
import { getCsp } from '@cusp/node'
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import Fastify from 'fastify'
import type { App, Handler, Harness, Head, Running, Visit } from './harness.ts'
import { listen } from './harness.ts'
import { ours } from './own-layers.ts'

type Protocol = Harness['protocol']
type Next = (error?: Error) => void

/** Starts the app on one protocol. No route is left over for what the layers pass on. */
export async function startFastify(protocol: Protocol, app: App): Promise<Running> {
  const server = create(protocol)
  server.setErrorHandler((error, _request, reply) => {
    app.onError(error)
    if (reply.raw.headersSent) reply.raw.end()
    else void reply.code(500).send(error)
  })
  for (const layer of app.layers) {
    if (typeof layer === 'function') void server.register(hookOf(layer, app.onError))
    else if ('native' in layer) void server.register(rawHook(layer.native('fastify')))
    else {
      const own = ours(layer, 'fastify', [cspPlugin, contentSecurityPolicy])
      void server.register(own as FastifyPluginCallback)
    }
  }
  try {
    await server.ready()
  } catch (error) {
    app.onError(error)
    return refusing(protocol)
  }
  return listen(server.server)
}

/** Fastify does not start with a plugin that fails: that is its answer to whoever asks. */
async function refusing(protocol: Protocol): Promise<Running> {
  const server = create(protocol)
  server.get('/', (_request, reply) => reply.code(500).send())
  await server.ready()
  return listen(server.server)
}

function create(protocol: Protocol): FastifyInstance {
  return protocol === 'http1' ? Fastify() : (Fastify({ http2: true }) as unknown as FastifyInstance)
}

function asPlugin(add: (instance: FastifyInstance) => void): FastifyPluginCallback {
  const plugin: FastifyPluginCallback = (instance, _options, done) => {
    add(instance)
    done()
  }
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

function hookOf(handler: Handler, onError: App['onError']): FastifyPluginCallback {
  return asPlugin((instance) => {
    instance.addHook('onRequest', (request, reply, next) => {
      run().catch((error: unknown) => {
        if (!reply.raw.headersSent) return next(error as Error)
        // Fastify leaves a response whose headers are sent to whoever sent them.
        onError(error)
        reply.raw.end()
      })
      async function run(): Promise<void> {
        await handler(visitOf(request, reply), async () => next())
      }
    })
  })
}

type RawMiddleware = (req: unknown, res: unknown, next: Next) => unknown

/** A middleware of Connect; `this` is the reply. */
function rawHook(middleware: unknown): FastifyPluginCallback {
  return asPlugin((instance) => {
    instance.addHook('onRequest', (request, reply, next) => {
      ;(middleware as RawMiddleware).call(reply, request.raw, reply.raw, next)
    })
  })
}

function visitOf(request: FastifyRequest, reply: FastifyReply): Visit {
  const owner = reply as { locals?: Visit['locals'] | null }
  return {
    framework: 'fastify',
    req: request.raw,
    res: reply.raw,
    get locals() {
      return (owner.locals ??= {})
    },
    get csp() {
      return reply.csp ?? getCsp(reply.raw)
    },
    answer(body, { status = 200, type = 'text/html', headers = {} }: Head = {}) {
      void reply.code(status).headers(headers)
      if (body !== undefined && !reply.hasHeader('content-type')) void reply.type(type)
      void reply.send(body)
    },
    raw() {
      reply.raw.statusCode = 200
      return reply.raw
    },
  }
}
