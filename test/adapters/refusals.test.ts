/**
 * What cspMiddleware refuses, where it is made and in a request, and that nothing weaker goes out
 * then.
 */

import { csp, deliver, parsePolicy, SELF } from '@cusp/core'
import { cspMiddleware as expressMiddleware } from '@cusp/express'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import { cspMiddleware as nodeMiddleware } from '@cusp/node'
import { describe, expect, it } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Layer } from './harness.ts'
import { CSP, errorOf, expectCspError, hello, nonced, plain, plainHeader } from './sample.ts'

type Make = (input?: unknown, options?: unknown) => unknown

const middlewares: readonly (readonly [name: string, make: Make])[] = [
  ['@cusp/node', nodeMiddleware as Make],
  ['@cusp/express', expressMiddleware as Make],
  ['@cusp/koa', koaMiddleware as Make],
]

const BOTH = ['{ enforce, reportOnly }', "helmet's { directives }"]

/** Refused as an input, and as what a function returns. */
const inputs: readonly (readonly [name: string, input: unknown, ...words: readonly string[]])[] = [
  ['{}', {}, 'of {}', ...BOTH],
  ['{ reportOnly: true }', { reportOnly: true }, 'of { reportOnly }', ...BOTH],
  ['{ reportOnly: false }', { reportOnly: false }, ...BOTH],
  ['both shapes', { enforce: plain, directives: {} }, 'of { enforce, directives }', ...BOTH],
  ['both shapes by reportOnly', { reportOnly: plain, useDefaults: true }, ...BOTH],
  [
    'a slip in a key',
    { enforce: plain, reportonly: plain },
    '{ enforce, reportonly }',
    'Use reportOnly instead',
  ],
  ['two undefined halves', { enforce: undefined, reportOnly: undefined }, 'enforce is undefined'],
  ['an array', [plain, plain], 'an array', 'Use { enforce: […] } instead'],
  ['an empty array', [], 'an array', 'Use { enforce: […] } instead'],
  ['a parsed policy', parsePolicy("default-src 'self'"), 'Use its property "policy" instead'],
  ['a list of parsed policies', [parsePolicy("default-src 'self'")], '{ enforce: […] }'],
  [
    "helmet's wrapper",
    { contentSecurityPolicy: { directives: {} } },
    'what stands under contentSecurityPolicy',
    ...BOTH,
  ],
  ['both parts of a split policy', plain.splitForMeta(), 'policy.splitForMeta().header', ...BOTH],
  ['a misspelt key', { enforced: plain }, 'Use enforce instead', ...BOTH],
  ['a key in another case', { reportonly: plain }, 'Use reportOnly instead', ...BOTH],
  [
    "a misspelt key of helmet's",
    { directive: { defaultSrc: ["'self'"] } },
    'Use directives instead',
    ...BOTH,
  ],
  ['a Map', new Map([['enforce', plain]]), ...BOTH],
  ['{ enforce: null }', { enforce: null }, 'null', 'as enforce'],
  ['{ reportOnly: null }', { reportOnly: null }, 'null', 'as reportOnly'],
  ['{ enforce: [] }', { enforce: [] }, 'enforce is an empty list'],
  ['enforce: [] beside reportOnly', { enforce: [], reportOnly: plain }, 'enforce is an empty list'],
  [
    'an undefined enforce beside reportOnly',
    { enforce: undefined, reportOnly: plain },
    'enforce is undefined',
    'leave enforce out',
  ],
  ['{ enforce: a text }', { enforce: "default-src 'self'" }, `"default-src 'self'"`],
  ['{ enforce: a Delivery }', { enforce: deliver(plain) }, 'as enforce'],
]

/** Not even an object. */
const primitives: readonly (readonly [
  name: string,
  input: unknown,
  ...words: readonly string[],
])[] = [
  ['null', null, 'null'],
  ['false', false, 'false'],
  ['true', true, 'true'],
  ['a number', 1, '1'],
  ['a header text', "default-src 'self'", `"default-src 'self'"`, 'parsePolicy(text).policy'],
]

const options: readonly (readonly [name: string, options: unknown, ...words: readonly string[]])[] =
  [
    ['null', null, 'second argument'],
    ['a boolean', true, 'second argument'],
    [
      'a misspelt option',
      { nonces: 'always' },
      'the option nonces is unknown',
      'Use nonce instead',
    ],
    ['an option in another case', { noncefrom: () => '' }, 'Use nonceFrom instead'],
    [
      'an unknown option',
      { hashes: true },
      'hashes is unknown',
      'nonceFrom, only, legacyReportTo, reporting or onWarning',
    ],
    [
      'reportOnly',
      { reportOnly: true },
      'reportOnly belongs into the first argument',
      'cspMiddleware({ reportOnly: … })',
    ],
    ['directives', { directives: {} }, 'directives belongs into the first argument'],
    ['nonce: false', { nonce: false }, 'the option nonce', "'when-read'"],
    ['only: html', { only: 'html' }, 'the option only', "'documents'"],
    ['legacyReportTo: 1', { legacyReportTo: 1 }, 'the option legacyReportTo', 'true or false'],
    ['reporting: report-to', { reporting: 'report-to' }, 'reporting', "'both' or 'report-uri'"],
    [
      'options that contradict each other',
      { reporting: 'report-uri', legacyReportTo: true },
      'leaves them out. Use one of these options',
    ],
    ['nonceFrom: a text', { nonceFrom: 'x-nonce' }, 'the option nonceFrom', '(req, res) => nonce'],
    ['onWarning: false', { onWarning: false }, 'the option onWarning', '(warning) => void'],
  ]

describe.each(middlewares)('%s refuses where it is made', (_name, make) => {
  it.for([...inputs, ...primitives])('%s', ([, input, ...words]) => {
    expectCspError(
      errorOf(() => make(input)),
      'ERR_CSP_INPUT',
      ...words,
    )
  })

  it('a promise', async () => {
    const promise = Promise.resolve(plain)
    expectCspError(
      errorOf(() => make(promise)),
      'ERR_CSP_INPUT',
      'a Promise',
      'a function that returns the promise',
    )
    await promise
  })

  it.for(primitives.filter(([, input]) => typeof input !== 'string'))(
    '%s, naming both readings',
    ([, input]) => {
      expectCspError(
        errorOf(() => make(input)),
        'ERR_CSP_INPUT',
        ...BOTH,
      )
    },
  )

  it.for(options)('options: %s', ([, given, ...words]) => {
    expectCspError(
      errorOf(() => make(plain, given)),
      'ERR_CSP_INPUT',
      ...words,
    )
  })

  it('options before a function runs', () => {
    const error = errorOf(() => make(() => plain, { only: 'html' }))
    expectCspError(error, 'ERR_CSP_INPUT', 'only')
  })

  const places: readonly (readonly [string, unknown, string])[] = [
    ['a Delivery', deliver(plain.reportTo('csp', '/r')), 'deliver(policies, { '],
    ["helmet's shape", { directives: {} }, 'names no endpoints'],
    [
      "helmet's shape with functions",
      { directives: { scriptSrc: [() => "'self'"] } },
      'Leave it out',
    ],
  ]
  it.for(places)('options for endpoints for %s, where they do nothing', ([, input, words]) => {
    for (const given of [{ legacyReportTo: true }, { reporting: 'report-uri' }] as const) {
      const [name = ''] = Object.keys(given)
      const error = errorOf(() => make(input, given))
      expectCspError(error, 'ERR_CSP_INPUT', `the option ${name} does nothing`, words)
    }
  })

  it('takes undefined options', () => {
    const none = { nonce: undefined, nonceFrom: undefined, only: undefined, onWarning: undefined }
    expect(
      errorOf(() => make(plain, { ...none, legacyReportTo: undefined, reporting: undefined })),
    ).toBeUndefined()
  })

  it('what deliver refuses', () => {
    const { policy } = parsePolicy("script-src 'nonce-'")
    const conflict = { enforce: plain.reportTo('a', '/a'), reportOnly: plain.reportTo('a', '/b') }
    expectCspError(
      errorOf(() => make(csp())),
      'ERR_CSP_POLICY_EMPTY',
    )
    expectCspError(
      errorOf(() => make(policy)),
      'ERR_CSP_POLICY_INVALID',
    )
    expectCspError(
      errorOf(() => make(conflict)),
      'ERR_CSP_ENDPOINT_CONFLICT',
    )
  })
})

/**
 * Answers nothing of the handler's, and no policy weaker than none: the error goes where the
 * framework wants it.
 */
function refusedWith(code: string, ...words: readonly string[]): Behaviour['expected'] {
  return ({ answer, errors }) => {
    expect(errors).toHaveLength(1)
    expectCspError(errors[0], code, ...words)
    expect(answer.status).toBe(500)
    expect(answer.body).not.toContain('hello')
  }
}

const boom = new Error('boom')

/** Functions that fail. */
const failures: readonly (readonly [name: string, input: () => unknown])[] = [
  [
    'throws',
    () => {
      throw boom
    },
  ],
  ['rejects', () => Promise.reject(boom)],
]

const rows: readonly Behaviour[] = [
  ...[...inputs, ...primitives, ['undefined', undefined, 'undefined'] as const].flatMap(
    ([name, input, ...words]): readonly Behaviour[] => [
      {
        name: `a function that returns ${name} is an error of that request`,
        app: (): readonly Layer[] => [{ csp: [() => input] }, hello],
        expected: refusedWith('ERR_CSP_INPUT', ...words),
      },
      {
        name: `a promise of ${name} is an error of that request`,
        app: (): readonly Layer[] => [{ csp: [async () => input] }, hello],
        expected: refusedWith('ERR_CSP_INPUT', ...words),
      },
    ],
  ),
  {
    name: "a function that returns helmet's shape is told what to return",
    app: () => [{ csp: [() => ({ directives: { defaultSrc: ["'self'"] } })] }, hello],
    expected: refusedWith('ERR_CSP_INPUT', 'of { directives }', '{ enforce, reportOnly }'),
  },
  {
    name: 'a function that returns an empty policy',
    app: () => [{ csp: [() => csp()] }, hello],
    expected: refusedWith('ERR_CSP_POLICY_EMPTY'),
  },
  ...failures.flatMap(([name, input]): readonly Behaviour[] => [
    {
      name: `a function that ${name} stops the response`,
      app: () => [{ csp: [input] }, hello],
      expected: ({ answer, errors }) => {
        expect(errors).toEqual([boom])
        expect(answer.status).toBe(500)
        expect(answer.body).not.toContain('hello')
      },
    },
    {
      name: `a function that ${name} leaves the outer policy`,
      app: () => [{ csp: [plain] }, { csp: [input] }, hello],
      expected: ({ answer, errors, framework }) => {
        expect(errors).toEqual([boom])
        expect(answer.status).toBe(500)
        const isFinal = framework.startsWith('express') || framework === 'connect'
        expect(answer.headers[CSP]).toBe(isFinal ? "default-src 'none'" : plainHeader)
      },
    },
  ]),
  {
    name: 'only the failing request fails',
    app: () => {
      let count = 0
      const everySecond = (): unknown => (count++ % 2 === 0 ? undefined : plain)
      return [{ csp: [everySecond] }, hello]
    },
    asks: [{}, {}],
    expected: ({ answers }) => {
      expect(answers.map(({ status }) => status)).toEqual([500, 200])
      expect(answers[1]?.headers[CSP]).toBe(plainHeader)
    },
  },
  {
    name: 'use(cspMiddleware) without the call is explained',
    except: { web: 'wraps a function' },
    app: () => [{ uncalled: true }, hello],
    expected: refusedWith('ERR_CSP_INPUT', 'without a call', '())'),
  },
  {
    name: 'getCsp without the middleware is explained',
    except: {
      express4: 'res.locals.csp is undefined',
      express5: 'res.locals.csp is undefined',
      koa2: 'ctx.state.csp is undefined',
      koa3: 'ctx.state.csp is undefined',
    },
    app: () => [(visit) => visit.answer(visit.csp.nonce)],
    expected: refusedWith('ERR_CSP_INPUT', 'has run on it'),
  },
  {
    name: 'a policy of a function is checked as any other',
    app: () => [
      { csp: [() => ({ enforce: plain, reportOnly: [nonced, csp().connectSrc(SELF), null] })] },
      hello,
    ],
    expected: refusedWith('ERR_CSP_INPUT', 'as reportOnly'),
  },
]

describeBehaviours('refusals', rows)
