import { describe, expect, test } from 'vitest'
import { compile } from '../decide/decide.ts'
import { extendHash } from './host-table.ts'

function hashOf(text: string): number {
  return Array.from(text).reduceRight((hash, one) => extendHash(one.charCodeAt(0), hash), 0)
}

describe('hosts whose hashes collide', () => {
  const [one, other, third] = ['x0c.example', 'xna.example', 'x0c.example.net']

  test('do', () => {
    expect(hashOf(one)).toBe(hashOf(other))
    expect(hashOf(`.${one}`)).toBe(hashOf(`.${other}`))
  })

  test.each<[policy: string, host: string, expression: string | null]>([
    [`${one} ${other}`, one, one],
    [`${one} ${other}`, other, other],
    [one, other, null],
    [`*.${one} *.${other}`, `www.${one}`, `*.${one}`],
    [`*.${one} *.${other}`, `www.${other}`, `*.${other}`],
    [`*.${one}`, `www.${other}`, null],
    [`*.${one}`, one, null],
    [`*.${one}`, third, null],
  ])('img-src %s, https://%s/', (sources, host, expression) => {
    const decider = compile({ value: `img-src ${sources}` }, { self: 'https://shop.example' })
    const check = { type: 'request', destination: 'image', url: `https://${host}/` } as const
    expect(decider.decide(check).results[0]?.expression).toBe(expression)
  })
})

// The wildcard that the list names with the fewest dots is told, and a host before any of them.
test.each([
  ['*.a.test *.test b.a.test', 'b.a.test', 'b.a.test'],
  ['*.a.test *.test', 'b.a.test', '*.test'],
  ['*.a.test http://*.test:81', 'b.a.test', '*.a.test'],
  ['*.a.test.', 'b.a.test.', '*.a.test.'],
  ['*.a.test', '.a.test', '*.a.test'],
  ['*.a.test', 'a.test', null],
  ['*.a.test', 'xa.test', null],
])('img-src %s, https://%s/', (sources, host, expression) => {
  const decider = compile({ value: `img-src ${sources}` }, { self: 'https://shop.example' })
  const check = { type: 'request', destination: 'image', url: `https://${host}/` } as const
  expect(decider.decide(check).results[0]?.expression).toBe(expression)
})
