/**
 * Descriptions of option sets, from which each side of a comparison gets options of its own: lists
 * may be used up.
 */

import fc from 'fast-check'

import { NONCE } from '../src/index.ts'

/** What a directive function does. */
export type Result =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'odd'; readonly which: OddResult }
  | { readonly kind: 'throws'; readonly which: Thrown }
type OddResult = 'undefined' | 'null' | 'number' | 'promise' | 'rejection' | 'String' | 'array'
type Thrown = 'Error' | 'text' | 'undefined' | 'bare object'

/** One element of a list. */
export type Element =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'function'; readonly result: Result }
  | { readonly kind: 'odd'; readonly which: OddElement }
  | { readonly kind: 'nonce' }
  /** A function that leaves no trace in the calls. */
  | { readonly kind: 'nonce text'; readonly text: string }
type OddElement =
  | 'undefined'
  | 'hole'
  | 'null'
  | 'false'
  | 'number'
  | 'array'
  | 'object'
  | 'String'
  | 'symbol'

/** A directive's value. */
export type Value = List | { readonly kind: 'other'; readonly which: OtherValue }
export interface List {
  readonly kind: 'list'
  readonly shape: Shape
  readonly elements: readonly Element[]
}
/**
 * `text` and `String` have text elements only; `fickle` yields something else from the second time
 * on.
 */
export type Shape =
  | 'text'
  | 'array'
  | 'set'
  | 'String'
  | 'generator'
  | 'iterator'
  | 'iterable'
  | 'fickle'
  | 'map'
export type OtherValue =
  | 'null'
  | 'undefined'
  | 'false'
  | '0'
  | 'NaN'
  | 'true'
  | '5'
  | '{}'
  | 'function'
  | 'escape'
  | 'escape of another copy'
  | 'symbol'

/** An option set. */
export interface Spec {
  readonly options:
    | 'record'
    | 'undefined'
    | 'null'
    | 'false'
    | 'true'
    | 'text'
    | 'function'
    | 'request'
  readonly reportOnly?: Flag | undefined
  readonly useDefaults?: Flag | undefined
  readonly shape: 'record' | 'absent' | 'undefined' | 'null' | 'Map' | 'array' | 'text' | 'heir'
  readonly directives: readonly (readonly [key: string, value: Value])[]
  readonly extra?: string | undefined
  /** The caller adds to arrays and sets after the first response. */
  readonly changesLater?: boolean | undefined
}
type Flag = 'undefined' | 'null' | 'false' | 'true' | '0' | '1' | "''" | "'x'" | 'function'

/** A call of a directive function: which one, with what. */
export interface Call {
  readonly id: string
  readonly hasThis: boolean
  readonly args: readonly unknown[]
}

/** Options of one side. */
export interface Built {
  readonly options: unknown
  readonly calls: Call[]
  readonly change: () => void
}

const ADDED = 'added-later.example'

/** Makes options of a description; `escape` is the side's own symbol. */
export function build(spec: Spec, escape: symbol): Built {
  const calls: Call[] = []
  const changes: (() => void)[] = []
  // one for all, as NONCE is: a set keeps it once
  let nonceFunction: (() => string) | undefined
  const entries = spec.directives.map(([key, value], at) => {
    return [key, buildValue(value, `${at}`)] as const
  })
  return {
    options: buildOptions(),
    calls,
    change() {
      if (spec.changesLater === true) for (const change of changes) change()
    },
  }

  function buildOptions(): unknown {
    if (spec.options !== 'record') return OPTIONS[spec.options]()
    return {
      ...(spec.reportOnly === undefined ? {} : { reportOnly: FLAGS[spec.reportOnly] }),
      ...(spec.useDefaults === undefined ? {} : { useDefaults: FLAGS[spec.useDefaults] }),
      ...(spec.shape === 'absent' ? {} : { directives: buildDirectives() }),
      ...(spec.extra === undefined ? {} : { [spec.extra]: ["'self'"] }),
    }
  }

  function buildDirectives(): unknown {
    switch (spec.shape) {
      case 'Map':
        return new Map(entries)
      case 'array':
        return entries.map(([, value]) => value)
      case 'text':
        return entries.map(([key]) => key).join('')
      case 'heir':
        return Object.create(Object.fromEntries(entries))
      case 'null':
        return null
      case 'undefined':
      case 'absent':
        return undefined
      default:
        return Object.fromEntries(entries)
    }
  }

  function buildValue(value: Value, id: string): unknown {
    if (value.kind === 'list') return buildList(value, id)
    if (value.which === 'escape') return escape
    return OTHERS[value.which]()
  }

  function buildList({ shape, elements }: List, id: string): unknown {
    if (shape === 'text') return textOf(elements)
    // eslint-disable-next-line unicorn/new-for-builtins -- a String object is the point
    if (shape === 'String') return new String(textOf(elements))
    const list: unknown[] = []
    for (const [at, element] of elements.entries()) {
      if (element.kind === 'odd' && element.which === 'hole') list.length += 1
      else list.push(buildElement(element, `${id}.${at}`))
    }
    switch (shape) {
      case 'array':
        changes.push(() => list.push(ADDED))
        return list
      case 'set': {
        const set = new Set(list)
        changes.push(() => set.add(ADDED))
        return set
      }
      case 'generator':
        return generate(list)
      case 'iterator':
        return list[Symbol.iterator]()
      case 'fickle':
        return fickle(list)
      case 'map':
        return new Map(list.entries())
      default:
        return { [Symbol.iterator]: () => list[Symbol.iterator]() }
    }
  }

  function buildElement(element: Element, id: string): unknown {
    if (element.kind === 'text') return element.text
    if (element.kind === 'nonce') return NONCE
    if (element.kind === 'nonce text') return (nonceFunction ??= () => element.text)
    if (element.kind === 'odd') return ODD_ELEMENTS[element.which]()
    const { result } = element
    return function (this: unknown, ...args: readonly unknown[]): unknown {
      calls.push({ id, hasThis: this !== undefined, args })
      if (result.kind === 'throws') throw THROWN[result.which]()
      return result.kind === 'text' ? result.text : ODD_RESULTS[result.which]()
    }
  }
}

function textOf(elements: readonly Element[]): string {
  return elements.map((element) => (element.kind === 'text' ? element.text : '')).join('')
}

function* generate(list: readonly unknown[]): Generator {
  yield* list
}

function fickle(list: readonly unknown[]): Iterable<unknown> {
  let times = 0
  return {
    [Symbol.iterator]() {
      times += 1
      return (times === 1 ? list : [...list, `time-${times}.example`])[Symbol.iterator]()
    },
  }
}

const OPTIONS: Readonly<Record<Exclude<Spec['options'], 'record'>, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  false: () => false,
  true: () => true,
  text: () => "default-src 'self'",
  function: () => () => ({}),
  request: () => ({ method: 'GET', headers: {} }),
}
const FLAGS: Readonly<Record<Flag, unknown>> = {
  undefined: undefined,
  null: null,
  false: false,
  true: true,
  '0': 0,
  '1': 1,
  "''": '',
  "'x'": 'x',
  function: () => false,
}
const OTHERS: Readonly<Record<Exclude<OtherValue, 'escape'>, () => unknown>> = {
  null: () => null,
  undefined: () => undefined,
  false: () => false,
  '0': () => 0,
  NaN: () => NaN,
  true: () => true,
  '5': () => 5,
  '{}': () => ({}),
  function: () => () => "'self'",
  'escape of another copy': () => Symbol('dangerouslyDisableDefaultSrc'),
  symbol: () => Symbol('x'),
}
const ODD_ELEMENTS: Readonly<Record<OddElement, () => unknown>> = {
  undefined: () => undefined,
  hole: () => undefined,
  null: () => null,
  false: () => false,
  number: () => 5,
  array: () => ["'self'"],
  object: () => ({}),
  // eslint-disable-next-line unicorn/new-for-builtins -- a String object is the point
  String: () => new String("'self'"),
  symbol: () => Symbol('x'),
}
const ODD_RESULTS: Readonly<Record<OddResult, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  number: () => 5,
  promise: async () => Promise.resolve("'self'"),
  rejection() {
    const rejection = Promise.reject(new Error('rejected'))
    // helmet leaves it unhandled, which would end the test run
    rejection.catch(() => undefined)
    return rejection
  },
  // eslint-disable-next-line unicorn/new-for-builtins -- a String object is the point
  String: () => new String("'self'"),
  array: () => ["'self'"],
}
const THROWN: Readonly<Record<Thrown, () => unknown>> = {
  Error: () => new RangeError('thrown'),
  text: () => 'thrown text',
  undefined: () => undefined,
  'bare object': () => Object.create(null),
}

// Generated option sets ---------------------------------------------------------------------------

const goodTexts = [
  "'self'",
  "'none'",
  'https:',
  'data:',
  'example.com',
  '*.example.com:443',
  "'unsafe-inline'",
  "'nonce-abc'",
  "'sha256-abc'",
  "'self'  example.com",
  "'self' https: ",
  ' ',
  'a\tb',
  'é',
  '\u0080ÿ',
  "'none",
  '"self"',
  'SELF',
  'selfish none.example',
  'noncey sha256',
  'x-nonce-a',
  'trusted-types-eval',
  'report-sha256 unsafe-allow-redirects',
  'script',
  'allow-scripts',
  '/csp-report?a=b',
]
const refusedTexts = [
  'none',
  'self',
  'strict-dynamic',
  'report-sample',
  'inline-speculation-rules',
  'unsafe-inline',
  'unsafe-eval',
  'unsafe-hashes',
  'wasm-unsafe-eval',
  'nonce-abc',
  'nonce-',
  'sha256-a b',
  'sha384-a',
  'sha512-a',
  'a;b',
  'a,b',
  ';',
]
const innerTexts = [
  'a self',
  'self example.com',
  ' nonce-a',
  "'self'\tsha384-b",
  'none ',
  'a\nself',
]
const unsendableTexts = [
  'a\nb',
  '\u0000',
  'a\u007f',
  '‘self’',
  '日本.example',
  'a\r\nX: y',
  '\ud800',
]
const alphabet = [
  "'",
  'self',
  'none',
  'nonce-',
  'a',
  ' ',
  ' ',
  '\t',
  'é',
  '-',
  ';',
  ',',
  '\n',
  'ł',
  '',
]

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...goodTexts) },
  { weight: 8, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: fc.constantFrom(...refusedTexts) },
  { weight: 2, arbitrary: fc.constantFrom(...innerTexts) },
  { weight: 2, arbitrary: fc.constantFrom(...unsendableTexts) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 6 }) },
)
const result: fc.Arbitrary<Result> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('text' as const), text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('odd' as const),
      which: fc.constantFrom<OddResult>(...(Object.keys(ODD_RESULTS) as OddResult[])),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('throws' as const),
      which: fc.constantFrom<Thrown>(...(Object.keys(THROWN) as Thrown[])),
    }),
  },
)
const element: fc.Arbitrary<Element> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('text' as const), text }) },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('function' as const), result }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('odd' as const),
      which: fc.constantFrom<OddElement>(...(Object.keys(ODD_ELEMENTS) as OddElement[])),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'nonce' as const }) },
)
const list: fc.Arbitrary<List> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      shape: fc.constantFrom<Shape>('text', 'text', 'text', 'String'),
      elements: text.map((value) => [{ kind: 'text' as const, text: value }]),
    }),
  },
  {
    weight: 80,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      shape: fc.oneof(
        { weight: 40, arbitrary: fc.constant<Shape>('array') },
        { weight: 10, arbitrary: fc.constant<Shape>('set') },
        {
          weight: 6,
          arbitrary: fc.constantFrom<Shape>(
            'generator',
            'iterator',
            'iterable',
            'iterable',
            'iterable',
            'fickle',
          ),
        },
        { weight: 1, arbitrary: fc.constant<Shape>('map') },
      ),
      elements: fc.array(element, { maxLength: 4 }),
    }),
  },
)
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 90, arbitrary: list },
  {
    weight: 4,
    arbitrary: fc.constant({ kind: 'other' as const, which: 'null' as const }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('other' as const),
      which: fc.constantFrom<OtherValue>(
        ...(Object.keys(OTHERS) as Exclude<OtherValue, 'escape'>[]),
        'escape',
      ),
    }),
  },
)
const key: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.constantFrom(
      'scriptSrc',
      'script-src',
      'styleSrc',
      'imgSrc',
      'img-src',
      'connectSrc',
      'objectSrc',
      'scriptSrcAttr',
      'baseUri',
      'sandbox',
      'upgradeInsecureRequests',
      'upgrade-insecure-requests',
      'reportTo',
      'report-uri',
      'trustedTypes',
      'workerSrc',
      'frame-ancestors',
      'formAction',
      'font-src',
    ),
  },
  { weight: 10, arbitrary: fc.constantFrom('defaultSrc', 'default-src', 'default-Src') },
  { weight: 6, arbitrary: fc.constantFrom('x', 'a1', 'a--b', 'scriptSRC', 'fooBar', 'toString') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'X', '-x', 'x-', 'x_y', 'x y', 'é', '1', '__proto__', 'x;'),
  },
)
const entry = fc.tuple(key, value)
const withoutDefaultSrc = fc.constant(['defaultSrc', { kind: 'other', which: 'escape' }] as const)
const entries: fc.Arbitrary<Spec['directives']> = fc.uniqueArray(
  fc.oneof({ weight: 30, arbitrary: entry }, { weight: 1, arbitrary: withoutDefaultSrc }),
  { selector: ([name]) => name, maxLength: 6 },
)

function rarely<T>(arbitrary: fc.Arbitrary<T>, often: number): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: often })
}

/** Any option set, most of them sensible in most of their parts. */
export const anySpec: fc.Arbitrary<Spec> = fc.record({
  options: fc.oneof(
    { weight: 200, arbitrary: fc.constant('record' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Spec['options']>(
        ...(Object.keys(OPTIONS) as Exclude<Spec['options'], 'record'>[]),
      ),
    },
  ),
  // fc.option gives nil once in freq + 1 times
  reportOnly: rarely(fc.constantFrom<Flag>(...(Object.keys(FLAGS) as Flag[])), 1),
  useDefaults: rarely(fc.constantFrom<Flag>('undefined', 'true', 'false', 'null', '0', '1'), 1),
  shape: fc.oneof(
    { weight: 100, arbitrary: fc.constant('record' as const) },
    { weight: 4, arbitrary: fc.constantFrom<Spec['shape']>('absent', 'undefined', 'heir') },
    { weight: 2, arbitrary: fc.constantFrom<Spec['shape']>('null', 'Map', 'array', 'text') },
  ),
  directives: entries,
  extra: fc.oneof(
    { weight: 60, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('scriptSrc', 'reportonly', 'setAllHeaders') },
  ),
  changesLater: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
})
