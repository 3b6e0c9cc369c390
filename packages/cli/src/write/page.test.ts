import { describe, expect, test } from 'vitest'
import { count, longest, pageOf, shorten, usesColours, wrap } from './page.ts'

describe('colours', () => {
  test.each<[env: Record<string, string>, onTerminal: boolean, inPipe: boolean]>([
    [{}, true, false],
    [{ NO_COLOR: '1' }, false, false],
    [{ NO_COLOR: '' }, true, false],
    [{ TERM: 'dumb' }, false, false],
    [{ FORCE_COLOR: '1' }, true, true],
    [{ FORCE_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '0' }, false, false],
    [{ FORCE_COLOR: 'false' }, false, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, true],
  ])('%j', (env, onTerminal, inPipe) => {
    expect(usesColours({ write: String, isTTY: true }, env)).toBe(onTerminal)
    expect(usesColours({ write: String }, env)).toBe(inPipe)
  })

  test('painting', () => {
    expect(pageOf({ write: String }, { FORCE_COLOR: '1' }).paint('red', 'x')).toBe(
      '\u001b[31mx\u001b[39m',
    )
    expect(pageOf({ write: String }, {}).paint('red', 'x')).toBe('x')
  })
})

test.each<[columns: number | undefined, env: Record<string, string>, width: number]>([
  [120, {}, 120],
  [120, { COLUMNS: '90' }, 120],
  [undefined, { COLUMNS: '90' }, 90],
  [undefined, { COLUMNS: 'x' }, 100],
  [undefined, {}, 100],
  [20, {}, 40],
])('the width of %j with %j', (columns, env, width) => {
  expect(pageOf({ write: String, columns }, env).width).toBe(width)
})

test.each<[text: string, width: number, indent: number, lines: readonly string[]]>([
  ['', 10, 2, ['  ']],
  ['one two three', 40, 0, ['one two three']],
  ['one two three', 7, 0, ['one two', 'three']],
  ['one two three', 9, 2, ['  one two', '  three']],
  ['a-very-long-word b', 5, 1, [' a-very-long-word', ' b']],
  ['one\ntwo three', 5, 0, ['one', 'two', 'three']],
])('wraps %j to %j', (text, width, indent, lines) => {
  expect(wrap(text, width, indent)).toBe(lines.join('\n'))
})

test.each<[text: string, length: number, short: string]>([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'ab…ef'],
  ['abcdef', 4, 'ab…f'],
])('shortens %j to %j', (text, length, short) => {
  expect(shorten(text, length)).toBe(short)
})

test('counts and measures', () => {
  expect([count(1, 'finding'), count(2, 'finding'), longest([]), longest(['a', 'bcd'])]).toEqual([
    '1 finding',
    '2 findings',
    0,
    3,
  ])
})
