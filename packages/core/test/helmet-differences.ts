/**
 * Every way in which Cusp's helmet shape differs from helmet 8.3, and which of them explains a
 * difference.
 */

import { CspError } from '../src/index.ts'
import type { Element, List, Result, Spec, Value } from './helmet-specs.ts'
import type { Observed, Outcome } from './helmet-sides.ts'
import { isSame, isSameOutcome, NONCE_TEXT, observe, theirs } from './helmet-sides.ts'

/** One named difference; docs/helmet-differences.md has the same rows. */
export interface Difference {
  readonly helmet: string
  readonly cusp: string
  readonly why: string
}

/** The name of a difference. */
export type DifferenceName =
  | 'no-options-object'
  | 'unknown-option'
  | 'directives-no-record'
  | 'value-no-list'
  | 'element-no-text'
  | 'nonce-placeholder'
  | 'keyword-inside-text'
  | 'unsendable-text'
  | 'escape-symbol'
  | 'one-shot-list'
  | 'list-changed-later'
  | 'keyword-inside-result'
  | 'result-no-text'
  | 'unsendable-result'
  | 'thrown-without-text'

/** All of them, in the order of the documentation. */
export const DIFFERENCES: Readonly<Record<DifferenceName, Difference>> = {
  'no-options-object': {
    helmet:
      'takes `false`, `true`, a text, a function or a request for "the defaults"; `null` is a `TypeError` of the engine',
    cusp: 'refuses them: `ERR_CSP_INPUT`',
    why: 'Who writes `contentSecurityPolicy(false)` or forgets the call in `use(contentSecurityPolicy)` does not mean the defaults',
  },
  'unknown-option': {
    helmet: 'ignores options it does not know, `scriptSrc` outside `directives` too',
    cusp: 'refuses them and names the right place or spelling: `ERR_CSP_INPUT`',
    why: 'A policy that was written and is not sent is the worst kind of typo',
  },
  'directives-no-record': {
    helmet:
      'takes `null`, a Map, an empty array or an empty text as `directives` for "the defaults"',
    cusp: 'refuses what is not a plain object: `ERR_CSP_INPUT`',
    why: 'The directives in the Map were meant',
  },
  'value-no-list': {
    helmet: 'throws "directiveValue is not iterable" for `true`, `5`, `{}` or a bare function',
    cusp: 'throws as well, naming the directive and what to write: `ERR_CSP_DIRECTIVE_VALUE`',
    why: 'The message of the engine does not say which directive is meant',
  },
  'element-no-text': {
    helmet:
      'writes `undefined`, `false`, `5` or `[object Object]` into the header, or throws in each response for a symbol',
    cusp: 'refuses elements that are neither texts nor functions: `ERR_CSP_DIRECTIVE_VALUE`',
    why: '`condition && source` is a slip that leaves a host named "false" in the policy',
  },
  'nonce-placeholder': {
    helmet: "throws out of each response for Cusp's `NONCE`, which is a symbol",
    cusp: "writes the response's nonce in its place",
    why: "An extension: a nonce without a function and without one's own randomness",
  },
  'keyword-inside-text': {
    helmet: 'looks for missing quotes only in a text as a whole: `"self example.com"` passes',
    cusp: 'looks at each word of the text: `ERR_CSP_KEYWORD_UNQUOTED`',
    why: 'Browsers read `self` as a host, and the page breaks',
  },
  'unsendable-text': {
    helmet: 'accepts control characters and those beyond Latin-1; then every response throws',
    cusp: 'refuses them when the middleware is made: `ERR_CSP_CHARACTER`',
    why: 'What can never be sent should fail at the start, not in production',
  },
  'escape-symbol': {
    helmet: 'knows only the symbol of its own copy; that of another copy is "not iterable"',
    cusp: 'knows every symbol with the description `dangerouslyDisableDefaultSrc`',
    why: "helmet's own symbol must go on working when the import changes",
  },
  'one-shot-list': {
    helmet: 'uses up a generator or iterator while it checks it, and sends the directive empty',
    cusp: 'reads each list once, when the middleware is made, and sends what was in it',
    why: 'An empty `script-src` blocks every script',
  },
  'list-changed-later': {
    helmet:
      "reads the caller's lists again for each response as soon as any directive has a function or an iterable, unchecked",
    cusp: 'keeps what was in them when the middleware was made',
    why: 'The policy that was checked is the policy that is sent; a function is the way to change it',
  },
  'keyword-inside-result': {
    helmet: "looks for missing quotes in a function's result only as a whole",
    cusp: 'looks at each word: `ERR_CSP_KEYWORD_UNQUOTED`, handed to `next`',
    why: 'As for texts',
  },
  'result-no-text': {
    helmet:
      'throws a `TypeError` out of the middleware for a result that is not text, which ends a bare node:http server; a String object passes',
    cusp: 'hands `ERR_CSP_DIRECTIVE_VALUE` to `next`, and says so when it is a Promise',
    why: 'An error of one response must not end the process',
  },
  'unsendable-result': {
    helmet: "throws Node's `ERR_INVALID_CHAR` out of the middleware",
    cusp: 'hands `ERR_CSP_CHARACTER` to `next`; later functions are not called',
    why: 'As above, with the directive named',
  },
  'thrown-without-text': {
    helmet: 'throws out of the middleware when a function throws an object without a prototype',
    cusp: 'hands an Error to `next`',
    why: 'As above',
  },
}

/**
 * The differences that explain what was observed: none when both are the same, undefined when
 * nothing explains it.
 */
export function explain(
  spec: Spec,
  helmets: Observed,
  cusps: Observed,
): readonly DifferenceName[] | undefined {
  if (isSame(helmets, cusps)) return []
  for (const { names, fixed } of fixings(spec)) {
    const fixedHelmets = observe(fixed, theirs)
    if (isSame(fixedHelmets, cusps)) return names
    const rest =
      cusps.kind === 'refused'
        ? explainRefusal(fixed, fixedHelmets, cusps.error)
        : explainResponses(fixed, fixedHelmets, cusps.outcomes)
    if (rest !== undefined) return [...names, ...rest]
  }
  return undefined
}

/** Each refusal of ours must have its cause in the options, whatever helmet makes of them. */
function explainRefusal(
  spec: Spec,
  helmets: Observed,
  error: Error,
): readonly DifferenceName[] | undefined {
  if (!(error instanceof CspError)) return undefined
  const { code, message } = error
  const values = spec.shape === 'record' ? spec.directives.map(([, value]) => value) : []
  const elements = values.flatMap(elementsOf)
  const texts = elements.flatMap((element) => (element.kind === 'text' ? [element.text] : []))
  const isEngines = helmets.kind === 'refused' && helmets.error instanceof TypeError
  const causes: readonly (readonly [DifferenceName, CspError['code'], words: string, boolean])[] = [
    [
      'no-options-object',
      'ERR_CSP_INPUT',
      ' is not an object of options',
      spec.options !== 'record',
    ],
    ['no-options-object', 'ERR_CSP_INPUT', 'this is a request', spec.options === 'request'],
    [
      'unknown-option',
      'ERR_CSP_INPUT',
      `"${spec.extra}" is not an option`,
      spec.extra !== undefined,
    ],
    ['directives-no-record', 'ERR_CSP_INPUT', 'directives is ', NO_RECORD.has(spec.shape)],
    [
      'value-no-list',
      'ERR_CSP_DIRECTIVE_VALUE',
      ' is not a list',
      isEngines && values.some(isNoList),
    ],
    ['element-no-text', 'ERR_CSP_DIRECTIVE_VALUE', ' is not text', elements.some(isNoText)],
    [
      'element-no-text',
      'ERR_CSP_DIRECTIVE_VALUE',
      'NONCE has no meaning in',
      elements.some(({ kind }) => kind === 'nonce'),
    ],
    ['keyword-inside-text', 'ERR_CSP_KEYWORD_UNQUOTED', ' in "', texts.some(hasUnquotedInside)],
    ['unsendable-text', 'ERR_CSP_CHARACTER', 'no header can carry', texts.some(isUnsendable)],
  ]
  const cause = causes.find(([, expected, words, isThere]) => {
    return isThere && code === expected && message.includes(words)
  })
  return cause === undefined ? undefined : [cause[0]]
}

const NO_RECORD: ReadonlySet<string> = new Set(['null', 'Map', 'array', 'text'])
const NO_LISTS: ReadonlySet<string> = new Set(['true', '5', '{}', 'function', 'symbol'])

function isNoList(value: Value): boolean {
  return value.kind === 'other' && NO_LISTS.has(value.which)
}

function isNoText(element: Element): boolean {
  return element.kind === 'odd'
}

/** The elements as they are walked: a Map yields pairs, a String object letters. */
function elementsOf(value: Value): readonly Element[] {
  if (value.kind === 'other') return []
  if (value.shape === 'map') return value.elements.map(() => ({ kind: 'odd', which: 'array' }))
  if (value.shape !== 'String') return value.elements
  const letters = value.elements.flatMap((element) => {
    return element.kind === 'text' ? Array.from(element.text) : []
  })
  return letters.map((text) => ({ kind: 'text', text }))
}

const WORDS: readonly string[] =
  'none self strict-dynamic report-sample inline-speculation-rules unsafe-inline unsafe-eval unsafe-hashes wasm-unsafe-eval'.split(
    ' ',
  )
const PREFIXES: readonly string[] = ['nonce-', 'sha256-', 'sha384-', 'sha512-']

function hasUnquotedInside(text: string): boolean {
  const words = text.split(/\s/)
  return (
    words.length > 1 &&
    words.some((word) => {
      return WORDS.includes(word) || PREFIXES.some((prefix) => word.startsWith(prefix))
    })
  )
}

function isUnsendable(text: string): boolean {
  return Array.from(text).some((character) => {
    const code = character.codePointAt(0) as number
    return (code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff
  })
}

interface Fixing {
  readonly names: readonly DifferenceName[]
  readonly fixed: Spec
}

/**
 * The options that helmet should have been given to do what Cusp does: lists that don't run out,
 * that don't change, the nonce from a function, a symbol that it knows. Single fixings first, then
 * all that apply together.
 */
function fixings(spec: Spec): readonly Fixing[] {
  const all: readonly (readonly [DifferenceName, (spec: Spec) => Spec])[] = [
    ['one-shot-list', (it) => withShape(it, ['generator', 'iterator'])],
    ['list-changed-later', (it) => ({ ...withShape(it, ['fickle']), changesLater: false })],
    [
      'nonce-placeholder',
      (it) => mapLists(it, (list) => ({ ...list, elements: list.elements.map(fixNonce) })),
    ],
    ['escape-symbol', (it) => mapValues(it, fixEscape)],
  ]
  const useful = all.filter(([, fix]) => JSON.stringify(fix(spec)) !== JSON.stringify(spec))
  const none: Fixing = { names: [], fixed: spec }
  const singles = useful.map(([name, fix]): Fixing => ({ names: [name], fixed: fix(spec) }))
  const together: Fixing = {
    names: useful.map(([name]) => name),
    fixed: useful.reduce((fixed, [, fix]) => fix(fixed), spec),
  }
  return [none, ...singles, together]
}

function mapValues(spec: Spec, map: (value: Value) => Value): Spec {
  return { ...spec, directives: spec.directives.map(([key, value]) => [key, map(value)] as const) }
}

function mapLists(spec: Spec, map: (list: List) => List): Spec {
  return mapValues(spec, (value) => (value.kind === 'list' ? map(value) : value))
}

function withShape(spec: Spec, shapes: readonly string[]): Spec {
  return mapLists(spec, (list) => {
    return shapes.includes(list.shape) ? { ...list, shape: 'iterable' } : list
  })
}

/** A function without a trace, for the calls are compared too. */
function fixNonce(element: Element): Element {
  return element.kind === 'nonce' ? { kind: 'nonce text', text: `'nonce-${NONCE_TEXT}'` } : element
}

function fixEscape(value: Value): Value {
  return value.kind === 'other' && value.which === 'escape of another copy'
    ? { kind: 'other', which: 'escape' }
    : value
}

/** Each response that differs must be an error of ours whose cause a function gave. */
function explainResponses(
  spec: Spec,
  helmets: Observed,
  outcomes: readonly Outcome[],
): readonly DifferenceName[] | undefined {
  if (helmets.kind === 'refused') return undefined
  const results = spec.directives
    .flatMap(([, value]) => elementsOf(value))
    .flatMap((element) => {
      return element.kind === 'function' ? [element.result] : []
    })
  const names = outcomes.map((cusps, at) => {
    const helmetsOutcome = helmets.outcomes[at] as Outcome
    return isSameOutcome(helmetsOutcome, cusps)
      ? []
      : explainResponse(results, helmetsOutcome, cusps)
  })
  if (names.includes(undefined)) return undefined
  return [...new Set(names.flatMap((list) => list ?? []))]
}

function explainResponse(
  results: readonly Result[],
  helmets: Outcome,
  cusps: Outcome,
): readonly DifferenceName[] | undefined {
  if (cusps.kind !== 'next') return undefined
  // What Cusp called, helmet called too, in the same order; Cusp stops at its first error.
  const isPrefix = cusps.calls.every((call, at) => {
    return JSON.stringify(call) === JSON.stringify(helmets.calls[at])
  })
  if (!isPrefix) return undefined
  const { message } = cusps.error
  const code = cusps.error instanceof CspError ? cusps.error.code : undefined
  const has = (test: (text: string) => boolean): boolean =>
    results.some((result) => result.kind === 'text' && test(result.text))
  if (code === 'ERR_CSP_KEYWORD_UNQUOTED' && message.includes(' in "') && has(hasUnquotedInside)) {
    return ['keyword-inside-result']
  }
  if (code === 'ERR_CSP_DIRECTIVE_VALUE' && results.some(({ kind }) => kind === 'odd')) {
    return ['result-no-text']
  }
  if (
    code === 'ERR_CSP_CHARACTER' &&
    message.includes('no header can carry') &&
    has(isUnsendable)
  ) {
    return ['unsendable-result']
  }
  const isBare = results.some((result) => {
    return result.kind === 'throws' && result.which === 'bare object'
  })
  return isBare && helmets.kind === 'thrown' && message === 'an object'
    ? ['thrown-without-text']
    : undefined
}
