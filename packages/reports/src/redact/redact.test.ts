import { describe, expect, it, test } from 'vitest'
import { makeViolation } from '../../test/make-violation.ts'
import type { OtherReport } from '../model/violation.ts'
import { redact } from './redact.ts'

const violation = makeViolation({
  page: 'https://ann:secret@shop.example/cart?user=7#top',
  referrer: 'https://search.example/?q=illness',
  blocked: 'https://ann@cdn.example/a.js?token=1',
  file: 'https://shop.example/app.js?token=1',
  policy:
    "script-src 'self' 'nonce-c2VjcmV0' 'NONCE-c2Vj'; report-uri https://ann:x@r.example/csp?key=1 /r?k=2#f; report-to csp",
  sample: 'password = "hunter2"',
  age: 5,
  seenAt: 6,
})

describe('a violation', () => {
  it('has no queries, fragments, user names, samples and nonces', () => {
    expect(redact(violation)).toEqual({
      ...violation,
      page: 'https://shop.example/cart',
      referrer: 'https://search.example/',
      blocked: { kind: 'url', url: 'https://cdn.example/a.js' },
      source: { ...violation.source, file: 'https://shop.example/app.js' },
      policy:
        "script-src 'self' 'nonce-{NONCE}' 'nonce-{NONCE}'; report-uri https://r.example/csp /r; report-to csp",
      sample: '',
    })
  })

  it('keeps queries and fragments where asked for, and never user names and nonces', () => {
    expect(redact(violation, { keepQueries: true })).toEqual({
      ...violation,
      page: 'https://shop.example/cart?user=7#top',
      blocked: { kind: 'url', url: 'https://cdn.example/a.js?token=1' },
      policy:
        "script-src 'self' 'nonce-{NONCE}' 'nonce-{NONCE}'; report-uri https://r.example/csp?key=1 /r?k=2#f; report-to csp",
      sample: '',
    })
  })

  it('keeps samples where asked for, fit for storing', () => {
    expect(redact(violation, { keepSamples: true }).sample).toBe(violation.sample)
    const odd = makeViolation({ sample: 'a\u0000\u001b[31m\ud83d' })
    expect(redact(odd, { keepSamples: true }).sample).toBe('a\ufffd\ufffd[31m\ufffd')
  })

  it('is frozen, and what needs no change is the same', () => {
    const plain = makeViolation()
    const redacted = redact(plain)
    expect(redacted).toEqual(plain)
    expect(redacted.blocked).toBe(plain.blocked)
    expect(redacted.source).toBe(plain.source)
    for (const value of [redacted, redact(violation).blocked, redact(violation).source]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
  })

  test.each([
    ['inline', '', 'inline'],
    ['data:text/html,secret', 'data', 'scheme'],
    ['not a url\u0000?secret', 'not a url\ufffd', 'unknown'],
  ])('blocked: %j', (blocked, url, kind) => {
    expect(redact(makeViolation({ blocked, directive: 'img-src' })).blocked).toEqual({ kind, url })
  })

  it('may name no page and no file', () => {
    const redacted = redact(makeViolation({ page: '', file: null }))
    expect([redacted.page, redacted.referrer, redacted.source.file]).toEqual(['', '', null])
  })
})

describe('other reports', () => {
  const base = { page: 'https://shop.example/?user=7', count: 2 }
  const url = 'https://ann@cdn.example/a.js?token=1'
  test.each<readonly [report: OtherReport, redacted: object]>([
    [
      {
        ...base,
        type: 'csp-hash',
        kind: 'hash',
        url,
        hash: 'sha256-\u0000',
        destination: '\u0007',
      },
      { url: 'https://cdn.example/a.js', hash: 'sha256-\ufffd', destination: '\ufffd' },
    ],
    [
      {
        ...base,
        type: 'integrity-violation',
        kind: 'integrity',
        url,
        destination: '\u0007',
        disposition: 'enforce',
      },
      { url: 'https://cdn.example/a.js', destination: '\ufffd' },
    ],
    [
      { ...base, type: 'connection-allowlist', kind: 'connection', url, disposition: 'report' },
      { url: 'https://cdn.example/a.js' },
    ],
    [
      {
        ...base,
        type: 'permissions-policy-violation',
        kind: 'permissions',
        feature: '\u0007',
        disposition: 'enforce',
      },
      { feature: '\ufffd' },
    ],
    [{ ...base, type: 'crash', kind: 'plain', detail: '\u0007' }, { detail: '\ufffd' }],
  ])('%j', (report, redacted) => {
    expect(redact(report)).toEqual({ ...report, page: 'https://shop.example/', ...redacted })
    expect(Object.isFrozen(redact(report))).toBe(true)
  })
})

test('an option that it does not know is refused', () => {
  expect(() => redact(violation, { keepQueris: true } as object)).toThrow(
    'Cannot redact: "keepQueris" is not an option. Use keepQueries instead.',
  )
})
