/** The dialects, and the table of differences in the README. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { getDialect } from './dialects.ts'
import { DIFFERENCES } from './differences.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('a dialect is its set of differences', () => {
  expect(getDialect()).toBe(getDialect('engines'))
  expect(getDialect('spec').has('ip-host')).toBe(false)
  expect(getDialect('webkit').has('ip-host')).toBe(true)
  expect(getDialect('webkit').has('wildcard-ftp')).toBe(false)
})

test('the README lists them', () => {
  const items = DIFFERENCES.map(({ tag, spec, instead, who, since, source, dialects }) => {
    const names = dialects.join(', ') || 'no dialect'
    return `- [\`${tag}\`](${source}) (${names}): ${spec}. Instead: ${instead}. By ${who}; ${since}.`
  })
  expect(README.split('\n').filter((line) => line.startsWith('- [`'))).toEqual(items)
})

test('every difference of a dialect is asked for in the code, and no other', () => {
  const folder = new URL('./', import.meta.url)
  const code = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('')
  const asked = new Set(Array.from(code.matchAll(/\.has\('([a-z0-9-]+)'\)/g), ([, tag]) => tag))
  // What every dialect does needs no question.
  const optional = DIFFERENCES.filter(
    ({ dialects }) => dialects.length > 0 && !dialects.includes('spec'),
  )
  expect(optional.map(({ tag }) => tag).filter((tag) => !asked.has(tag))).toEqual([])
  const none = DIFFERENCES.filter(({ dialects }) => dialects.length === 0)
  expect(none.map(({ tag }) => tag).filter((tag) => asked.has(tag))).toEqual([])
})
