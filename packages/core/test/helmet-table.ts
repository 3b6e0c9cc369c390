/** Option sets that matter, each with the difference that it shows. */

import type { DifferenceName } from './helmet-differences.ts'
import type { Element, OtherValue, Shape, Spec, Value } from './helmet-specs.ts'

const fn = (value: string): Element => ({
  kind: 'function',
  result: { kind: 'text', text: value },
})
const throwing = (which: 'Error' | 'text' | 'bare object'): Element => {
  return { kind: 'function', result: { kind: 'throws', which } }
}
const odd = (which: (Element & { kind: 'odd' })['which']): Element => ({ kind: 'odd', which })
const returning = (which: 'undefined' | 'null' | 'promise' | 'rejection' | 'String'): Element => {
  return { kind: 'function', result: { kind: 'odd', which } }
}
const nonce: Element = { kind: 'nonce' }

function list(shape: Shape, ...elements: readonly (string | Element)[]): Value {
  return {
    kind: 'list',
    shape,
    elements: elements.map((element) => {
      return typeof element === 'string' ? { kind: 'text', text: element } : element
    }),
  }
}
const array = (...elements: readonly (string | Element)[]): Value => list('array', ...elements)
const other = (which: OtherValue): Value => ({ kind: 'other', which })

/** A directive's value that is a text. */
export function text(value: string): Value {
  return list('text', value)
}

/** An option set of these directives. */
export function spec(directives: Readonly<Record<string, Value>>, rest: Partial<Spec> = {}): Spec {
  return { options: 'record', shape: 'record', directives: Object.entries(directives), ...rest }
}

type Row = readonly [title: string, spec: Spec, difference?: DifferenceName]

const same: readonly Row[] = [
  ['the defaults', spec({}, { options: 'undefined' })],
  ['no directives', spec({}, { shape: 'absent' })],
  ['report-only', spec({}, { reportOnly: 'true' })],
  ['a function as reportOnly', spec({}, { reportOnly: 'function' })],
  ['useDefaults null', spec({ x: text('a') }, { useDefaults: 'null' })],
  ['nothing at all', spec({}, { useDefaults: 'false' })],
  ['inherited directives', spec({ scriptSrc: text('a') }, { shape: 'heir' })],
  [
    'overrides and additions',
    spec({ workerSrc: array('a'), imgSrc: text('*'), baseUri: other('null') }),
  ],
  ['a duplicate', spec({ scriptSrc: other('null'), 'script-src': text('a') })],
  ['scriptSRC and default-Src', spec({ scriptSRC: text('a'), 'default-Src': text('b') })],
  ['an invalid name', spec({ 'x-': text('a') })],
  ['__proto__', spec({ ['__proto__']: text('a') })],
  ['the escape symbol', spec({ defaultSrc: other('escape') })],
  ['the escape symbol elsewhere', spec({ scriptSrc: other('escape') })],
  ['default-src null', spec({ defaultSrc: other('null') })],
  ['no default-src', spec({ scriptSrc: text('a') }, { useDefaults: 'false' })],
  ['default-src [] passes', spec({ defaultSrc: array() })],
  ["default-src '' passes", spec({ defaultSrc: text('') })],
  ["default-src ['foo'] passes", spec({ defaultSrc: array('foo') })],
  ['undefined', spec({ scriptSrc: other('undefined') })],
  ['double spaces', spec({ scriptSrc: text("'self'  example.com") })],
  ['a ";"', spec({ scriptSrc: text('foo;bar') })],
  ['a ","', spec({ scriptSrc: array('a', 'b,c') })],
  ['self without quotes', spec({ scriptSrc: array("'self'", 'self') })],
  ['a nonce without quotes', spec({ scriptSrc: array(fn('x'), 'nonce-abc x') })],
  ['empty texts among others', spec({ scriptSrc: array('', 'a', ''), sandbox: text('') })],
  ['empty texts beside a function', spec({ scriptSrc: array(fn('a')), sandbox: text('') })],
  ['a function of an empty text', spec({ sandbox: array(fn('')) })],
  ['a Set', spec({ scriptSrc: list('set', 'a', 'a', 'b') })],
  ['an iterable', spec({ scriptSrc: list('iterable', 'a', '', fn('b')) })],
  ['a String object', spec({ scriptSrc: list('String', 'abc') })],
  ['functions in order', spec({ x: array(fn('a'), fn('b')), imgSrc: array('c', fn('d')) })],
  ['a function of a keyword', spec({ x: array(fn('self'), fn('b')) })],
  ['a function of a ";"', spec({ x: array(fn('a;b'), fn('c')), y: array(fn('d')) })],
  ['a ";" and then a keyword', spec({ x: array(fn(';'), fn('none')) })],
  ['a function that throws', spec({ x: array(throwing('Error'), fn('a')) })],
  ['a function that throws a text', spec({ x: array(throwing('text')) })],
  ['Latin-1', spec({ x: array('é', fn('ÿ')) })],
  ['a static list that changes', spec({ x: array('a') }, { changesLater: true })],
]
const different: readonly Row[] = [
  ['false', spec({}, { options: 'false' }), 'no-options-object'],
  ['null', spec({}, { options: 'null' }), 'no-options-object'],
  ['use(contentSecurityPolicy)', spec({}, { options: 'request' }), 'no-options-object'],
  ['scriptSrc at the top', spec({}, { extra: 'scriptSrc' }), 'unknown-option'],
  ['directives: new Map()', spec({ x: text('a') }, { shape: 'Map' }), 'directives-no-record'],
  ['directives: null', spec({}, { shape: 'null' }), 'directives-no-record'],
  ['sandbox: true', spec({ sandbox: other('true') }), 'value-no-list'],
  ['a bare function', spec({ scriptSrc: other('function') }), 'value-no-list'],
  ['condition && source', spec({ scriptSrc: array("'self'", odd('false')) }), 'element-no-text'],
  ['a hole', spec({ scriptSrc: array('a', odd('hole'), 'b') }), 'element-no-text'],
  ['NONCE', spec({ scriptSrc: array("'self'", nonce) }), 'nonce-placeholder'],
  ['NONCE in sandbox', spec({ sandbox: array(nonce) }), 'element-no-text'],
  ['self inside', spec({ scriptSrc: text('self example.com') }), 'keyword-inside-text'],
  ['a line break', spec({ scriptSrc: text('a\nb') }), 'unsendable-text'],
  ['curly quotes', spec({ scriptSrc: array('‘self’') }), 'unsendable-text'],
  [
    'the symbol of another copy',
    spec({ defaultSrc: other('escape of another copy') }),
    'escape-symbol',
  ],
  ['a generator', spec({ scriptSrc: list('generator', "'self'", fn('a')) }), 'one-shot-list'],
  [
    'a list that grows',
    spec({ x: array('a', fn('b')) }, { changesLater: true }),
    'list-changed-later',
  ],
  ['an iterable that varies', spec({ x: list('fickle', 'a') }), 'list-changed-later'],
  ['a result with self inside', spec({ x: array(fn('a self')) }), 'keyword-inside-result'],
  ['a result undefined', spec({ x: array(returning('undefined')) }), 'result-no-text'],
  ['a promise', spec({ x: array(returning('promise')) }), 'result-no-text'],
  ['a promise that is rejected', spec({ x: array(returning('rejection')) }), 'result-no-text'],
  ['a String object as result', spec({ x: array(returning('String')) }), 'result-no-text'],
  ['a result with a line break', spec({ x: array(fn('a\r\nb')) }), 'unsendable-result'],
  [
    'an object without a prototype thrown',
    spec({ x: array(throwing('bare object')) }),
    'thrown-without-text',
  ],
]
/** All rows: those without a difference first. */
export const table: readonly Row[] = [...same, ...different]
