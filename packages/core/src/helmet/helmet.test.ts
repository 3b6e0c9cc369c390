/**
 * helmet 8.3's behaviour as case tables; helmet-differential.test.ts runs the same and more beside
 * helmet itself.
 */

import { validateHeaderValue } from 'node:http'

import { describe, expect, test, vi } from 'vitest'

import type { CspErrorCode, Header, HeaderTemplate } from '../index.ts'
import { createNonce, isDelivery, NONCE, SELF } from '../index.ts'
import type { HelmetOptions, HelmetPolicy } from '../helmet.ts'
import {
  dangerouslyDisableDefaultSrc,
  fromHelmet,
  getDefaultDirectives,
  isHelmetPolicy,
  parseTemplate,
} from '../helmet.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

const DEFAULT_HEADER =
  "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests"

/** The header of one response, also for options that no type allows. */
function header(options?: unknown, ...args: readonly unknown[]): Header {
  const { name, pieces } = make(options).resolve(...args)
  return [name, pieces.join('NONCE')]
}

/** Makes a policy of anything, to be resolved with any arguments. */
function make(options?: unknown): LoosePolicy {
  return fromHelmet(options as HelmetOptions) as LoosePolicy
}

interface LoosePolicy extends HelmetPolicy {
  readonly resolve: (...args: readonly unknown[]) => HeaderTemplate
}

/** The value without the defaults, for cases about one directive. */
function only(directives: unknown, ...args: readonly unknown[]): string {
  const withDefault = { 'default-src': dangerouslyDisableDefaultSrc, ...Object(directives) }
  return header({ useDefaults: false, directives: withDefault }, ...args)[1]
}

/** A directive function that returns `value`. */
function fn(value: string): () => string {
  return () => value
}

function* generate<T>(...values: readonly T[]): Generator<T> {
  yield* values
}

describe('options', () => {
  const asDefault: readonly (readonly [title: string, options: unknown])[] = [
    ['nothing', undefined],
    ['{}', {}],
    ['useDefaults: undefined', { useDefaults: undefined }],
    ['useDefaults: true', { useDefaults: true }],
    ['useDefaults: 1', { useDefaults: 1 }],
    ['directives: undefined', { directives: undefined }],
    ['directives: {}', { directives: {} }],
    ['directives with inherited keys', { directives: Object.create({ scriptSrc: 'x' }) }],
    ['directives with symbol keys', { directives: { [Symbol('x')]: 'x' } }],
    ['inherited options', Object.create({ useDefaults: true, reportUri: 'x' })],
    ['reportOnly: false', { reportOnly: false }],
    ["reportOnly: ''", { reportOnly: '' }],
    ['reportOnly: 0', { reportOnly: 0 }],
    ['reportOnly: null', { reportOnly: null }],
  ]
  test.each(asDefault)("%s means helmet's defaults, enforced", (_title, options) => {
    expect(header(options)).toEqual(['Content-Security-Policy', DEFAULT_HEADER])
  })

  test.each([true, 1, 'yes', {}, () => false])('reportOnly: %o counts as true', (reportOnly) => {
    expect(header({ reportOnly })).toEqual(['Content-Security-Policy-Report-Only', DEFAULT_HEADER])
  })

  test.each([false, null, 0, ''])('useDefaults: %o leaves the defaults out', (useDefaults) => {
    expect(header({ useDefaults, directives: { defaultSrc: "'none'" } })[1]).toBe(
      "default-src 'none'",
    )
  })

  test('getDefaultDirectives makes a new object with new arrays at each call', () => {
    const defaults = getDefaultDirectives()
    defaults['script-src']?.push('evil.example')
    defaults['x'] = []
    expect(header({ useDefaults: false, directives: getDefaultDirectives() })[1]).toBe(
      DEFAULT_HEADER,
    )
    expect(header()[1]).toBe(DEFAULT_HEADER)
  })
})

describe('directive names', () => {
  const names: readonly (readonly [key: string, name: string])[] = [
    ['scriptSrcAttr', 'script-src-attr'],
    ['script-src-attr', 'script-src-attr'],
    ['scriptSRC', 'script-s-r-c'],
    ['default-Src', 'default--src'],
    ['x', 'x'],
    ['a--b', 'a--b'],
    ['a1', 'a1'],
    ['anUnknownOne', 'an-unknown-one'],
    ['constructor', 'constructor'],
  ]
  test.each(names)('%s is %s', (key, name) => {
    expect(only({ [key]: 'v' })).toBe(`${name} v`)
  })

  const noNames = ['', 'DefaultSrc', '-x', 'x-', 'x_y', 'x y', 'é', 'x\n', '1', '__proto__', 'x;']
  test.each(noNames)('%j is refused', (key) => {
    const error = catchCspError(() => header({ directives: Object.fromEntries([[key, null]]) }))
    expect(error.code).toBe('ERR_CSP_DIRECTIVE_NAME')
    expect(error.message).toContain(
      `Content-Security-Policy received an invalid directive name ${JSON.stringify(key)}`,
    )
  })
})

describe('order', () => {
  const cases: readonly (readonly [title: string, directives: object, header: string])[] = [
    [
      'an overridden default keeps its place, further directives follow',
      { workerSrc: "'self'", imgSrc: '*', baseUri: null, connectSrc: ['a', 'b'] },
      DEFAULT_HEADER.replace("img-src 'self' data:", 'img-src *').replace("base-uri 'self';", '') +
        ";worker-src 'self';connect-src a b",
    ],
    [
      'default-src disabled',
      { defaultSrc: dangerouslyDisableDefaultSrc },
      DEFAULT_HEADER.replace("default-src 'self';", ''),
    ],
    [
      "default-src disabled by helmet's own symbol",
      { 'default-src': Symbol('dangerouslyDisableDefaultSrc') },
      DEFAULT_HEADER.replace("default-src 'self';", ''),
    ],
    ['null for what is not there', { fooBar: null }, DEFAULT_HEADER],
  ]
  test.each(cases)('%s', (_title, directives, expected) => {
    expect(header({ directives })[1]).toBe(expected)
  })
})

describe('values as helmet writes them', () => {
  const cases: readonly (readonly [title: string, directives: object, value: string])[] = [
    ['a text is a list of one', { x: 'a b' }, 'x a b'],
    ['inner spaces stay', { x: "'self'  example.com" }, "x 'self'  example.com"],
    ['spaces around stay', { x: ' a ' }, 'x  a '],
    ['a tab stays', { x: 'a\tb' }, 'x a\tb'],
    ['Latin-1 stays', { x: 'é' }, 'x é'],
    ['no de-duplication', { x: ['a', 'a'] }, 'x a a'],
    ['an empty list', { sandbox: [] }, 'sandbox'],
    ['an empty set', { sandbox: new Set() }, 'sandbox'],
    ['an empty text', { sandbox: '' }, 'sandbox'],
    ["['']", { sandbox: [''] }, 'sandbox'],
    ["['', 'a']", { x: ['', 'a'] }, 'x  a'],
    ["['', '']", { x: ['', ''] }, 'x  '],
    ["['a', '']", { x: ['a', ''] }, 'x a '],
    ['a set', { x: new Set(['a', 'b']) }, 'x a b'],
    ['a generator', { x: generate('a', 'b') }, 'x a b'],
    ["a generator of ''", { x: generate('') }, 'x '],
    ['a generator of nothing', { x: generate() }, 'x'],
    ['keys of a map', { x: new Map([['a', 1]]).keys() }, 'x a'],
    ['several directives', { x: 'a', y: [], z: 'b' }, 'x a;y;z b'],
    ['a function', { x: ['a', fn('b'), 'c'], y: 'd' }, 'x a b c;y d'],
    ['a function of an empty text', { x: [fn('')], y: '' }, 'x ;y '],
    ["'' beside a dynamic directive", { x: [''], y: [fn('a')] }, 'x ;y a'],
    ["'' beside a generator", { x: '', y: generate('a') }, 'x ;y a'],
    ['functions side by side', { x: [fn('a'), fn(''), fn('b')] }, 'x a  b'],
    ['a function in a set', { x: new Set([fn('a')]) }, 'x a'],
    ['keywords in other case', { x: 'SELF None' }, 'x SELF None'],
    ['what only begins like a keyword', { x: 'none.example selfish' }, 'x none.example selfish'],
    ['what only ends like a hash', { x: 'x-sha256-a' }, 'x x-sha256-a'],
    ['quoted keywords', { x: "'self' 'nonce-a' 'sha256-b'" }, "x 'self' 'nonce-a' 'sha256-b'"],
    ["typos that are helmet's to allow", { x: "'slef' 'none" }, "x 'slef' 'none"],
    ['NONCE', { scriptSrc: [NONCE] }, "script-src 'nonce-NONCE'"],
    [
      'NONCE beside functions',
      { scriptSrc: [NONCE, fn('a'), NONCE] },
      "script-src 'nonce-NONCE' a 'nonce-NONCE'",
    ],
  ]
  test.each(cases)('%s', (_title, directives, expected) => {
    const value = only(directives)
    expect(value).toBe(expected)
    expect(() => {
      validateHeaderValue('Content-Security-Policy', value)
    }).not.toThrow()
  })

  test("a later change of the caller's lists changes nothing", () => {
    const list: unknown[] = ['a', () => 'b']
    const policy = make({ useDefaults: false, directives: { defaultSrc: list } })
    list.push('c')
    expect(policy.resolve().pieces).toEqual(['default-src a b'])
    expect(policy.resolve().pieces).toEqual(['default-src a b'])
  })
})

describe('refused where helmet refuses, with its message', () => {
  const needed =
    'Content-Security-Policy needs a default-src but none was provided. If you really want to disable it, set it to `contentSecurityPolicy.dangerouslyDisableDefaultSrc`.'
  const nothing = 'Content-Security-Policy has no directives. Either set some or disable the header'
  const invalid = 'Content-Security-Policy received an invalid directive value for "script-src"'
  const cases: readonly (readonly [
    title: string,
    options: unknown,
    code: CspErrorCode,
    message: string,
  ])[] = [
    ['nothing at all', { useDefaults: false }, 'ERR_CSP_POLICY_EMPTY', nothing],
    ['useDefaults: null', { useDefaults: null }, 'ERR_CSP_POLICY_EMPTY', nothing],
    [
      'no default-src',
      { useDefaults: false, directives: { x: [] } },
      'ERR_CSP_DEFAULT_SRC_MISSING',
      needed,
    ],
    [
      'default-src null',
      { directives: { defaultSrc: null } },
      'ERR_CSP_DEFAULT_SRC_MISSING',
      needed.replace('none was provided', 'it was set to `null`'),
    ],
    [
      'another directive disabled',
      { directives: { scriptSrc: dangerouslyDisableDefaultSrc } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'Content-Security-Policy: tried to disable "script-src" as if it were default-src; simply omit the key',
    ],
    [
      'a directive twice, null once',
      { directives: { scriptSrc: null, 'script-src': ['a'] } },
      'ERR_CSP_DIRECTIVE_DUPLICATE',
      'Content-Security-Policy received a duplicate directive "script-src"',
    ],
    ['undefined', { directives: { scriptSrc: undefined } }, 'ERR_CSP_DIRECTIVE_VALUE', invalid],
    ['false', { directives: { scriptSrc: false } }, 'ERR_CSP_DIRECTIVE_VALUE', invalid],
    ['0', { directives: { scriptSrc: 0 } }, 'ERR_CSP_DIRECTIVE_VALUE', invalid],
    ['a ";"', { directives: { scriptSrc: 'foo;bar' } }, 'ERR_CSP_CHARACTER', invalid],
    ['a ","', { directives: { scriptSrc: ['a', 'b,c'] } }, 'ERR_CSP_CHARACTER', invalid],
    [
      'a hash and more without quotes',
      { directives: { scriptSrc: 'sha256-abc x' } },
      'ERR_CSP_KEYWORD_UNQUOTED',
      `${invalid}. "sha256-abc x" should be quoted`,
    ],
    ...['none', 'self', 'strict-dynamic', 'report-sample', 'inline-speculation-rules'].map(
      unquoted,
    ),
    ...['unsafe-inline', 'unsafe-eval', 'unsafe-hashes', 'wasm-unsafe-eval'].map(unquoted),
    ...['nonce-', 'nonce-abc', 'sha256-', 'sha384-abc', 'sha512-abc'].map(unquoted),
  ]
  function unquoted(word: string) {
    const message = `${invalid}. ${JSON.stringify(word)} should be quoted`
    const directives = { scriptSrc: ["'self'", fn('x'), word] }
    return [`${word} without quotes`, { directives }, 'ERR_CSP_KEYWORD_UNQUOTED', message] as const
  }

  test.each(cases)('%s', (_title, options, code, message) => {
    const error = catchCspError(() => header(options))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  test.each([true, 5, {}, fn('x')])('%o as a value is not a list', (value) => {
    const error = catchCspError(() => header({ directives: { sandbox: value } }))
    expect(error.code).toBe('ERR_CSP_DIRECTIVE_VALUE')
    expect(error.message).toContain('is not a list. Use ')
  })
})

describe('refused where helmet goes wrong silently', () => {
  const cases: readonly (readonly [
    title: string,
    options: unknown,
    code: CspErrorCode,
    fix: string,
  ])[] = [
    [
      'null',
      null,
      'ERR_CSP_INPUT',
      "null is not an object of options. Use { directives: … }, or nothing for helmet's defaults.",
    ],
    ['false', false, 'ERR_CSP_INPUT', 'Use { directives: … }'],
    ['a text', "default-src 'self'", 'ERR_CSP_INPUT', 'Use { directives: … }'],
    ['a function', () => ({}), 'ERR_CSP_INPUT', 'Use { directives: … }'],
    [
      'a request',
      { method: 'GET', headers: {} },
      'ERR_CSP_INPUT',
      'app.use(contentSecurityPolicy())',
    ],
    [
      'directives at the top',
      { scriptSrc: [] },
      'ERR_CSP_INPUT',
      'Use it inside { directives: { "scriptSrc": … } }',
    ],
    ['a misspelt option', { reportonly: true }, 'ERR_CSP_INPUT', 'Use reportOnly instead'],
    [
      'an unknown option',
      { browserSniff: 1 },
      'ERR_CSP_INPUT',
      'Use directives, useDefaults or reportOnly instead',
    ],
    ['directives: null', { directives: null }, 'ERR_CSP_INPUT', "nothing for helmet's defaults"],
    [
      'directives: a map',
      { directives: new Map() },
      'ERR_CSP_INPUT',
      'Object.fromEntries(directives)',
    ],
    [
      'directives: an array',
      { directives: [] },
      'ERR_CSP_INPUT',
      'directives is an array, which is not a plain object. Use a plain object',
    ],
    ['directives: a text', { directives: '' }, 'ERR_CSP_INPUT', 'Use a plain object'],
    [
      'a bare function',
      { directives: { x: () => '' } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'Use [function] instead',
    ],
    [
      'a condition',
      { directives: { x: [false] } },
      'ERR_CSP_DIRECTIVE_VALUE',
      '...(condition ? [value] : [])',
    ],
    [
      'a hole',
      { directives: { x: Array.from({ length: 1 }) } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'undefined is not text',
    ],
    ['a number', { directives: { x: [5] } }, 'ERR_CSP_DIRECTIVE_VALUE', '5 is not text'],
    [
      'a String object',
      { directives: { x: [Object('a')] } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'an object is not text',
    ],
    [
      'NONCE in a directive without sources',
      { directives: { sandbox: [NONCE] } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'NONCE has no meaning in sandbox',
    ],
    [
      'NONCE in an unknown directive',
      { directives: { x: [NONCE] } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'NONCE has no meaning in x',
    ],
    [
      'another symbol in a list',
      { directives: { scriptSrc: [Symbol('x')] } },
      'ERR_CSP_DIRECTIVE_VALUE',
      'Symbol(x) is not text',
    ],
    [
      'a keyword inside a text',
      { directives: { x: 'a  self b' } },
      'ERR_CSP_KEYWORD_UNQUOTED',
      `"self" should be quoted. Use "'self'" in "a  self b"`,
    ],
    [
      'a keyword behind what is no hash',
      { directives: { x: 'sha1-a self' } },
      'ERR_CSP_KEYWORD_UNQUOTED',
      `"self" should be quoted. Use "'self'" in "sha1-a self"`,
    ],
    [
      'a nonce inside a text',
      { directives: { x: ' nonce-a' } },
      'ERR_CSP_KEYWORD_UNQUOTED',
      `"nonce-a" should be quoted. Use "'nonce-a'" in " nonce-a"`,
    ],
    [
      'a line break',
      { directives: { x: 'a\nb' } },
      'ERR_CSP_CHARACTER',
      '"a\\nb" holds U+000A, which no header can carry',
    ],
    ['a NUL', { directives: { x: '\u0000' } }, 'ERR_CSP_CHARACTER', 'holds U+0000'],
    ['DEL', { directives: { x: '\u007f' } }, 'ERR_CSP_CHARACTER', 'holds U+007F'],
    ['a curly quote', { directives: { x: '‘self’' } }, 'ERR_CSP_CHARACTER', 'holds U+2018'],
  ]
  test.each(cases)('%s', (_title, options, code, fix) => {
    const error = catchCspError(() => header(options))
    expect(error.code).toBe(code)
    expect(error.message).toContain(fix)
  })
})

describe('directive functions', () => {
  test("are called once per response in helmet's order, with the arguments and no this", () => {
    const calls: unknown[] = []
    const track = (id: string) =>
      function (this: unknown, ...args: readonly unknown[]): string {
        calls.push([id, this, ...args])
        return id
      }
    const policy = make({
      directives: { x: [track('a'), track('b')], imgSrc: new Set([track('c')]) },
    })
    expect(calls).toEqual([])
    policy.issues()
    expect(calls).toEqual([])
    policy.resolve('req', 'res', 'ctx')
    const expected = ['c', 'a', 'b'].map((id) => [id, undefined, 'req', 'res', 'ctx'])
    expect(calls).toEqual(expected)
    policy.resolve('req', 'res', 'ctx')
    expect(calls).toEqual([...expected, ...expected])
  })

  const wrong: readonly (readonly [
    title: string,
    result: unknown,
    code: CspErrorCode,
    message: string,
  ])[] = [
    [
      'a keyword without quotes',
      'self',
      'ERR_CSP_KEYWORD_UNQUOTED',
      '"x". "self" should be quoted',
    ],
    ['a keyword inside', 'a self', 'ERR_CSP_KEYWORD_UNQUOTED', `Use "'self'" in "a self" instead`],
    ['a ";"', 'a;b', 'ERR_CSP_CHARACTER', 'holds ";"'],
    ['a ","', 'a,b', 'ERR_CSP_CHARACTER', 'holds ","'],
    ['a line break', 'a\r\nb', 'ERR_CSP_CHARACTER', 'holds U+000D'],
    ['a letter beyond Latin-1', 'ł', 'ERR_CSP_CHARACTER', 'holds U+0142'],
    ['undefined', undefined, 'ERR_CSP_DIRECTIVE_VALUE', 'its function returned undefined'],
    ['null', null, 'ERR_CSP_DIRECTIVE_VALUE', 'its function returned null'],
    ['NONCE', NONCE, 'ERR_CSP_DIRECTIVE_VALUE', 'its function returned Symbol(@cusp/core.nonce)'],
    ['a list', ['a'], 'ERR_CSP_DIRECTIVE_VALUE', 'its function returned an array'],
    [
      'a promise',
      Promise.resolve('a'),
      'ERR_CSP_DIRECTIVE_VALUE',
      'a Promise. Use text that a middleware',
    ],
  ]
  test.each(wrong)(
    'that return %s are an error of the response',
    (_title, result, code, message) => {
      const later = vi.fn<() => string>(() => 'a')
      const policy = make({ directives: { x: ['b', () => result], y: [later] } })
      const error = catchCspError(() => policy.resolve())
      expect(error.code).toBe(code)
      expect(error.directive).toBe('x')
      expect(error.message).toContain(message)
      expect(error.message).toContain(
        'Content-Security-Policy received an invalid directive value for "x"',
      )
      expect(later).not.toHaveBeenCalled()
    },
  )

  test('a ";" is found after all functions of the directive, as in helmet', () => {
    const policy = make({ directives: { x: [() => ';', () => 'self'] } })
    expect(catchCspError(() => policy.resolve()).code).toBe('ERR_CSP_KEYWORD_UNQUOTED')
  })

  test('a promise that is rejected too does not end the process', async () => {
    const onUnhandled = vi.fn<() => void>()
    process.once('unhandledRejection', onUnhandled)
    const policy = make({ directives: { x: [async () => Promise.reject(new Error('later'))] } })
    expect(catchCspError(() => policy.resolve()).message).toContain('a Promise')
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    process.off('unhandledRejection', onUnhandled)
    expect(onUnhandled).not.toHaveBeenCalled()
  })

  test('an error that they throw comes out as it is', () => {
    const error = new RangeError('no')
    const policy = make({
      directives: {
        x: [
          () => {
            throw error
          },
        ],
      },
    })
    expect(() => policy.resolve()).toThrow(error)
  })

  const thrown: readonly (readonly [thrown: unknown, message: string])[] = [
    ['text', 'text'],
    [undefined, 'undefined'],
    [Symbol('x'), 'Symbol(x)'],
    [Object.create(null), 'an object'],
  ]
  test.each(thrown)('%o thrown becomes an Error', (value, message) => {
    const throwIt = (): never => {
      // eslint-disable-next-line typescript/only-throw-error -- what helmet's users may do
      throw value
    }
    const policy = make({ directives: { x: [throwIt] } })
    expect(() => policy.resolve()).toThrow(new Error(message, { cause: value }))
  })
})

describe('as a delivery', () => {
  test('a static policy is one, with a single header', () => {
    const policy = fromHelmet({ directives: { scriptSrc: [SELF, NONCE] } })
    const [before, after] = DEFAULT_HEADER.split("script-src 'self'")
    expect(isDelivery(policy)).toBe(true)
    expect(isHelmetPolicy(policy)).toBe(true)
    expect(policy).toMatchObject({ isStatic: true, usesNonce: true, endpoints: [], reportOnly: [] })
    expect(policy.enforce).toEqual([policy.toPolicy()])
    expect(policy.templates).toEqual([
      {
        name: 'Content-Security-Policy',
        pieces: [`${before}script-src 'self' 'nonce-`, `'${after}`],
      },
    ])
    expect(policy.resolve({}, {})).toBe(policy.templates[0])
    const nonce = createNonce()
    expect(policy.headers(nonce)).toEqual([
      ['Content-Security-Policy', `${before}script-src 'self' 'nonce-${nonce}'${after}`],
    ])
    expect(catchCspError(() => policy.headers()).code).toBe('ERR_CSP_NONCE_MISSING')
    expect(catchCspError(() => policy.headers('weak')).code).toBe('ERR_CSP_NONCE')
  })

  test('a nonce for a policy without NONCE is checked and not needed', () => {
    expect(fromHelmet().usesNonce).toBe(false)
    expect(fromHelmet().headers()).toEqual([['Content-Security-Policy', DEFAULT_HEADER]])
    expect(catchCspError(() => fromHelmet().headers('weak')).code).toBe('ERR_CSP_NONCE')
  })

  test('toPolicy gives the same directives as a policy, once', () => {
    const policy = fromHelmet({ directives: { scriptSrc: ["'self'  a.example", NONCE] } })
    expect(policy.toPolicy()).toBe(policy.toPolicy())
    expect(policy.toPolicy().get('script-src')).toEqual(["'self'", 'a.example', NONCE])
    expect(fromHelmet().toPolicy().toString()).toBe(DEFAULT_HEADER.replaceAll(';', '; '))
    expect(fromHelmet().toPolicy().issues()).toEqual([])
  })

  test('a report-only policy is report-only everywhere', () => {
    const policy = fromHelmet({ reportOnly: true })
    expect(policy.enforce).toEqual([])
    expect(policy.reportOnly).toEqual([policy.toPolicy()])
    expect(catchCspError(() => policy.toMeta()).code).toBe('ERR_CSP_META_REPORT_ONLY')
    expect(policy.issues().map(({ code }) => code)).toContain('missing-endpoint')
  })

  test('toMeta writes what a meta tag can carry and names what it cannot', () => {
    const error = catchCspError(() => fromHelmet().toMeta())
    expect(error.code).toBe('ERR_CSP_META_DIRECTIVE')
    expect(error.message).toContain('frame-ancestors')
    const nonce = createNonce()
    const meta = fromHelmet({ useDefaults: false, directives: { defaultSrc: [NONCE] } })
    expect(meta.toMeta({ nonce })).toContain(`default-src 'nonce-${nonce}'`)
  })

  test('issues tell of an endpoint that helmet does not declare', () => {
    const policy = fromHelmet({ directives: { reportTo: 'csp', reportUri: '/csp' } })
    expect(policy.headers().map(([name]) => name)).toEqual(['Content-Security-Policy'])
    expect(policy.issues()).toMatchObject([{ code: 'undeclared-endpoint', directive: 'report-to' }])
  })

  test('issues tell of what helmet lets through', () => {
    const directives = { scriptSrc: ["'none", 'é'], sandbox: ['allow-all'] }
    const codes = fromHelmet({ directives })
      .issues()
      .map(({ code, directive }) => [code, directive])
    expect(codes).toContainEqual(['non-ascii-directive', 'script-src'])
    expect(codes).toContainEqual(['invalid-value', 'sandbox'])
  })
})

describe('with functions', () => {
  const policy = fromHelmet({
    directives: {
      scriptSrc: [NONCE, "'unsafe-inline'", () => "'strict-dynamic'"],
      reportTo: [() => 'csp'],
      connectSrc: [() => SELF, "'unsafe-inlin'"],
      sandbox: [() => 'allow-scripts'],
    },
  })

  test('only resolve gives the header', () => {
    expect(policy).toMatchObject({ isStatic: false, usesNonce: true, endpoints: [] })
    expect(isHelmetPolicy(policy)).toBe(true)
    expect(isDelivery(policy)).toBe(false)
    const needs: readonly (() => unknown)[] = [
      () => policy.headers(),
      () => policy.templates,
      () => policy.enforce,
      () => policy.reportOnly,
      () => policy.toMeta(),
      () => policy.toPolicy(),
    ]
    for (const need of needs) {
      const error = catchCspError(need)
      expect(error.code).toBe('ERR_CSP_POLICY_DYNAMIC')
      expect(error.message).toContain('script-src, report-to, connect-src and sandbox')
    }
  })

  test('NONCE in front of a function or behind the last is seen', () => {
    expect(fromHelmet({ directives: { imgSrc: [() => ''] } }).usesNonce).toBe(false)
    expect(fromHelmet({ directives: { imgSrc: [() => ''], styleSrc: [NONCE] } }).usesNonce).toBe(
      true,
    )
  })

  test('the resolved header parses to a policy with the placeholder', () => {
    const resolved = parseTemplate(policy.resolve({}, {}))
    expect(resolved.get('script-src')).toEqual([NONCE, "'unsafe-inline'", "'strict-dynamic'"])
    expect(resolved.get('report-to')).toEqual(['csp'])
    expect(resolved.allow('img-src', 'a.example').get('img-src')).toContain('a.example')
  })

  test('a directive that browsers drop stays an issue when a nonce is used', () => {
    const odd = fromHelmet({ directives: { scriptSrc: [NONCE], imgSrc: ['é'] } }).toPolicy()
    expect(odd.get('img-src')).toBeUndefined()
    expect(odd.get('script-src')).toEqual([NONCE])
    expect(odd.issues().map(({ code }) => code)).toContain('non-ascii-directive')
  })

  test('issues are those that hold whatever the functions return', () => {
    expect(policy.issues().map(({ code, directive, value }) => [code, directive, value])).toEqual([
      ['void-source', 'script-src', "'unsafe-inline'"],
      ['invalid-value', 'connect-src', "'unsafe-inlin'"],
    ])
  })
})

test('isHelmetPolicy knows its own', () => {
  for (const value of [undefined, null, {}, 'x', () => undefined]) {
    expect(isHelmetPolicy(value)).toBe(false)
  }
})
