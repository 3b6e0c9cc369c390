/** The contenders of the response suites: each sets the same policy on one response. */

import { randomBytes, randomFillSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNonce } from '@cusp/core'
import { cspMiddleware } from '@cusp/express'
import { expressCspHeader, NONCE as CSP_HEADER_NONCE } from 'express-csp-header'
import helmet from 'helmet'
import { Context } from 'hono'
import { NONCE as HONO_NONCE, secureHeaders } from 'hono/secure-headers'
import { createContentSecurityPolicy } from 'nosecone'
import type { Contender } from '../harness/interleave.ts'
import { timeAsyncCalls, timeCalls } from '../harness/interleave.ts'
import type { Exchange, ResponseKind } from './responses.ts'
import { makeExchanges } from './responses.ts'
import {
  afterNonce,
  assertNonces,
  assertStatic,
  beforeNonce,
  noncePolicy,
  staticPolicy,
} from './sample.ts'

/** A middleware, and where its view finds the nonce. */
export interface Middleware {
  readonly name: string
  readonly serve: (exchange: Exchange, next: () => void) => void
  readonly seenNonce: (exchange: Exchange) => unknown
}

/** What stands in for the middleware behind. */
export function noop(): void {
  // Nothing is timed here.
}

/** The names that the ratios are told against. */
export const BY_HAND = 'by hand'
export const CUSP = '@cusp/express'
export const HELMET = 'helmet'

type Serve = Middleware['serve']
type ConnectMiddleware = (req: never, res: never, next: () => void) => void

function connect(middleware: unknown): Serve {
  const serve = middleware as ConnectMiddleware
  return ({ req, res }, next) => serve(req as never, res as never, next)
}

function localNonce({ res }: Exchange): unknown {
  return res.locals.cspNonce
}

const POOL = Buffer.allocUnsafe(512 * 16)
let used = POOL.length

/** 16 random bytes, from a pool, as base64. */
function pooledNonce(): string {
  if (used === POOL.length) {
    randomFillSync(POOL)
    used = 0
  }
  return POOL.toString('base64', used, (used += 16))
}

let handNonce = ''

/** The least that any middleware can do. */
function byHand(makeNonce: () => string): Serve {
  return ({ res }, next) => {
    handNonce = makeNonce()
    res.setHeader('Content-Security-Policy', beforeNonce + handNonce + afterNonce)
    next()
  }
}

/**
 * helmet as its documentation shows it: a middleware makes the nonce, a function in the directive
 * reads it.
 */
function withHelmet(makeNonce: () => string): Serve {
  const inner = helmet.contentSecurityPolicy({
    directives: {
      scriptSrc: [
        "'self'",
        (_req: IncomingMessage, res: ServerResponse) =>
          `'nonce-${(res as Exchange['res']).locals.cspNonce}'`,
      ],
    },
  })
  return ({ req, res }, next) => {
    res.locals.cspNonce = makeNonce()
    inner(req, res, next)
  }
}

const kebab = {
  'default-src': ["'self'"],
  'base-uri': ["'self'"],
  'font-src': ["'self'", 'https:', 'data:'],
  'form-action': ["'self'"],
  'frame-ancestors': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src-attr': ["'none'" as const],
  'style-src': ["'self'", 'https:', "'unsafe-inline'"],
  'upgrade-insecure-requests': true,
}

const camel = {
  defaultSrc: ["'self'"],
  baseUri: ["'self'"],
  fontSrc: ["'self'", 'https:', 'data:'],
  formAction: ["'self'"],
  frameAncestors: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'", 'https:', "'unsafe-inline'"],
} as const

let noseconeNonce = ''

function withNosecone(scriptSrc: readonly ("'self'" | (() => `'nonce-${string}'`))[]): Serve {
  const options = { directives: { ...camel, scriptSrc, upgradeInsecureRequests: true } }
  return ({ res }, next) => {
    const [name, value] = createContentSecurityPolicy(options)
    res.setHeader(name, value)
    next()
  }
}

/** The middleware that send a nonce. */
export const nonceMiddleware: readonly Middleware[] = [
  { name: BY_HAND, serve: byHand(pooledNonce), seenNonce: () => handNonce },
  { name: 'by hand, with createNonce()', serve: byHand(createNonce), seenNonce: () => handNonce },
  { name: CUSP, serve: connect(cspMiddleware(noncePolicy)), seenNonce: localNonce },
  {
    name: HELMET,
    serve: withHelmet(() => randomBytes(16).toString('hex')),
    seenNonce: localNonce,
  },
  { name: 'helmet, with createNonce()', serve: withHelmet(createNonce), seenNonce: localNonce },
  {
    name: 'express-csp-header',
    serve: connect(
      expressCspHeader({
        directives: { ...kebab, 'script-src': ["'self'", CSP_HEADER_NONCE] },
      }),
    ),
    seenNonce: ({ res }) => res.locals['nonce'],
  },
  {
    name: 'nosecone',
    serve: withNosecone([
      "'self'",
      () => `'nonce-${(noseconeNonce = randomBytes(16).toString('base64'))}'`,
    ]),
    seenNonce: () => noseconeNonce,
  },
]

const staticText = staticPolicy.toString()

/** The middleware that send the same text each time. */
export const staticMiddleware: readonly Omit<Middleware, 'seenNonce'>[] = [
  {
    name: BY_HAND,
    serve: ({ res }, next) => {
      res.setHeader('Content-Security-Policy', staticText)
      next()
    },
  },
  { name: CUSP, serve: connect(cspMiddleware(staticPolicy)) },
  { name: HELMET, serve: connect(helmet.contentSecurityPolicy()) },
  {
    name: 'express-csp-header',
    serve: connect(expressCspHeader({ directives: { ...kebab, 'script-src': ["'self'"] } })),
  },
  { name: 'nosecone', serve: withNosecone(["'self'"]) },
]

/** Times a middleware on responses of one kind. */
export function contend(
  { name, serve }: Omit<Middleware, 'seenNonce'>,
  kind: ResponseKind,
  check: () => void,
): Contender {
  return {
    name,
    check,
    time: (count) => {
      const exchanges = makeExchanges(kind, count)
      return timeCalls(count, (index) => serve(exchanges[index] as Exchange, noop))
    },
  }
}

/** Serves two responses and asserts what they carry. */
export function checkNonces({ serve, seenNonce }: Middleware, kind: ResponseKind): void {
  const [first, second] = makeExchanges(kind, 2) as [Exchange, Exchange]
  const answers = [first, second].map((exchange) => {
    serve(exchange, noop)
    return { header: headerOf(exchange), seen: seenNonce(exchange) }
  })
  assertNonces(
    [answers[0]?.header, answers[1]?.header],
    answers.map(({ seen }) => seen),
  )
}

/** Serves one response and asserts what it carries. */
export function checkStatic({ serve }: Pick<Middleware, 'serve'>, kind: ResponseKind): void {
  const [exchange] = makeExchanges(kind, 1) as [Exchange]
  serve(exchange, noop)
  assertStatic(headerOf(exchange))
}

function headerOf({ res }: Exchange): unknown {
  return res.getHeader('Content-Security-Policy')
}

const HONO = 'hono/secure-headers'
const ONLY_CSP = Object.fromEntries(
  [
    'crossOriginResourcePolicy',
    'crossOriginOpenerPolicy',
    'originAgentCluster',
    'referrerPolicy',
    'strictTransportSecurity',
    'xContentTypeOptions',
    'xDnsPrefetchControl',
    'xDownloadOptions',
    'xFrameOptions',
    'xPermittedCrossDomainPolicies',
    'xXssProtection',
    'removePoweredBy',
  ].map((name) => [name, false]),
)

async function noNext(): Promise<void> {
  // Nothing is timed here.
}

const HONO_REQUEST = new Request('http://shop.example/')

/**
 * Hono's middleware on a context of its own: it has no node response. `scriptSrc` is beside
 * `'self'`.
 */
export function contendHono(hasNonce: boolean): Contender {
  const scriptSrc = hasNonce ? ["'self'", HONO_NONCE] : ["'self'"]
  const serve = secureHeaders({
    ...ONLY_CSP,
    contentSecurityPolicy: {
      ...mutable(camel),
      scriptSrc,
      upgradeInsecureRequests: [],
    },
  })
  return {
    name: HONO,
    check: async () => {
      const contexts = [new Context(HONO_REQUEST), new Context(HONO_REQUEST)] as const
      const headers = await Promise.all(
        contexts.map(async (context) => {
          await serve(context, noNext)
          return context.res.headers.get('Content-Security-Policy')
        }),
      )
      if (!hasNonce) assertStatic(headers[0])
      else {
        assertNonces(
          [headers[0], headers[1]],
          contexts.map((context) => context.get('secureHeadersNonce' as never)),
        )
      }
    },
    time: (count) => {
      const contexts = Array.from({ length: count }, () => new Context(HONO_REQUEST))
      return timeAsyncCalls(count, async (index) => serve(contexts[index] as Context, noNext))
    },
  }
}

type Mutable<Lists> = { -readonly [Name in keyof Lists]: string[] }

function mutable<Lists extends Readonly<Record<string, readonly string[]>>>(
  lists: Lists,
): Mutable<Lists> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, values]) => [name, [...values]]),
  ) as Mutable<Lists>
}
