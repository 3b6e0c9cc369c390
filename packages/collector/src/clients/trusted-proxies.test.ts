/** Who is trusted, by address, range and word. */

import { describe, expect, test } from 'vitest'
import { isLoopback, readTrustedProxies } from './trusted-proxies.ts'

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['192.0.2.1', false],
  ['::2', false],
])('%s is this machine: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected)
})

test.each([
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['loopback', '127.0.0.1', true],
  ['linklocal', 'fe80::1', true],
  ['linklocal', '169.254.1.1', true],
  ['uniquelocal', '172.31.0.1', true],
  ['uniquelocal', 'fd00::1', true],
  ['uniquelocal', '172.32.0.1', false],
  ['0.0.0.0/0', '192.0.2.1', true],
])('%s trusts %s: %s', (range, address, expected) => {
  expect(readTrustedProxies([range])(address)).toBe(expected)
})

test('nobody is trusted by default', () => {
  expect(readTrustedProxies([])('127.0.0.1')).toBe(false)
})

describe('refused is', () => {
  test.each([
    'proxy.example',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/x',
    '',
    'Loopback',
    7,
  ])('%j', (range) => {
    expect(() => readTrustedProxies([range as string])).toThrow(
      expect.objectContaining({
        code: 'ERR_CSP_INPUT',
        message: `Cannot trust a proxy: ${JSON.stringify(range)} is not an address or a range. Use "loopback", "192.0.2.1" or "10.0.0.0/8" instead.`,
      }),
    )
  })
})
