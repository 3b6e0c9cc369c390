/** `nonce: 'when-read'`: a nonce that nobody read leaves the header, and nothing gets weaker. */

import { createNonce, csp, NONCE, NONE, parsePolicy, SELF, strict, UNSAFE_INLINE } from '@cusp/core'
import type { CspOptions } from '@cusp/node'
import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import {
  CSP,
  ENDPOINTS,
  errorOf,
  expectCspError,
  hello,
  next,
  nonced,
  noncesOf,
  page,
  plain,
  REPORT_ONLY,
} from './sample.ts'

const lazy: CspOptions = { nonce: 'when-read' }
const HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
const NO_VIEWS = {
  node: 'bare node:http has no views',
  connect: 'Connect has no views',
  web: 'has no views',
}

/** What goes out where nobody reads the nonce. */
const unread: readonly (readonly [name: string, input: unknown, header: string])[] = [
  ['the nonce goes', csp().scriptSrc(NONCE, SELF), "script-src 'self'"],
  ['a list of the nonce alone is none', csp().scriptSrc(NONCE), "script-src 'none'"],
  [
    "'unsafe-inline' does not come back into force",
    strict(),
    "script-src 'strict-dynamic' https:; object-src 'none'; base-uri 'none'",
  ],
  ["'unsafe-inline' alone beside it", csp().styleSrc(NONCE, UNSAFE_INLINE), "style-src 'none'"],
  [
    "'unsafe-inline' in capitals",
    parsePolicy("style-src 'UNSAFE-INLINE' https:").policy.styleSrc(NONCE),
    'style-src https:',
  ],
  [
    "'unsafe-inline' that a hash makes void stays",
    csp().styleSrc(NONCE, HASH, UNSAFE_INLINE),
    `style-src ${HASH} 'unsafe-inline'`,
  ],
  [
    "'unsafe-inline' of another directive stays",
    csp().scriptSrc(NONCE, SELF).styleSrc(UNSAFE_INLINE),
    "script-src 'self'; style-src 'unsafe-inline'",
  ],
  [
    'what a parser took over is written again',
    parsePolicy('script-src HTTPS: Example.com:443; x-unknown 1').policy.scriptSrc(NONCE),
    'script-src https: example.com:443; x-unknown 1',
  ],
]

const rows: readonly Behaviour[] = [
  ...unread.map(([name, input, header]): Behaviour => ({
    name: `unread: ${name}`,
    app: () => [{ csp: [input, lazy] }, hello],
    asks: [{}, {}],
    expected: ({ answers, errors }) => {
      expect(errors).toEqual([])
      for (const { headers } of answers) expect(headers[CSP]).toBe(header)
    },
  })),
  {
    name: 'unread in both dispositions; static headers and endpoints stay',
    app: () => [
      {
        csp: [
          { enforce: [nonced, plain], reportOnly: next },
          { ...lazy, legacyReportTo: true },
        ],
      },
      hello,
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(
        `script-src 'strict-dynamic'; base-uri 'none'; report-to csp; report-uri /csp-reports, ${plain.toString()}`,
      )
      expect(noncesOf(answer.headers[REPORT_ONLY])).toEqual([])
      expect(answer.headers[REPORT_ONLY]).toContain("script-src 'none'; style-src 'none'")
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports", next="/next-reports"')
      expect(answer.headers['report-to']).toContain('/next-reports')
    },
  },
  {
    name: 'unread and only static policies: nothing to do',
    app: () => [{ csp: [plain, lazy] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plain.toString())
    },
  },
  {
    name: 'read: it stays, and no cspNonce is set',
    app: ({ note }) => [
      { csp: [{ enforce: nonced, reportOnly: next }, lazy] },
      (visit) => {
        note('cspNonce' in (visit.locals ?? {}))
        return page(visit, async () => {})
      },
    ],
    expected: ({ answer, notes }) => {
      const [nonce] = noncesOf(answer.body)
      expect(notes).toEqual([false])
      expect(answer.headers[CSP]).toBe(nonced.toString({ nonce }))
      expect(noncesOf(answer.headers[REPORT_ONLY])).toEqual([nonce, nonce])
    },
  },
  {
    name: 'nonceAttr is a read',
    app: () => [
      { csp: [nonced, lazy] },
      (visit) => visit.answer(visit.csp.nonceAttr.replaceAll('"', '')),
    ],
    expected: ({ answer }) => {
      expect(noncesOf(answer.headers[CSP])).toEqual(noncesOf(answer.body))
      expect(noncesOf(answer.body)).toHaveLength(1)
    },
  },
  {
    name: 'read before, again after the headers: the same',
    app: () => [
      { csp: [nonced, lazy] },
      (visit) => {
        const { nonce } = visit.csp
        const res = visit.raw()
        res.flushHeaders()
        expect(visit.csp.nonce).toBe(nonce)
        res.end(`nonce=${nonce}`)
      },
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      expect(noncesOf(answer.headers[CSP])).toEqual(noncesOf(answer.body))
    },
  },
  ...[plain, nonced].map((input): Behaviour => ({
    name: `first read after the headers: ${input === nonced ? 'an error' : 'no error where no policy uses it'}`,
    app: ({ note }) => [
      { csp: [input, lazy] },
      (visit) => {
        const res = visit.raw()
        res.flushHeaders()
        note(errorOf(() => visit.csp.nonce))
        res.end('hello')
      },
    ],
    expected: ({ notes }) => {
      if (input === nonced) {
        expectCspError(notes[0], 'ERR_CSP_HEADERS_SENT', 'sent without it', "nonce: 'always'")
      } else expect(notes).toEqual([undefined])
    },
  })),
  {
    name: 'a static policy, replaced by one with a nonce',
    app: () => [
      { csp: [plain, lazy] },
      (visit) => {
        visit.csp.replace(nonced)
        visit.answer('hello')
      },
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toContain("script-src 'strict-dynamic';")
    },
  },
  {
    name: 'an adopted cspNonce counts as read',
    except: NO_VIEWS,
    app: () => [
      (visit, proceed) => {
        if (visit.locals !== undefined) visit.locals['cspNonce'] = createNonce()
        return proceed()
      },
      { csp: [nonced, lazy] },
      (visit) => visit.answer(`nonce=${String(visit.locals?.['cspNonce'])}`),
    ],
    expected: ({ answer }) => {
      expect(noncesOf(answer.headers[CSP])).toEqual(noncesOf(answer.body))
    },
  },
  {
    name: 'a nonce of nonceFrom counts as read',
    app: ({ note }) => {
      const nonce = createNonce()
      note(nonce)
      return [{ csp: [nonced, { ...lazy, nonceFrom: () => nonce }] }, hello]
    },
    expected: ({ answer, notes }) => {
      expect(noncesOf(answer.headers[CSP])).toEqual(notes)
    },
  },
  {
    name: 'nonceFrom without a nonce: a new one, lazy as any',
    app: () => [{ csp: [nonced, { ...lazy, nonceFrom: () => undefined }] }, hello],
    expected: ({ answer }) => {
      expect(noncesOf(answer.headers[CSP])).toEqual([])
    },
  },
  {
    name: 'a lazy middleware inside one that showed its nonce to the views',
    except: NO_VIEWS,
    app: () => [
      { csp: [nonced] },
      { csp: [next, lazy] },
      (visit) => visit.answer(`nonce=${String(visit.locals?.['cspNonce'])}`),
    ],
    expected: ({ answer }) => {
      const [nonce] = noncesOf(answer.body)
      expect(answer.headers[CSP]).toBe(next.toString({ nonce }))
    },
  },
  {
    name: 'unread in a 304 and with documents only',
    app: () => [
      { csp: [csp().scriptSrc(NONCE).objectSrc(NONE), { ...lazy, only: 'documents' }] },
      (visit) =>
        visit.req.url === '/304'
          ? visit.answer(undefined, { status: 304 })
          : visit.answer('{}', { type: 'application/json' }),
    ],
    asks: [{}, { path: '/304' }],
    expected: ({ answers }) => {
      expect(answers.map(({ headers }) => headers[CSP])).toEqual([undefined, undefined])
    },
  },
]

describeBehaviours('lazy nonces', rows)
