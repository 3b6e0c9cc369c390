/**
 * The helpers fail with the text of `explain`, in vitest, in jest's expect and with node:assert.
 */

import assert, { AssertionError } from 'node:assert'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { csp, NONE, SELF } from '@cusp/core'
import { expect as expectInJest } from 'expect'
import { describe, expect, test } from 'vitest'
import type { PolicyUnderTest } from '../testing.ts'
import { assertAllows, assertBlocks, cspMatchers } from '../testing.ts'

const policy = csp().defaultSrc(SELF).connectSrc(NONE)
const options = { self: 'https://shop.example' }
const allowed = {
  type: 'request',
  url: 'https://shop.example/x.png',
  destination: 'image',
} as const
const blocked = { type: 'request', url: 'https://shop.example/api' } as const

const ALLOWED = `Allowed: the image https://shop.example/x.png.
img-src is absent, so default-src decides; 'self' matches.`
const BLOCKED = `Blocked: the connection to https://shop.example/api.
connect-src decides; the list allows nothing.`

expect.extend(cspMatchers)
expectInJest.extend(cspMatchers)

/** The message with which something fails. */
function failureOf(act: () => void): string {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('it did not fail')
}

describe('in vitest', () => {
  test('what holds', () => {
    expect(policy).toAllow(allowed, options)
    expect(policy).toBlock(blocked, options)
    expect(policy).not.toAllow(blocked, options)
    expect(policy).not.toBlock(allowed, options)
    expect([policy, { value: "img-src 'none'" }]).toBlock(allowed, options)
  })

  test('what does not', () => {
    expect(failureOf(() => expect(policy).toAllow(blocked, options))).toBe(BLOCKED)
    expect(failureOf(() => expect(policy).toBlock(allowed, options))).toBe(ALLOWED)
    expect(failureOf(() => expect(policy).not.toAllow(allowed, options))).toBe(ALLOWED)
    expect(failureOf(() => expect(policy).not.toBlock(blocked, options))).toBe(BLOCKED)
  })

  test('what comes later', async () => {
    await expect(Promise.resolve(policy)).resolves.toAllow(allowed, options)
  })

  test('what is no policy', () => {
    expect(() => expect(7 as never).toAllow(allowed)).toThrow(
      expect.objectContaining({ code: 'ERR_CSP_INPUT' }),
    )
  })
})

describe("in jest's expect", () => {
  test('what holds', async () => {
    expectInJest(policy).toAllow(allowed, options)
    expectInJest(policy).not.toAllow(blocked, options)
    await expectInJest(Promise.resolve(policy)).resolves.toBlock(blocked, options)
  })

  test('what does not', () => {
    expect(failureOf(() => expectInJest(policy).toAllow(blocked, options))).toBe(BLOCKED)
    expect(failureOf(() => expectInJest(policy).not.toBlock(blocked, options))).toBe(BLOCKED)
  })
})

describe('with node:assert', () => {
  test('what holds', () => {
    assertAllows(policy, allowed, options)
    assertBlocks(policy, blocked, options)
    assertBlocks(policy, allowed)
  })

  test('what does not', () => {
    assert.throws(() => assertAllows(policy, blocked, options), {
      name: 'AssertionError',
      code: 'ERR_ASSERTION',
      message: BLOCKED,
      actual: 'blocked',
      expected: 'allowed',
      operator: 'assertAllows',
    })
    assert.throws(() => assertBlocks(policy, allowed, options), {
      message: ALLOWED,
      actual: 'allowed',
      expected: 'blocked',
      operator: 'assertBlocks',
    })
  })

  test('the stack begins where the test stands', () => {
    try {
      assertAllows(policy, blocked, options)
      assert.fail('it did not fail')
    } catch (error) {
      assert(error instanceof AssertionError)
      assert.match(
        error.stack?.replace(error.message, '').split('\n')[1] ?? '',
        /matchers\.test\.ts/,
      )
    }
  })
})

describe('what a test has at hand', () => {
  const value = "default-src 'self'"
  const page = { self: 'https://shop.example' }
  const headers = new Headers({ 'Content-Security-Policy': value, Vary: 'Accept' })
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  response.setHeader('Content-Security-Policy', [value, 'img-src *'])
  const rows: readonly (readonly [string, PolicyUnderTest])[] = [
    ['the text of a header', value],
    ['several policies in one', `${value}, img-src *`],
    ['{ value } alone', { value }],
    ['Headers', headers],
    ['a Response', new Response('', { headers })],
    ['an object of headers', { 'Content-Security-Policy': value }],
    ['an object of lists', { 'content-security-policy': [value, 'img-src *'] }],
    ['what has headers', { headers: { 'content-security-policy': value, 'content-length': 0 } }],
    ['the response of node', response],
    ['a meta tag', csp().defaultSrc("'self'").toMeta()],
    ['a page', `<!doctype html><head>${csp().defaultSrc("'self'").toMeta()}</head>`],
    [
      'a meta tag in single quotes',
      `<META HTTP-EQUIV=content-security-policy content='default-src &#39;self&#39;'>`,
    ],
    [
      'a meta tag with attributes around',
      `<meta name="a>b"/><meta content="default-src 'self'" content="img-src *" http-equiv="Content-Security-Policy"/>`,
    ],
    ['a policy', csp().defaultSrc("'self'")],
  ]
  test.each(rows)('%s', (_, given) => {
    assertAllows(given, { type: 'request', url: '/api' }, page)
    assertBlocks(given, { type: 'request', url: 'https://evil.example/' }, page)
    expect(given).toAllow({ type: 'base-uri', url: 'https://a.example/' }, page)
  })

  test('a page of a megabyte is read in linear time', () => {
    const started = process.cpuUsage()
    for (const part of ['<meta ', '<meta a="', '<meta a=\'b"', '<meta =/']) {
      const markup = part.repeat(1_000_000 / part.length)
      expect(() => assertAllows(markup, { type: 'eval' })).toThrow('the markup has no <meta')
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000)
  })

  test('report-only headers block nothing', () => {
    const given = { 'content-security-policy-report-only': "default-src 'none'" }
    assertAllows(given, { type: 'request', url: 'https://evil.example/' }, page)
  })

  test.each<[string, PolicyUnderTest, string]>([
    ['headers without a policy', { 'content-type': 'text/html' }, 'the headers have no Content-'],
    ['a response without one', new Response(''), 'the headers have no Content-Security-Policy'],
    ['markup without one', '<p>hello</p>', 'the markup has no <meta'],
  ])('%s is an error and blocks nothing', (_, given, problem) => {
    for (const assertion of [assertAllows, assertBlocks]) {
      expect(() => assertion(given, { type: 'eval' })).toThrow(problem)
    }
  })
})
