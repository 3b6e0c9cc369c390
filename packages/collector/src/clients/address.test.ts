/** Addresses as they are written, and the clients that they are. */

import { describe, expect, test } from 'vitest'
import { clientKey, readAddress } from './address.ts'

describe('readAddress', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['192.0.2.1:8080', '192.0.2.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['', undefined],
    ['unknown', undefined],
    ['_secret', undefined],
    ['192.0.2', undefined],
    ['192.0.2.256', undefined],
    ['[::1', undefined],
    ['[192.0.2.1', undefined],
    ['shop.example:80', undefined],
    ['2001:db8::1::2', undefined],
  ])('%j is %j', (text, expected) => {
    expect(readAddress(text)).toBe(expected)
  })
})

describe('clientKey', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::2:3', '1:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.33', '1:2:3:4::/64'],
  ])('%s is %s', (address, key) => {
    expect(clientKey(address)).toBe(key)
  })
})
