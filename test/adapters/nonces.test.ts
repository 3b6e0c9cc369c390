/** One nonce per response: made, adopted or taken from elsewhere, the same wherever it shows. */

import { createNonce, csp, NONCE } from '@cusp/core'
import type { CspOptions } from '@cusp/node'
import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler } from './harness.ts'
import {
  CSP,
  expectCspError,
  hello,
  next,
  nonced,
  noncesOf,
  page,
  plain,
  REPORT_ONLY,
} from './sample.ts'

const NO_VIEWS = {
  node: 'bare node:http has no views',
  connect: 'Connect has no views',
  web: 'has no views',
}
const HEX = randomBytes(16).toString('hex')
const BASE64 = randomBytes(16).toString('base64')

/** As helmet's documentation has it. */
function setNonce(value: unknown): Handler {
  return (visit, proceed) => {
    if (visit.locals !== undefined) visit.locals['cspNonce'] = value
    return proceed()
  }
}

const made: readonly Behaviour[] = [
  {
    name: 'the nonce is the same in both headers, the context, the attribute and the view',
    app: () => [
      { csp: [{ enforce: [nonced, csp().styleSrc(NONCE)], reportOnly: next }] },
      (visit) => {
        const { nonce, nonceAttr } = visit.csp
        expect(nonceAttr).toBe(` nonce="${nonce}"`)
        if (visit.locals !== undefined) expect(visit.locals['cspNonce']).toBe(nonce)
        visit.answer(`nonce=${nonce}`)
      },
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      const [nonce] = noncesOf(answer.body)
      expect(nonce).toMatch(/^[\w-]{22}$/)
      expect(noncesOf(answer.headers[CSP])).toEqual([nonce, nonce])
      expect(noncesOf(answer.headers[REPORT_ONLY])).toEqual([nonce, nonce])
    },
  },
  {
    name: 'a hundred responses have a hundred nonces',
    app: () => [{ csp: [nonced] }, page],
    asks: Array.from({ length: 100 }, () => ({})),
    expected: ({ answers }) => {
      const nonces = answers.map(({ body }) => noncesOf(body)[0])
      expect(answers.map(({ headers }) => noncesOf(headers[CSP])[0])).toEqual(nonces)
      expect(new Set(nonces).size).toBe(100)
    },
  },
  {
    name: 'a policy without a nonce sets no cspNonce',
    app: ({ note }) => [
      { csp: [plain] },
      (visit) => {
        note('cspNonce' in (visit.locals ?? {}))
        visit.answer('hello')
      },
    ],
    expected: ({ notes }) => {
      expect(notes).toEqual([false])
    },
  },
  {
    name: 'headers are visible as soon as the middleware has run',
    app: ({ note }) => [
      { csp: [nonced] },
      (visit) => {
        note(visit.res.getHeader(CSP))
        page(visit, async () => {})
      },
    ],
    expected: ({ answer, notes }) => {
      expect(notes).toEqual([answer.headers[CSP]])
    },
  },
  {
    name: 'the context can be printed and sent, without the nonce',
    app: ({ note }) => [
      { csp: [nonced] },
      async (visit) => {
        const { inspect } = await import('node:util')
        note(JSON.stringify(visit.csp) + inspect(visit.csp))
        page(visit, async () => {})
      },
    ],
    expected: ({ answer, notes, errors }) => {
      expect(errors).toEqual([])
      expect(notes[0]).toContain('script-src')
      expect(notes[0]).not.toContain(noncesOf(answer.body)[0])
    },
  },
]

const adopted: readonly Behaviour[] = [
  ...[HEX, BASE64].map((given): Behaviour => ({
    name: `an existing cspNonce is adopted: ${given === HEX ? 'hex' : 'base64'}`,
    except: NO_VIEWS,
    app: () => [setNonce(given), { csp: [{ enforce: nonced, reportOnly: next }] }, page],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      expect(noncesOf(answer.body)).toEqual([given])
      expect(noncesOf(answer.headers[CSP])).toEqual([given])
      expect(noncesOf(answer.headers[REPORT_ONLY])).toEqual([given, given])
    },
  })),
  ...([null, '', 'short', 7, () => HEX, Buffer.alloc(16), `${HEX}' 'unsafe-inline`] as const).map(
    (given, index): Behaviour => ({
      name: `anything else in cspNonce is an error: case ${index}`,
      except: NO_VIEWS,
      app: ({ note }) => [
        setNonce(given),
        async (visit, proceed) => {
          try {
            return await proceed()
          } finally {
            note(visit.locals?.['cspNonce'])
          }
        },
        { csp: [nonced] },
        hello,
      ],
      expected: ({ answer, errors, notes }) => {
        expect(errors).toHaveLength(1)
        expectCspError(errors[0], 'ERR_CSP_NONCE', 'cspNonce')
        expect(notes).toEqual([given])
        expect(answer.body).not.toContain('hello')
      },
    }),
  ),
  {
    name: 'a cspNonce that came after the middleware is adopted by the first policy that needs one',
    except: NO_VIEWS,
    app: () => [
      { csp: [plain] },
      setNonce(HEX),
      (visit, proceed) => {
        visit.csp.replace(nonced)
        return proceed()
      },
      page,
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      expect(noncesOf(answer.body)).toEqual([HEX])
      expect(noncesOf(answer.headers[CSP])).toEqual([HEX])
    },
  },
  {
    name: 'a cspNonce that was overwritten afterwards is an error of the next edit',
    except: NO_VIEWS,
    app: () => [
      { csp: [nonced] },
      setNonce(HEX),
      (visit) => {
        visit.csp.allow('img-src', 'https://more.example')
        visit.answer('hello')
      },
    ],
    expected: ({ answer, errors }) => {
      expectCspError(errors[0], 'ERR_CSP_NONCE', 'two nonces')
      expect(answer.body).not.toContain('hello')
    },
  },
]

function from(value: unknown): CspOptions {
  return { nonceFrom: () => value as string | undefined }
}

const taken: readonly Behaviour[] = [
  {
    name: 'nonceFrom gives the nonce',
    except: { web: 'gets the Request: a row of its own' },
    app: ({ note }) => [
      {
        csp: [
          nonced,
          {
            nonceFrom: (req, res) => {
              note('setHeader' in res)
              return req.headers['x-nonce'] as string | undefined
            },
          },
        ],
      },
      page,
    ],
    asks: [{ headers: { 'x-nonce': HEX } }, {}],
    expected: ({ answers, notes }) => {
      expect(noncesOf(answers[0]?.body)).toEqual([HEX])
      expect(noncesOf(answers[0]?.headers[CSP])).toEqual([HEX])
      expect(noncesOf(answers[1]?.body)).not.toEqual([HEX])
      expect(noncesOf(answers[1]?.body)).toEqual(noncesOf(answers[1]?.headers[CSP]))
      expect(notes).toEqual([true, true])
    },
  },
  ...(['short', null, 5, `${HEX}'; script-src *`] as const).map((value): Behaviour => ({
    name: `what nonceFrom may not give: ${String(value)}`,
    app: () => [{ csp: [nonced, from(value)] }, hello],
    expected: ({ answer, errors }) => {
      expectCspError(errors[0], 'ERR_CSP_NONCE', 'nonceFrom')
      expect(answer.body).not.toContain('hello')
    },
  })),
  {
    name: 'nonceFrom is asked once, and not where no policy needs it',
    app: ({ note }) => {
      const nonceFrom = (): string => {
        note('asked')
        return createNonce()
      }
      return [
        { csp: [plain, { nonceFrom }] },
        (visit, proceed) => {
          note('before')
          visit.csp.replace(nonced)
          visit.csp.replace(next)
          return proceed()
        },
        page,
      ]
    },
    expected: ({ answer, notes }) => {
      expect(notes).toEqual(['before', 'asked'])
      const [nonce] = noncesOf(answer.body)
      expect(answer.headers[CSP]).toBe(next.toString({ nonce }))
    },
  },
  {
    name: 'cspNonce and nonceFrom must agree',
    except: NO_VIEWS,
    app: () => [setNonce(HEX), { csp: [nonced, from(createNonce())] }, hello],
    expected: ({ errors }) => {
      expectCspError(errors[0], 'ERR_CSP_NONCE', 'two nonces')
    },
  },
  {
    name: 'cspNonce and nonceFrom agree',
    except: NO_VIEWS,
    app: () => [setNonce(HEX), { csp: [nonced, from(HEX)] }, page],
    expected: ({ answer }) => {
      expect(noncesOf(answer.body)).toEqual([HEX])
    },
  },
  {
    name: 'an inner middleware may not bring another nonce',
    app: () => [{ csp: [nonced] }, { csp: [next, from(HEX)] }, hello],
    expected: ({ errors }) => {
      expectCspError(errors[0], 'ERR_CSP_NONCE', 'of nonceFrom', ' and every ')
    },
  },
  {
    name: 'an inner middleware may bring the first nonce',
    app: () => [{ csp: [plain] }, { csp: [nonced, from(HEX)] }, page],
    expected: ({ answer }) => {
      expect(noncesOf(answer.body)).toEqual([HEX])
      expect(noncesOf(answer.headers[CSP])).toEqual([HEX])
    },
  },
]

const inner: readonly Behaviour[] = [
  {
    name: 'an inner middleware replaces policies and endpoints and keeps the nonce',
    app: ({ note }) => [
      { csp: [{ enforce: nonced, reportOnly: plain }] },
      (visit, proceed) => {
        note(visit.csp.nonce)
        return proceed()
      },
      { csp: [next] },
      page,
    ],
    expected: ({ answer, notes }) => {
      const [nonce] = noncesOf(answer.body)
      expect(notes).toEqual([nonce])
      expect(answer.headers).toMatchObject({
        [CSP]: next.toString({ nonce }),
        'reporting-endpoints': 'next="/next-reports"',
      })
      expect(answer.headers[REPORT_ONLY]).toBeUndefined()
    },
  },
  {
    name: 'an inner middleware with a plain policy takes the nonce off the header',
    app: () => [{ csp: [nonced] }, { csp: [plain] }, page],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plain.toString())
      expect(answer.headers['reporting-endpoints']).toBeUndefined()
    },
  },
  {
    name: 'the same middleware twice is the same as once',
    app: () => [{ csp: [nonced] }, { csp: [nonced] }, page],
    expected: ({ answer, warnings }) => {
      expect(answer.headers[CSP]).toBe(nonced.toString({ nonce: noncesOf(answer.body)[0] }))
      expect(answer.headers['reporting-endpoints']).toBe('csp="/csp-reports"')
      expect(warnings).toEqual([])
    },
  },
  {
    name: 'an inner middleware of the same policy brings back what a handler took off',
    app: () => [
      { csp: [plain] },
      (visit, proceed) => {
        visit.res.removeHeader(CSP)
        return proceed()
      },
      { csp: [plain] },
      hello,
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plain.toString())
    },
  },
  {
    name: 'an inner middleware that is not lazy shows the nonce to the views',
    except: NO_VIEWS,
    app: ({ note }) => [
      { csp: [nonced, { nonce: 'when-read' }] },
      { csp: [nonced] },
      (visit) => {
        note(visit.locals?.['cspNonce'])
        visit.answer('hello')
      },
    ],
    expected: ({ answer, notes }) => {
      expect(noncesOf(answer.headers[CSP])).toEqual(notes)
    },
  },
  {
    name: 'an inner middleware comes too late once the headers are sent',
    app: () => [
      { csp: [nonced] },
      (visit, proceed) => {
        visit.raw().flushHeaders()
        return proceed()
      },
      { csp: [next] },
      hello,
    ],
    expected: ({ errors }) => {
      expectCspError(errors[0], 'ERR_CSP_HEADERS_SENT')
    },
  },
]

describeBehaviours('nonces', [...made, ...adopted, ...taken, ...inner])
