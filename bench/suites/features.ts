/**
 * What else can happen to a response: edits, several policies, functions of the request, helmet's
 * own shape, its head.
 */

import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNonce } from '@cusp/core'
import { contentSecurityPolicy, cspMiddleware } from '@cusp/express'
import helmet from 'helmet'
import type { Contender } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import { noop } from './peers.ts'
import type { Exchange } from './responses.ts'
import { makeExchanges } from './responses.ts'
import { afterNonce, beforeNonce, noncePolicy } from './sample.ts'
import type { Suite } from './suite.ts'
import { roundsOf } from './suite.ts'

const CSP = 'Content-Security-Policy'
const REPORT_ONLY = 'Content-Security-Policy-Report-Only'
const TILES = 'https://tiles.example'
const ENDPOINTS = 'csp="/csp-reports"'

type Serve = (req: never, res: never, next: () => void) => void
type Middleware = (exchange: Exchange) => void

/** The enforced policy, one that is tried report-only, and where both report to. */
const pair = {
  enforce: noncePolicy.reportTo('csp', '/csp-reports'),
  reportOnly: noncePolicy.remove('style-src').reportTo('csp', '/csp-reports'),
}

const plain = run(cspMiddleware(noncePolicy))
const both = run(cspMiddleware(pair))
const chosen = run(cspMiddleware(() => noncePolicy))
const helmetOptions = {
  directives: {
    scriptSrc: [
      "'self'",
      (_req: IncomingMessage, res: ServerResponse) =>
        `'nonce-${(res as Exchange['res']).locals.cspNonce}'`,
    ],
  },
}

const features: readonly { readonly name: string; readonly serve: Middleware }[] = [
  { name: 'a nonce', serve: plain },
  {
    name: 'a nonce, and the head is written',
    serve: (exchange) => {
      plain(exchange)
      exchange.res.writeHead(200)
    },
  },
  {
    name: 'a nonce, and a 304 loses it',
    serve: (exchange) => {
      plain(exchange)
      exchange.res.writeHead(304)
    },
  },
  {
    name: 'a nonce, and the route allows a host',
    serve: (exchange) => {
      plain(exchange)
      exchange.res.locals.csp.allow('img-src', TILES)
    },
  },
  { name: 'a function of the request', serve: chosen },
  { name: 'enforced, report-only and endpoints', serve: both },
  { name: 'enforced, report-only and endpoints, by hand', serve: pairByHand() },
  { name: 'enforced, report-only and endpoints, helmet twice', serve: pairByHelmet() },
  { name: 'helmet’s options in contentSecurityPolicy()', serve: withNonce(contentSecurityPolicy) },
  {
    name: 'the same in helmet',
    serve: withNonce((options) => helmet.contentSecurityPolicy(options)),
  },
]

/** Each feature on a response that only keeps its headers. */
export const featuresSuite: Suite = {
  id: 'features',
  module: import.meta.url,
  title: 'More than a nonce',
  note: '@cusp/express where nothing else is said, on a response that only keeps its headers. Every line makes its nonces with createNonce().',
  unit: 'ns',
  references: ['a nonce'],
  run: (effort) => interleave(features.map(contend), roundsOf(effort, 512)),
}

function contend({ name, serve }: (typeof features)[number]): Contender {
  return {
    name,
    check: () => checkFeature(name, serve),
    time: (count) => {
      const exchanges = makeExchanges('light', count)
      return timeCalls(count, (index) => serve(exchanges[index] as Exchange))
    },
  }
}

function checkFeature(name: string, serve: Middleware): void {
  const [exchange] = makeExchanges('light', 1) as [Exchange]
  serve(exchange)
  const { res } = exchange
  const nonce = String(res.locals.cspNonce)
  const enforced = res.getHeader(CSP)
  if (name.includes('304')) assert.equal(enforced, undefined)
  else if (name.includes('allows')) {
    assert.equal(enforced, noncePolicy.allow('img-src', TILES).toString({ nonce }))
  } else if (name.includes('endpoints')) {
    assert.equal(spaced(enforced), pair.enforce.toString({ nonce }))
    assert.equal(spaced(res.getHeader(REPORT_ONLY)), pair.reportOnly.toString({ nonce }))
    assert.equal(res.getHeader('Reporting-Endpoints'), ENDPOINTS)
  } else if (name.includes('helmet')) {
    assert.equal(spaced(enforced), noncePolicy.toString({ nonce }))
  } else assert.equal(enforced, noncePolicy.toString({ nonce }))
}

/** helmet writes no space behind a semicolon. */
function spaced(header: unknown): string {
  return String(header).replaceAll(/; ?/g, '; ')
}

function run(middleware: unknown): Middleware {
  const serve = middleware as Serve
  return ({ req, res }) => serve(req as never, res as never, noop)
}

function withNonce(create: (options: typeof helmetOptions) => unknown): Middleware {
  const serve = run(create(helmetOptions))
  return (exchange) => {
    exchange.res.locals.cspNonce = createNonce()
    serve(exchange)
  }
}

function pairByHand(): Middleware {
  const reporting = '; report-to csp; report-uri /csp-reports'
  const [before = '', after = ''] = pair.reportOnly
    .toString({ nonce: 'A'.repeat(22) })
    .split('A'.repeat(22))
  return ({ res }) => {
    const nonce = createNonce()
    res.locals.cspNonce = nonce
    res.setHeader(CSP, beforeNonce + nonce + afterNonce + reporting)
    res.setHeader(REPORT_ONLY, before + nonce + after)
    res.setHeader('Reporting-Endpoints', ENDPOINTS)
  }
}

/** helmet has one disposition a middleware, and no endpoints header. */
function pairByHelmet(): Middleware {
  const reporting = { reportTo: ['csp'], reportUri: ['/csp-reports'] }
  const directives = { ...helmetOptions.directives, ...reporting }
  const enforce = helmet.contentSecurityPolicy({ directives })
  const reportOnly = helmet.contentSecurityPolicy({
    reportOnly: true,
    directives: { ...directives, styleSrc: null },
  })
  return ({ req, res }) => {
    res.locals.cspNonce = createNonce()
    enforce(req, res, noop)
    reportOnly(req, res, noop)
    res.setHeader('Reporting-Endpoints', ENDPOINTS)
  }
}
