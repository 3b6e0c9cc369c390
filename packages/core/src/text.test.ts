import { describe, expect, it, test } from 'vitest'
import {
  asciiLowerCase,
  joinWords,
  show,
  splitOnAsciiWhitespace,
  trimAsciiWhitespace,
} from './text.ts'

describe('show', () => {
  const cases: readonly (readonly [value: unknown, text: string])[] = [
    ['a"\n', String.raw`"a\"\n"`],
    ['\u001b[2J\u009b2J\u2028\u202e\u2066', String.raw`"\u001b[2J\u009b2J\u2028\u202e\u2066"`],
    ['é', '"é"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [Symbol('s'), 'Symbol(s)'],
    [{}, '{}'],
    [{ enforce: 1, 'img-src': 2 }, '{ enforce, "img-src" }'],
    [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, '{ a, b, c, d, e, … }'],
    [Object.create(null), '{}'],
    [new URL('https://a.example'), 'an object'],
    [Promise.resolve(), 'a Promise'],
    [[], 'an array'],
    [() => 'secret', 'a function'],
  ]
  test.each(cases)('case %#: %2$s', (value, text) => {
    expect(show(value)).toBe(text)
  })
})

describe('show of a hostile value', () => {
  it('does not throw', () => {
    const thrower = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hostile')
        },
      },
    )
    const revocable = Proxy.revocable([], {})
    revocable.revoke()
    expect(show(thrower)).toBe('an object')
    expect(show(revocable.proxy)).toBe('an object')
  })
})

describe('asciiLowerCase', () => {
  test.each([
    ['abc', 'abc'],
    ['ABC-XYZ', 'abc-xyz'],
    ['ÄK\u212a', 'Äk\u212a'],
  ])('%j: %j', (text, lower) => {
    expect(asciiLowerCase(text)).toBe(lower)
  })
})

describe('white space', () => {
  test.each([
    ['', []],
    [' \t\n\f\r', []],
    [' a\tb\n\fc ', ['a', 'b', 'c']],
    ['a\u000bb\u00a0c', ['a\u000bb\u00a0c']],
  ])('%j has the words %j', (text, words) => {
    expect(splitOnAsciiWhitespace(text)).toEqual(words)
  })

  test.each([
    ['\t a b\r\n', 'a b'],
    ['\u000ba\u00a0', '\u000ba\u00a0'],
    [' ', ''],
  ])('%j is trimmed to %j', (text, trimmed) => {
    expect(trimAsciiWhitespace(text)).toBe(trimmed)
  })
})

describe('joinWords', () => {
  it('lists as English does', () => {
    expect(joinWords([])).toBe('')
    expect(joinWords(['a'])).toBe('a')
    expect(joinWords(['a', 'b'])).toBe('a and b')
    expect(joinWords(['a', 'b', 'c'], 'or')).toBe('a, b or c')
  })
})
