/** compression and koa-compress, in front of the middleware and behind it: both wrap writeHead. */

import compression from 'compression'
import compress from 'koa-compress'
import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Layer } from './harness.ts'
import { CSP, ENDPOINTS, nonced, plain, plainHeader, REPORT_ONLY } from './sample.ts'

/** The framework's own; everything is compressed, however short. */
const compressing: Layer = {
  native: (framework) =>
    framework.startsWith('koa') ? compress({ threshold: 0 }) : compression({ threshold: 0 }),
}

const gzip = { headers: { 'Accept-Encoding': 'gzip' } }

const rows: readonly Behaviour[] = (['in front', 'behind'] as const).flatMap((where) => {
  const around = (layer: Layer): readonly Layer[] =>
    where === 'in front' ? [compressing, layer] : [layer, compressing]
  const both = { enforce: nonced, reportOnly: plain }
  const list: readonly Behaviour[] = [
    {
      name: `${where}: the policy goes with the compressed page`,
      app: ({ note }) => [
        ...around({ csp: [both] }),
        (visit) => {
          note(visit.csp.nonce)
          visit.answer('hello '.repeat(500))
        },
      ],
      asks: [gzip],
      expected: ({ answer, notes, errors }) => {
        expect(errors).toEqual([])
        expect(answer.headers['content-encoding']).toBe('gzip')
        expect(answer.headers[CSP]).toBe(nonced.toString({ nonce: String(notes[0]) }))
        expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
        expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
      },
    },
    {
      name: `${where}: an unread lazy nonce goes`,
      app: () => [
        ...around({ csp: [both, { nonce: 'when-read' }] }),
        (visit) => visit.answer('hello '.repeat(500)),
      ],
      asks: [gzip],
      expected: ({ answer }) => {
        expect(answer.headers['content-encoding']).toBe('gzip')
        expect(answer.headers[CSP]).toContain("script-src 'strict-dynamic';")
      },
    },
    {
      name: `${where}: documents only`,
      app: () => [
        ...around({ csp: [both, { only: 'documents' }] }),
        (visit) => visit.answer('"hello"'.repeat(500), { type: 'application/json' }),
      ],
      asks: [gzip],
      expected: ({ answer }) => {
        expect(answer.headers['content-encoding']).toBe('gzip')
        expect(answer.headers[CSP]).toBeUndefined()
      },
    },
    {
      name: `${where}: a nonce in a shared cache warns once`,
      app: ({ onWarning }) => [
        ...around({ csp: [both, { onWarning }] }),
        (visit) => {
          visit.answer(visit.csp.nonce.repeat(50), { headers: { 'Cache-Control': 'public' } })
        },
      ],
      asks: [gzip, gzip],
      expected: ({ warnings }) => {
        expect(warnings).toMatchObject([{ code: 'cached-nonce' }])
      },
    },
    {
      name: `${where}: 304`,
      app: () => [...around({ csp: [both] }), (visit) => visit.answer(undefined, { status: 304 })],
      asks: [gzip],
      expected: ({ answer, errors }) => {
        expect(errors).toEqual([])
        expect(answer.status).toBe(304)
        expect(answer.headers[CSP]).toBeUndefined()
        expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
      },
    },
    {
      name: `${where}: writeHead with headers`,
      app: () => [
        ...around({ csp: [both] }),
        (visit) => {
          const res = visit.raw()
          res.writeHead(200, {
            'Content-Type': 'text/html',
            'Content-Security-Policy': 'img-src *',
          })
          res.end('hello '.repeat(500))
        },
      ],
      asks: [gzip],
      expected: ({ answer }) => {
        expect(answer.headers[CSP]).toBe('img-src *')
        expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
      },
    },
  ]
  return list
})

describeBehaviours('compression', rows)
