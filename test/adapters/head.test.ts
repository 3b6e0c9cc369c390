/**
 * The life cycle of a response up to its head: 304, HEAD, redirects, writeHead, flushes, streams.
 */

import { csp, NONCE } from '@cusp/core'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import type { Behaviour, Outcome } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Layer } from './harness.ts'
import {
  CSP,
  ENDPOINTS,
  hello,
  next,
  nonced,
  noncesOf,
  page,
  plain,
  plainHeader,
  REPORT_ONLY,
} from './sample.ts'

const both = { csp: [{ enforce: nonced, reportOnly: plain }] } as const

/** The answer carries the policy with the nonce of its page. */
function isComplete({ answer, errors }: Outcome): void {
  expect(errors).toEqual([])
  expect(answer.status).toBe(200)
  const [nonce] = noncesOf(answer.body)
  expect(answer.headers[CSP]).toBe(nonced.toString({ nonce }))
  expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
  expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
}

/** The nonce-bearing header is gone, the static ones stay. */
function isNotModified({ answers, errors }: Outcome): void {
  expect(errors).toEqual([])
  const answer = answers.at(-1)
  expect(answer?.status).toBe(304)
  expect(answer?.headers[CSP]).toBeUndefined()
  expect(answer?.headers[REPORT_ONLY]).toBe(plainHeader)
  expect(answer?.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
}

const notModified: readonly Behaviour[] = [
  {
    name: '304 by status',
    app: () => [both, (visit) => visit.answer(undefined, { status: 304 })],
    expected: isNotModified,
  },
  {
    name: '304 by writeHead',
    app: () => [both, (visit) => void visit.raw().writeHead(304).end()],
    expected: isNotModified,
  },
  {
    name: '304 as a text',
    app: () => [
      both,
      (visit) =>
        void visit
          .raw()
          .writeHead('304' as never)
          .end(),
    ],
    except: { http2: 'node:http2 takes numbers only' },
    expected: isNotModified,
  },
  {
    name: "304 by Express's fresh",
    except: {
      node: 'has no fresh',
      connect: 'has no fresh',
      koa2: 'ctx.fresh has a row of its own',
      koa3: 'ctx.fresh has a row of its own',
      fastify: 'has no fresh',
      web: 'has no fresh',
    },
    app: () => [both, hello],
    asks: [{}, { headers: { 'If-None-Match': 'W/"5-qvTGHdzF6KLavt4PO0gs2a6pQ00"' } }],
    expected: (outcome) => {
      expect(outcome.answers[0]?.headers['etag']).toBe('W/"5-qvTGHdzF6KLavt4PO0gs2a6pQ00"')
      isNotModified(outcome)
    },
  },
  {
    name: "304 by Koa's fresh",
    except: {
      node: 'has no fresh',
      connect: 'has no fresh',
      express4: "Express's fresh has a row of its own",
      fastify: 'has no fresh',
      express5: "Express's fresh has a row of its own",
    },
    app: () => [
      both,
      {
        native: () => (ctx: { status: number; fresh: boolean; etag: string; body: unknown }) => {
          ctx.status = 200
          ctx.etag = 'x'
          if (ctx.fresh) ctx.status = 304
          else ctx.body = 'hello'
        },
      },
    ],
    asks: [{ headers: { 'If-None-Match': '"x"' } }],
    expected: isNotModified,
  },
  {
    name: '304 with a static policy keeps all',
    app: () => [{ csp: [plain] }, (visit) => visit.answer(undefined, { status: 304 })],
    expected: ({ answer }) => {
      expect(answer.status).toBe(304)
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
  {
    name: '304 with a header of the handler’s own keeps it',
    app: () => [
      both,
      (visit) => {
        visit.res.setHeader(CSP, "script-src 'nonce-MyOwnNonceMyOwnNonceMy'")
        visit.answer(undefined, { status: 304 })
      },
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("script-src 'nonce-MyOwnNonceMyOwnNonceMy'")
    },
  },
  {
    name: '304 after remove',
    app: () => [
      both,
      (visit) => {
        visit.csp.remove()
        visit.answer(undefined, { status: 304 })
      },
    ],
    expected: ({ answer }) => {
      expect(answer.status).toBe(304)
      expect(answer.headers[REPORT_ONLY]).toBeUndefined()
    },
  },
]

const statuses: readonly Behaviour[] = [
  {
    name: 'HEAD has the headers of GET',
    except: {
      'koa2 over HTTP/2': 'Koa 2 takes the response for ended and never answers, also without us',
    },
    app: () => [both, page],
    asks: [{ method: 'HEAD' }],
    expected: ({ answer }) => {
      expect(answer.body).toBe('')
      const [nonce = ''] = noncesOf(answer.headers[CSP])
      expect(answer.headers[CSP]).toBe(nonced.toString({ nonce }))
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
    },
  },
  ...[301, 302, 307].map((status): Behaviour => ({
    name: `a redirect: ${status}`,
    app: () => [
      both,
      (visit) => visit.answer(undefined, { status, headers: { Location: '/there' } }),
    ],
    expected: ({ answer }) => {
      expect(answer.status).toBe(status)
      expect(answer.headers['location']).toBe('/there')
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
    },
  })),
  ...[204, 404, 500].map((status): Behaviour => ({
    name: `a handler's ${status}`,
    app: () => [both, (visit) => visit.answer(status === 204 ? undefined : 'sorry', { status })],
    expected: ({ answer }) => {
      expect(answer.status).toBe(status)
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
    },
  })),
]

const THEIRS = "img-src 'self'"

/** A handler that calls writeHead itself. */
function writing(...rest: readonly unknown[]): readonly Layer[] {
  return [
    both,
    (visit) => {
      const { nonce } = visit.csp
      const res = visit.raw()
      res.writeHead(200, ...rest)
      res.end(`nonce=${nonce}`)
    },
  ]
}

const heads: readonly Behaviour[] = [
  { name: 'writeHead with a status', app: () => writing(), expected: isComplete },
  { name: 'writeHead with a reason', app: () => writing('Fine'), expected: isComplete },
  {
    name: 'writeHead with an object',
    app: () => writing({ 'Content-Type': 'text/html', 'X-Mine': '1' }),
    expected: (outcome) => {
      isComplete(outcome)
      expect(outcome.answer.headers['x-mine']).toBe('1')
    },
  },
  {
    name: 'writeHead with a reason and an object',
    app: () => writing('Fine', { 'X-Mine': '1' }),
    expected: (outcome) => {
      isComplete(outcome)
      expect(outcome.answer.headers['x-mine']).toBe('1')
    },
  },
  {
    name: 'writeHead with a flat list',
    app: () => writing(['Content-Type', 'text/html', 'X-Mine', '1']),
    expected: (outcome) => {
      isComplete(outcome)
      expect(outcome.answer.headers['x-mine']).toBe('1')
    },
  },
  ...[
    ['an object', { 'content-security-policy': THEIRS }] as const,
    ['a flat list', ['Content-Security-Policy', THEIRS]] as const,
  ].map(([shape, headers]): Behaviour => ({
    name: `writeHead with a policy of the handler's own in ${shape}: it wins`,
    app: () => writing(headers),
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(THEIRS)
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  })),
  {
    name: 'writeHead twice is an error of the framework’s, not ours',
    app: ({ note }) => [
      both,
      (visit) => {
        const res = visit.raw()
        res.writeHead(200)
        try {
          res.writeHead(201)
        } catch (error) {
          note((error as { readonly code: string }).code)
        }
        res.end(`nonce=${visit.csp.nonce}`)
      },
    ],
    expected: (outcome) => {
      isComplete(outcome)
      expect(String(outcome.notes[0])).toMatch(/^ERR_HTTP2?_HEADERS_SENT$/)
    },
  },
  {
    name: 'a writeHead that fails leaves the policy to what answers then',
    app: ({ note }) => [
      both,
      (visit) => {
        const res = visit.raw()
        try {
          res.writeHead(9999)
        } catch (error) {
          note(error instanceof RangeError)
        }
        visit.csp.replace({ enforce: nonced, reportOnly: plain })
        res.statusCode = 200
        res.end(`nonce=${visit.csp.nonce}`)
      },
    ],
    expected: (outcome) => {
      isComplete(outcome)
      expect(outcome.notes).toEqual([true])
    },
  },
]

/** A handler that streams. */
const streams: readonly (readonly [name: string, handler: Handler])[] = [
  [
    'flushHeaders, then the body',
    (visit) => {
      const { nonce } = visit.csp
      const res = visit.raw()
      res.flushHeaders()
      res.end(`nonce=${nonce}`)
    },
  ],
  [
    'write in chunks',
    (visit) => {
      const { nonce } = visit.csp
      const res = visit.raw()
      res.write('nonce=')
      setImmediate(() => {
        res.write(nonce)
        res.end()
      })
    },
  ],
  [
    'a stream as the body',
    (visit) => {
      visit.answer(Readable.from(['<p>', 'nonce=', visit.csp.nonce]))
    },
  ],
]

const streaming: readonly Behaviour[] = [
  ...streams.map(([name, handler]): Behaviour => ({
    name,
    app: () => [both, handler],
    expected: isComplete,
  })),
  {
    name: 'the nonce can be read while the body streams',
    app: () => [
      both,
      (visit) => {
        const res = visit.raw()
        res.flushHeaders()
        res.end(`nonce=${visit.csp.nonce}`)
      },
    ],
    expected: isComplete,
  },
]

const handlers: readonly Behaviour[] = (['before', 'after'] as const).flatMap(
  (when): readonly Behaviour[] => [
    {
      name: `a handler replaces the header ${when} it read the nonce`,
      app: () => [
        both,
        (visit) => {
          if (when === 'after') expect(visit.csp.nonce).toHaveLength(22)
          visit.res.setHeader('Content-Security-Policy', THEIRS)
          visit.answer(`nonce=${visit.csp.nonce}`)
        },
      ],
      expected: ({ answer, errors }) => {
        expect(errors).toEqual([])
        expect(answer.headers[CSP]).toBe(THEIRS)
        expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
      },
    },
    {
      name: `a handler removes the header ${when} it read the nonce`,
      app: () => [
        both,
        (visit) => {
          if (when === 'after') expect(visit.csp.nonce).toHaveLength(22)
          visit.res.removeHeader(CSP)
          visit.answer(`nonce=${visit.csp.nonce}`)
        },
      ],
      expected: ({ answer, errors }) => {
        expect(errors).toEqual([])
        expect(answer.headers[CSP]).toBeUndefined()
        expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
      },
    },
    {
      name: `a handler replaces the header ${when === 'after' ? 'after an edit of ours' : 'of a lazy nonce'}`,
      app: () => [
        { csp: [next, { nonce: when === 'after' ? 'always' : 'when-read' }] },
        (visit) => {
          if (when === 'after') visit.csp.replace(csp().imgSrc(NONCE))
          visit.res.setHeader(CSP, "script-src 'nonce-MyOwnNonceMyOwnNonceMy'")
          visit.answer('hello')
        },
      ],
      expected: ({ answer }) => {
        expect(answer.headers[CSP]).toBe("script-src 'nonce-MyOwnNonceMyOwnNonceMy'")
      },
    },
  ],
)

describeBehaviours('head', [...notModified, ...statuses, ...heads, ...streaming, ...handlers])
