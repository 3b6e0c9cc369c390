import { describe, expect, it, test } from 'vitest'
import type { ViolationFacts } from '../../test/make-violation.ts'
import { makeViolation, USER_AGENTS } from '../../test/make-violation.ts'
import { causeKey, groupKey } from './group-key.ts'

describe('what was blocked', () => {
  test.each<[blocked: string, facts: ViolationFacts, end: string, cause: string]>([
    ['https://cdn.example/a.js?v=2#x', {}, 'cdn.example', 'cdn.example'],
    ['https://ann:x@CDN.example:443/', {}, 'cdn.example', 'cdn.example'],
    ['http://cdn.example:8080/', {}, 'cdn.example:8080', 'cdn.example:8080'],
    ['https://cdn.example:443cdn.example/a', {}, 'cdn.example', 'cdn.example'],
    ['cdn.example', {}, 'cdn.example', 'cdn.example'],
    ['wss://cdn.example/', {}, 'wss://cdn.example', 'wss://cdn.example'],
    ['data', {}, 'data:', 'data:'],
    ['chrome-extension://abc/x.js', {}, 'chrome-extension:', 'chrome-extension:'],
    ['', { directive: 'webrtc' }, 'unknown', 'unknown'],
    ['inline', { sample: 'go(12)' }, 'inline\n/app.js\ngo(0)', 'inline'],
    ['eval', { sample: 'go(12)' }, 'eval\n/app.js\ngo(0)', 'eval'],
    ['wasm-eval', {}, 'wasm\n/app.js\n', 'wasm'],
    [
      'trusted-types-sink',
      { sample: 'Element innerHTML|<b>' },
      'trusted-types\n/app.js\nElement innerHTML|<b>',
      'trusted-types',
    ],
    ['inline', { file: null }, 'inline\n-\n', 'inline'],
    ['inline', { file: 'chrome-extension://abc/x.js' }, 'inline\nchrome-extension:\n', 'inline'],
    ['inline', { file: 'https://shop.example/cart?x' }, 'inline\n-\n', 'inline'],
    ['inline', { file: 'https://shop.example/other' }, 'inline\n-\n', 'inline'],
    ['inline', { file: 'https://cdn.example/other' }, 'inline\n/other\n', 'inline'],
    ['inline', { file: 'https://shop.example/a-3f9a0c2b.mjs' }, 'inline\n/a-*.mjs\n', 'inline'],
    [`https://${'x'.repeat(300)}.example/`, {}, 'x'.repeat(255), 'x'.repeat(255)],
    ['https://a\nb\u0000/', {}, 'a b ', 'a b '],
  ])('%j %j', (blocked, facts, end, cause) => {
    const violation = makeViolation({ blocked, ...facts })
    expect(groupKey(violation)).toBe(`default\nenforce\n${violation.directive}\n${end}`)
    expect(causeKey(violation)).toBe(cause)
  })
})

it('has nothing of the page, the position, the browser, the policy and the time', () => {
  const here = makeViolation({ blocked: 'inline', sample: 'go()' })
  const there = {
    ...makeViolation({
      blocked: 'inline',
      sample: 'go()',
      page: 'https://shop.example/other',
      policy: "script-src 'none'",
      referrer: 'https://search.example/',
      userAgent: USER_AGENTS.firefox,
      status: 404,
      age: 7,
      seenAt: 8,
    }),
    source: { file: 'https://shop.example/app.js', line: 99, column: 99 },
  }
  expect(groupKey(there)).toBe(groupKey(here))
})

it('differs by project, disposition and directive, elements and attributes apart', () => {
  const facts = { blocked: 'inline' } as const
  const keys = [
    groupKey(makeViolation(facts)),
    groupKey(makeViolation(facts), { project: 'shop' }),
    groupKey(makeViolation({ ...facts, disposition: 'report' })),
    groupKey(makeViolation({ ...facts, disposition: 'unknown' })),
    groupKey(makeViolation({ ...facts, directive: 'script-src' })),
    groupKey(makeViolation({ ...facts, directive: 'script-src-attr' })),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})

test('a project cannot look like another field', () => {
  expect(groupKey(makeViolation(), { project: 'a\nb' })).toMatch(/^a b\n/)
})

test('an option that it does not know is refused', () => {
  expect(() => groupKey(makeViolation(), { projct: 'x' } as object)).toThrow(
    'Cannot make a group key: "projct" is not an option. Use project instead.',
  )
})
