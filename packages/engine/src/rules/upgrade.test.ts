/** upgrade-insecure-requests: the rewriting, and who judges which URL. */

import { describe, expect, test } from 'vitest'
import type { RequestCheck } from '../check/check.ts'
import { decide } from '../decide/decide.ts'
import type { Decision } from '../decide/decision.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { Origin } from '../url/url.ts'
import { upgradeRequest } from './upgrade.ts'
import type { CheckedURL } from '../url/url.ts'
import { readSelf, readURL } from '../url/url.ts'

const self = readSelf('https://shop.example') as Origin
const spec = { self, dialect: getDialect('spec') }

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
  const upgraded = upgradeRequest(readURL(text) as CheckedURL, { destination: '', ...spec })
  expect(upgraded.parse().href).toBe(expected)
})

test.each([
  ['http://shop.example/', 'https:'],
  ['http://a.example/', 'http:'],
])('a top-level navigation to %s is %s', (text, expected) => {
  const context = { destination: 'document', ...spec }
  expect(upgradeRequest(readURL(text) as CheckedURL, context).parse().protocol).toBe(expected)
  const opaque = { ...context, self: null }
  expect(upgradeRequest(readURL(text) as CheckedURL, opaque).parse().protocol).toBe('http:')
})

function requestFor(destination: string): RequestCheck {
  return { type: 'request', destination, url: 'http://a.example/' }
}

describe('enforced policies judge the upgraded URL, report-only ones the original', () => {
  const https = 'default-src https:; img-src https:; form-action https:'
  const upgrade = { value: `upgrade-insecure-requests; ${https}` }
  const report = { value: https, disposition: 'report' } as const
  const image = requestFor('image')
  const form = { type: 'form-action', url: 'http://a.example/' } as const

  const every: readonly DialectName[] = ['spec', 'engines', 'chromium', 'firefox', 'webkit']
  test.each([
    [image, 'spec engines chromium firefox webkit', 'spec engines chromium firefox'],
    [form, 'spec engines chromium firefox webkit', 'spec'],
    [requestFor('audio'), 'spec engines firefox', 'spec engines chromium firefox webkit'],
    [requestFor('track'), 'spec engines firefox', 'spec engines chromium firefox webkit'],
    [requestFor('worker'), 'spec engines chromium firefox', 'spec engines chromium firefox webkit'],
    [requestFor('embed'), 'spec engines firefox webkit', 'spec engines chromium firefox'],
  ] as const)('%j but in some engines', (check, allowing, reporting) => {
    const dialectsWhere = (holds: (decision: Decision) => boolean): string =>
      every.filter((dialect) => holds(decide([upgrade, report], check, { dialect }))).join(' ')
    expect(dialectsWhere(({ allowed }) => allowed)).toBe(allowing)
    expect(dialectsWhere(({ results }) => results[1]?.violated === true)).toBe(reporting)
  })

  test.each(every)('loopback hosts in %s', (name) => {
    const { allowed } = decide(upgrade, { ...image, url: 'http://localhost/' }, { dialect: name })
    expect(allowed).toBe(name === 'firefox' || name === 'webkit')
  })

  test.each([
    [image, 'spec engines chromium webkit'],
    [form, 'spec engines chromium firefox webkit'],
    [{ ...form, url: 'http://localhost/' }, 'webkit'],
  ])('%j with the directive in another policy', (check, expected) => {
    const policies = [{ value: https }, { value: 'upgrade-insecure-requests' }]
    const allowing = every.filter((name) => decide(policies, check, { dialect: name }).allowed)
    expect(allowing.join(' ')).toBe(expected)
  })

  const others = 'spec engines chromium webkit'
  test.each([
    ['http://a.example/', 'https://a.example', `${others} firefox`],
    ['http://a.example/', 'https://a.example:443', others],
    ['http://a.example/', 'http://a.example:443', others],
    ['http://a.example/', '*:443', 'spec engines chromium'],
    ['http://a.example/', 'https://a.example:80', 'firefox webkit'],
    ['http://a.example:443/', 'https://a.example:443', `${others} firefox`],
    ['http://a.example:8080/', 'https://a.example:8080', `${others} firefox`],
    ['http://a.example:8080/', 'https://a.example', ''],
  ])('the port of an image %s under %s', (url, source, expected) => {
    const value = `upgrade-insecure-requests; img-src ${source}`
    const allowing = every.filter((dialect) => {
      return decide({ value }, { ...image, url }, { dialect, self: 'http://shop.example' }).allowed
    })
    expect(allowing.toSorted().join(' ')).toBe(expected.split(' ').toSorted().join(' '))
  })

  // Measured in Firefox 153; commas stand between policies.
  test.each([
    ['upgrade-insecure-requests; connect-src https:', 'ws://a.example/', '0'],
    ['upgrade-insecure-requests; connect-src ws:', 'ws://a.example/', '0'],
    ['upgrade-insecure-requests; connect-src wss:', 'ws://a.example/', '0'],
    ['upgrade-insecure-requests; connect-src wss:', 'wss://a.example/', ''],
    ['upgrade-insecure-requests; connect-src wss:', 'ws://localhost/', ''],
    ['upgrade-insecure-requests; connect-src https: wss:', 'ws://a.example/', ''],
    ['upgrade-insecure-requests; connect-src http: ws:', 'ws://a.example/', ''],
    ['upgrade-insecure-requests; connect-src *', 'ws://a.example/', ''],
    ['upgrade-insecure-requests; connect-src wss: https://a.example/b', 'ws://a.example/', ''],
    ['upgrade-insecure-requests; connect-src wss://a.example/b https:', 'ws://a.example/', '0'],
    ['upgrade-insecure-requests; connect-src wss: https://a.example:443', 'ws://a.example/', ''],
    ['upgrade-insecure-requests; connect-src wss://a.example:443 https:', 'ws://a.example/', '0'],
    ['upgrade-insecure-requests; connect-src https: wss:', 'ws://a.example:8080/', ''],
    ['upgrade-insecure-requests, connect-src ws:', 'ws://a.example/', '1'],
    ['upgrade-insecure-requests, connect-src https: ws:', 'ws://a.example/', ''],
    ['upgrade-insecure-requests, connect-src https: wss:', 'ws://a.example/', '1'],
    ['connect-src ws:', 'ws://a.example/', ''],
  ])('a WebSocket under %s to %s in firefox', (policies, url, expected) => {
    const { results } = decide(
      policies.split(', ').map((value) => ({ value })),
      { type: 'request', destination: '', url },
      { dialect: 'firefox' },
    )
    const violated = results.flatMap((result, index) => (result.violated ? [index] : []))
    expect(violated.join(' ')).toBe(expected)
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
