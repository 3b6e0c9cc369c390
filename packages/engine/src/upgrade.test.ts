/** upgrade-insecure-requests: the rewriting, and who judges which URL. */

import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { Origin } from './url.ts'
import { upgradeRequest } from './upgrade.ts'
import type { CheckedURL } from './url.ts'
import { parse, readSelf, readURL } from './url.ts'

const self = readSelf('https://shop.example') as Origin

test.each([
  ['http://a.example/x?y#z', 'https://a.example/x?y#z'],
  ['http://a.example:80/', 'https://a.example/'],
  ['http://a.example:8080/', 'https://a.example:8080/'],
  ['http://a.example:443/', 'https://a.example/'],
  ['ws://a.example/', 'wss://a.example/'],
  ['https://a.example/', 'https://a.example/'],
  ['data:x', 'data:x'],
  ['http://127.0.0.1/', 'http://127.0.0.1/'],
  ['http://127.9.9.9/', 'http://127.9.9.9/'],
  ['http://[::1]/', 'http://[::1]/'],
  ['http://localhost/', 'http://localhost/'],
  ['http://a.localhost./', 'http://a.localhost./'],
  ['http://notlocalhost/', 'https://notlocalhost/'],
])('%s becomes %s', (text, expected) => {
  const upgraded = upgradeRequest(readURL(text) as CheckedURL, { destination: '', self })
  expect(parse(upgraded).href).toBe(expected)
})

test.each([
  ['http://shop.example/', 'https:'],
  ['http://a.example/', 'http:'],
])('a top-level navigation to %s is %s', (text, expected) => {
  const context = { destination: 'document', self }
  expect(parse(upgradeRequest(readURL(text) as CheckedURL, context)).protocol).toBe(expected)
  const opaque = { destination: 'document', self: null }
  expect(parse(upgradeRequest(readURL(text) as CheckedURL, opaque)).protocol).toBe('http:')
})

describe('enforced policies judge the upgraded URL, report-only ones the original', () => {
  const upgrade = { value: 'upgrade-insecure-requests; img-src https:; form-action https:' }
  const report = { value: 'img-src https:; form-action https:', disposition: 'report' } as const
  const image = { type: 'request', destination: 'image', url: 'http://a.example/' } as const
  const form = { type: 'form-action', url: 'http://a.example/' } as const

  test.each([image, form])('%j', (check) => {
    const decision = decide([upgrade, report], check)
    expect(decision.allowed).toBe(true)
    expect(decision.results.map(({ violated }) => violated)).toEqual([false, true])
  })

  test('a report-only policy upgrades nothing, a meta element does', () => {
    const { value } = upgrade
    expect(decide({ value, disposition: 'report' }, image).results[0]?.violated).toBe(true)
    expect(decide({ value, source: 'meta' }, image).allowed).toBe(true)
  })

  test('what is no URL is not upgraded', () => {
    expect(decide(upgrade, { ...image, url: 'nothing' }).results[0]?.reason).toBe('invalid-url')
  })
})
