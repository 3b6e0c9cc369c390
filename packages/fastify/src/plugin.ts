/** The plugin for Fastify 5: a translation of Fastify's request and reply to `@cusp/node`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Policies } from '@cusp/core'
import { CspError } from '@cusp/core'
import type { HelmetOptions } from '@cusp/core/helmet'
import type { CspContext, CspInput, CspOptions, DropIn } from '@cusp/node'
import type { AdapterWords, Apply, Locals } from '@cusp/node/adapter'
import { contextOf, createApply, createDropIn, refuseUncalled } from '@cusp/node/adapter'
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'

/** helmet's options, whose functions also get `reply`. */
type FastifyHelmetOptions = HelmetOptions<IncomingMessage, ServerResponse, [reply: FastifyReply]>

declare module 'fastify' {
  interface FastifyReply {
    /** The policy of this response: its nonce, and `allow`, `replace`, `remove`. */
    readonly csp: CspContext
  }
  interface FastifyRequest {
    /** The nonce as plain text, for templates; undefined where no policy says NONCE. */
    readonly cspNonce: string | undefined
  }
}

const WORDS: AdapterWords = { make: 'cspPlugin', mount: 'register', before: '' }

/** Where a request keeps its reply's locals; its decorator says that ours are made. */
const LOCALS: unique symbol = Symbol.for('@cusp/fastify.locals')

type OwnRequest = FastifyRequest & { [LOCALS]: Locals | null }
type OwnReply = FastifyReply & { locals: Locals | null }

/**
 * Sends a policy with every response: `app.register(cspPlugin(policy))`. The nonce of the response
 * is `request.cspNonce`; `reply.csp` edits the policy until the headers are sent. Errors, 404,
 * streams and hijacked responses keep the policy.
 *
 * @example
 * ```ts
 * import { NONCE, csp, SELF } from '@cusp/core'
 * import { cspPlugin } from '@cusp/fastify'
 * import Fastify from 'fastify'
 *
 * const app = Fastify()
 * app.register(cspPlugin(csp().defaultSrc(SELF).scriptSrc(NONCE)))
 * app.get('/', (request, reply) => {
 *   reply.csp.allow('img-src', 'https://tiles.example')
 *   reply.type('text/html').send(`<script nonce="${request.cspNonce}">start()</script>`)
 * })
 * ```
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, helmet's `{ directives }`, a
 *   function of `(request, reply)`, sync or async, that returns one of these but helmet's, or
 *   nothing for the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does; what goes wrong in a
 *   request goes to Fastify's error handler
 */
export function cspPlugin(
  input?: Policies | FastifyHelmetOptions,
  options?: CspOptions,
): FastifyPluginCallback
export function cspPlugin(
  input?: CspInput<[request: FastifyRequest, reply: FastifyReply], FastifyHelmetOptions>,
  options?: CspOptions,
): FastifyPluginCallback
export function cspPlugin(
  input?: unknown,
  options?: CspOptions,
  done?: (error: Error) => void,
): FastifyPluginCallback {
  // What Fastify calls must not throw: nothing would catch it.
  if (typeof done === 'function') return done(refuseUncalled(WORDS)) as never
  const names = { words: WORDS }
  if (typeof input !== 'function') return createPlugin(createApply(input, options, names))
  const choose = input as (request: FastifyRequest, reply: FastifyReply) => unknown
  const choosePolicy = (reply: FastifyReply): unknown => choose(reply.request, reply)
  return createPlugin(createApply(choosePolicy, options, names))
}

const createHelmetPlugin = createDropIn<FastifyPluginCallback, FastifyHelmetOptions>(createPlugin, {
  words: WORDS,
})

/**
 * The drop-in for the `contentSecurityPolicy` of @fastify/helmet: helmet's options only. Without
 * options it sends helmet's defaults. Directive functions get `(request.raw, reply.raw, reply)`.
 *
 * @example
 * ```ts
 * import { contentSecurityPolicy } from '@cusp/fastify'
 * import Fastify from 'fastify'
 *
 * const app = Fastify()
 * app.register(contentSecurityPolicy({ directives: { scriptSrc: ["'self'", 'cdn.example.com'] } }))
 * ```
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet
 *   would silently ignore
 */
export const contentSecurityPolicy: DropIn<FastifyPluginCallback, FastifyHelmetOptions> =
  Object.assign(
    (options?: FastifyHelmetOptions, _registered?: unknown, done?: (error: Error) => void) => {
      const words = { ...WORDS, make: 'contentSecurityPolicy' }
      if (typeof done === 'function') return done(refuseUncalled(words)) as never
      return createHelmetPlugin(options)
    },
    createHelmetPlugin,
  )

function createPlugin(apply: Apply): FastifyPluginCallback {
  const plugin: FastifyPluginCallback = (instance, _options, done) => {
    if (!instance.hasRequestDecorator(LOCALS)) {
      instance.decorateRequest(LOCALS, null)
      instance.decorateRequest('cspNonce', { getter: nonceOf })
      instance.decorateReply('csp', { getter: policyOf })
    }
    // @fastify/view reads them: whoever comes first makes the place.
    if (!instance.hasReplyDecorator('locals')) instance.decorateReply('locals', null)
    instance.addHook('onRequest', (request, reply, next) => {
      const locals = ((reply as OwnReply).locals ??= {})
      ;(request as OwnRequest)[LOCALS] = locals
      const pending = apply({ req: request.raw, res: reply.raw, locals, context: reply })
      if (pending === undefined) next()
      else pending.then(() => next(), next)
    })
    done()
  }
  // Fastify would keep the hook from routes outside the plugin.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

function nonceOf(this: FastifyRequest): string | undefined {
  return (this as OwnRequest)[LOCALS]?.['cspNonce'] as string | undefined
}

function policyOf(this: FastifyReply): CspContext {
  const context = contextOf(this.raw)
  if (context !== undefined) return context
  const message =
    'Cannot find the policy of this response: cspPlugin has not run on it. Use register(cspPlugin()) before this hook or route instead.'
  throw new CspError('ERR_CSP_INPUT', message)
}
