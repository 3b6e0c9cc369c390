/**
 * Whatever a function of the application throws, the response is an error: nothing means "go on".
 */

import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Layer } from './harness.ts'
import { CSP, expectCspError, hello, nonced, plain, plainHeader } from './sample.ts'

const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()

/** Refuses whatever it is asked. */
const hostile = new Proxy(new Error('never read'), {
  get() {
    throw new Error('get')
  },
  getPrototypeOf() {
    throw new Error('getPrototypeOf')
  },
  ownKeys() {
    throw new Error('ownKeys')
  },
})

/** What Express and Connect take for "go on", and what else is not an Error. */
const values: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['0', 0],
  ['0n', 0n],
  ['NaN', Number.NaN],
  ['an empty text', ''],
  ["'route'", 'route'],
  ["'router'", 'router'],
  ["'next'", 'next'],
  ['true', true],
  ['a symbol', Symbol('reason')],
  ['an object', { status: 200 }],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => undefined],
  ['a promise', Promise.resolve(plain)],
  ['a policy', plain],
  ['a proxy of an Error', hostile],
  ['a revoked proxy', revoked],
]

/** Errors, which stay as they are. */
const errors: readonly (readonly [name: string, value: unknown])[] = [
  ['an Error', new Error('boom')],
  ['an Error without a message', new RangeError()],
  ["another realm's Error", runInNewContext('new TypeError("boom")')],
  ['a class of its own', new (class extends Error {})('boom')],
]

type Fail = (value: unknown) => unknown

const fail: Fail = (value) => {
  throw value
}

/** Where a function of the application may throw. `value` is what it throws. */
const ways: readonly (readonly [name: string, layer: (value: () => unknown) => Layer])[] = [
  ['a function throws', (value) => ({ csp: [() => fail(value())] })],
  ['a function rejects', (value) => ({ csp: [async () => fail(value())] })],
  [
    'a function rejects later',
    (value) => ({
      csp: [
        () =>
          new Promise((_resolve, reject) => {
            // oxlint-disable-next-line promise/prefer-await-to-then, prefer-promise-reject-errors -- the case
            setTimeout(() => reject(value()), 5)
          }),
      ],
    }),
  ],
  [
    'a thenable rejects',
    (value) => ({
      csp: [
        () => ({
          // oxlint-disable-next-line unicorn/no-thenable -- the case
          then: (_resolve: unknown, reject: (reason: unknown) => void) => reject(value()),
        }),
      ],
    }),
  ],
  [
    'a result throws when it is read',
    (value) => ({
      csp: [
        () => ({
          get enforce() {
            return fail(value())
          },
        }),
      ],
    }),
  ],
  [
    'nonceFrom throws',
    (value) => ({ csp: [nonced, { nonceFrom: () => fail(value()) as string }] }),
  ],
  [
    'onWarning throws',
    (value) => ({
      csp: [nonced.reportTo('csp', '/mine'), { onWarning: () => void fail(value()) }],
    }),
  ],
]

const taken: Layer = (visit, proceed) => {
  visit.res.setHeader('Reporting-Endpoints', 'csp="/theirs"')
  return proceed()
}

const rows: readonly Behaviour[] = ways.flatMap(([way, layer]): readonly Behaviour[] => {
  const all = [...values, ...errors]
  const app: Behaviour['app'] = () => {
    let at = 0
    return [taken, layer(() => all[at++]?.[1]), hello]
  }
  return [
    {
      name: `${way}: each reason ends the response, as an Error`,
      app,
      asks: all.map(() => ({})),
      expected: ({ answers, errors: seen }) => {
        expect(seen).toHaveLength(all.length)
        for (const [index, [name, value]] of all.entries()) {
          const { status, body } = answers[index] ?? {}
          expect([name, status, body?.includes('hello')]).toEqual([name, 500, false])
          if (index >= values.length) expect(seen[index]).toBe(value)
          else expectCspError(seen[index], 'ERR_CSP_INPUT', 'was thrown', 'Throw an Error')
        }
      },
    },
    {
      name: `${way}: the outer policy stays`,
      except: {
        connect: 'a final handler sets its own',
        express4: 'a final handler sets its own',
        express5: 'a final handler sets its own',
      },
      app: (kit) => [{ csp: [plain] }, ...app(kit)],
      expected: ({ answer }) => {
        expect(answer.status).toBe(500)
        // A warning comes when the inner policy is there already.
        const expected = way === 'onWarning throws' ? /^script-src 'nonce-/ : plainHeader
        expect(answer.headers[CSP]).toMatch(expected)
      },
    },
  ]
})

describeBehaviours('thrown values', rows)
