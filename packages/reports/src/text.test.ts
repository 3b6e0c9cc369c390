import { expect, test } from 'vitest'
import { cleanText, isDigit, isLetter, rememberLast, rememberSome, textOf } from './text.ts'

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc'],
  ['ab😀', 4, 'ab😀'],
  ['ab😀', 3, 'ab'],
  ['', 3, ''],
  [12, 3, undefined],
  [null, 3, undefined],
  [{ length: 2 }, 3, undefined],
])('textOf %j, %d characters', (value, most, expected) => {
  expect(textOf(value, most)).toBe(expected)
})

test.each([
  ['plain text, ünicode 😀', 'plain text, ünicode 😀'],
  ['a\u0000b', 'a\ufffdb'],
  ['\u001b[31mred\r\n', '\ufffd[31mred\ufffd\ufffd'],
  ['\u007f\u0085\u009f', '\ufffd\ufffd\ufffd'],
  ['a\u2028b\u202ec\u2066d', 'a\ufffdb\ufffdc\ufffdd'],
  ['\ud83d', '\ufffd'],
  ['\ude00\ud83d', '\ufffd\ufffd'],
  ['\ud83d\ude00\ud83d', '😀\ufffd'],
])('cleanText %j', (text, expected) => {
  expect(cleanText(text)).toBe(expected)
  expect(cleanText(text), 'it has no memory').toBe(expected)
})

test('letters and digits are those of ASCII', () => {
  const ascii = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
  const found = (is: (code: number) => boolean): string =>
    ascii.filter((character) => is(character.charCodeAt(0))).join('')
  expect(found(isDigit)).toBe('0123456789')
  expect(found(isLetter)).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
})

test('rememberSome forgets all when there are too many', () => {
  const asked: string[] = []
  const lengthOf = rememberSome((text) => asked.push(text) && text.length, 2)
  expect(['a', 'bb', 'a', 'ccc', 'a', 'ccc'].map(lengthOf)).toEqual([1, 2, 1, 3, 1, 3])
  expect(asked).toEqual(['a', 'bb', 'ccc', 'a'])
})

test('rememberLast asks again for another text only', () => {
  const asked: string[] = []
  const lengthOf = rememberLast((text) => asked.push(text) && text.length)
  expect(['', '', 'a', 'a', 'bc', 'a'].map((text) => lengthOf(text))).toEqual([0, 0, 1, 1, 2, 1])
  expect(asked).toEqual(['', 'a', 'bc', 'a'])
})
