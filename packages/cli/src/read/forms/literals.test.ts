import { expect, test } from 'vitest'
import { FormError } from './form.ts'
import { javascript } from './javascript.ts'

test('names that stand for a text of any size are refused', () => {
  const names = Array.from(
    { length: 40 },
    (_, index) => `const a${index + 1} = a${index} + a${index}`,
  )
  const text = `const a0 = 'x'\n${names.join('\n')}\nres.set('Content-Security-Policy', a40)`
  expect(() => javascript.read(text)).toThrow(FormError)
})

test('what nests deeper than the stack is refused or read', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect(
    javascript.read(`res.set('Content-Security-Policy', 'img-src a'); ${deep}`),
  ).toBeUndefined()
  const calls = `${'a => '.repeat(200)}res.set('Content-Security-Policy', 'img-src a')`
  expect(javascript.read(calls)?.map(({ value }) => value)).toEqual(['img-src a'])
})
