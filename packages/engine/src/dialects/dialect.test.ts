/** The dialects, and the page that lists their differences. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { getDialect } from './dialect.ts'
import { DIFFERENCES } from './differences.ts'

const PAGE = readFileSync(new URL('../../../../docs/dialects.md', import.meta.url), 'utf8')

test('a dialect is its set of differences', () => {
  expect(getDialect()).toBe(getDialect('engines'))
  expect(getDialect('spec').has('ip-host-matches')).toBe(false)
  expect(getDialect('webkit').has('ip-host-matches')).toBe(true)
})

test('the page of dialects lists them', () => {
  const items = DIFFERENCES.map(({ tag, spec, instead, who, since, source, dialects }) => {
    const names = dialects.join(', ')
    return `- [\`${tag}\`](${source}) (${names}): ${spec}. Instead: ${instead}. By ${who}; ${since}.`
  })
  expect(PAGE.split('\n').filter((line) => line.startsWith('- [`'))).toEqual(items)
})

test('every difference of a dialect is asked for in the code', () => {
  const folder = new URL('../', import.meta.url)
  const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('')
  const asked = new Set(Array.from(code.matchAll(/\.has\('([a-z0-9-]+)'\)/g), ([, tag]) => tag))
  // What every dialect does needs no question.
  const optional = DIFFERENCES.filter(({ dialects }) => !dialects.includes('spec'))
  expect(optional.map(({ tag }) => tag).filter((tag) => !asked.has(tag))).toEqual([])
})
