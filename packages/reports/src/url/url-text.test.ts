import { describe, expect, test } from 'vitest'
import {
  hostAndPortOf,
  hostOf,
  isBelow,
  isNetworkURL,
  isSchemed,
  isWebURL,
  originOf,
  pathOf,
  redactURL,
  schemeOf,
} from './url-text.ts'

describe('schemeOf', () => {
  test.each([
    ['https://shop.example/', 'https'],
    ['HTTPS://SHOP.EXAMPLE/', 'https'],
    ['data', 'data'],
    ['data:', 'data'],
    ['data:text/html,x', 'data'],
    ['chrome-extension://abc/x.js', 'chrome-extension'],
    ['view-source:https://shop.example/', 'view-source'],
    ['com.example.app://x', 'com.example.app'],
    ['web+x1', 'web+x1'],
    ['', ''],
    ['1a:', ''],
    ['//shop.example', ''],
    ['cdn.example', ''],
    ['cdn.example:443', ''],
    ['cdn.example:443/a.js', ''],
    ['foo bar', ''],
    ['foo bar:', ''],
  ])('%j', (text, expected) => {
    expect(schemeOf(text)).toBe(expected)
    expect(isSchemed(text)).toBe(expected !== '')
  })
})

test.each([
  ['https://a.example/', true, true],
  ['http://a.example', true, true],
  ['wss://a.example/', true, false],
  ['WS://a.example/', true, false],
  ['https:a.example', false, false],
  ['https', false, false],
  ['ftp://a.example', false, false],
  ['a.example', false, false],
])('%s: is it of the network, and of the web?', (text, isNetwork, isWeb) => {
  expect(isNetworkURL(text)).toBe(isNetwork)
  expect(isWebURL(text)).toBe(isWeb)
})

describe('hosts', () => {
  test.each([
    ['https://Shop.Example/cart', 'shop.example', 'shop.example', '/cart'],
    ['https://shop.example', 'shop.example', 'shop.example', ''],
    ['https://shop.example:443/', 'shop.example', 'shop.example', '/'],
    ['http://shop.example:443/', 'shop.example', 'shop.example:443', '/'],
    ['wss://shop.example:8443/a?b#c', 'shop.example', 'shop.example:8443', '/a'],
    ['https://shop.example?a/b', 'shop.example', 'shop.example', ''],
    ['https://shop.example#a?b', 'shop.example', 'shop.example', ''],
    ['https://shop.example/#a?b', 'shop.example', 'shop.example', '/'],
    ['https://shop.example/#a', 'shop.example', 'shop.example', '/'],
    ['https://shop.example\\a', 'shop.example', 'shop.example', '\\a'],
    ['https://user:p@w@shop.example:8443/@x', 'shop.example', 'shop.example:8443', '/@x'],
    ['https://[2001:DB8::1]:8443/', '[2001:db8::1]', '[2001:db8::1]:8443', '/'],
    ['https://shop.example:/', 'shop.example', 'shop.example', '/'],
    ['https://[::1]/', '[::1]', '[::1]', '/'],
    ['https://[::1', '[::1', '[::1', ''],
    // WebKit writes this.
    ['https://cdn.example:443cdn.example/a', 'cdn.example', 'cdn.example', '/a'],
    ['cdn.example', 'cdn.example', 'cdn.example', ''],
    ['cdn.example:8443/a', 'cdn.example', 'cdn.example:8443', '/a'],
    ['//cdn.example/a', 'cdn.example', 'cdn.example', '/a'],
    ['data:text/html,https://evil.example/', '', '', 'data:text/html,https://evil.example/'],
    ['chrome-extension', '', '', 'chrome-extension'],
    ['chrome-extension://abc/x', 'abc', 'abc', '/x'],
    ['https://a.example/?x=://b.example', 'a.example', 'a.example', '/'],
  ])('%s', (text, host, hostAndPort, path) => {
    expect([hostOf(text), hostAndPortOf(text), pathOf(text)]).toEqual([host, hostAndPort, path])
  })

  test('the origin has neither a user name nor a default port', () => {
    expect(originOf('HTTPS://user@Shop.Example:443/cart')).toBe('https://shop.example')
    expect(originOf('http://shop.example:8080')).toBe('http://shop.example:8080')
  })

  test.each([
    ['a.shop.example', true],
    ['b.a.shop.example', true],
    ['shop.example', false],
    ['myshop.example', false],
    ['', false],
  ])('%s is below shop.example: %s', (host, expected) => {
    expect(isBelow(host, new Set(['shop.example']))).toBe(expected)
  })
})

describe('redactURL', () => {
  test.each([
    ['https://shop.example/cart?user=7#top', 'https://shop.example/cart'],
    ['https://shop.example/cart#user=7?x', 'https://shop.example/cart'],
    ['https://shop.example?user=7', 'https://shop.example'],
    ['https://ann:secret@shop.example:8443/', 'https://shop.example:8443/'],
    ['https://ann@x.org@shop.example/', 'https://shop.example/'],
    ['wss://ann@shop.example/live?token=1', 'wss://shop.example/live'],
    ['https://shop.example/@ann', 'https://shop.example/@ann'],
    ['chrome-extension://abc/x.js?y', 'chrome-extension://abc/x.js'],
    ['data:text/html,<a href="https://x">secret', 'data'],
    ['blob:https://shop.example/5d3c', 'blob'],
    ['javascript:alert("://secret")', 'javascript'],
    ['mailto:ann@shop.example', 'mailto'],
    ['https:ann@shop.example', 'https'],
    ['data', 'data'],
    ['cdn.example/a?b', 'cdn.example/a'],
    ['//ann@cdn.example/a?b', '//cdn.example/a'],
    ['ann@cdn.example', 'cdn.example'],
    ['see //ann@cdn.example?x', 'cdn.example'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(redactURL(text, false)).toBe(expected)
    expect(redactURL(expected, false), 'once more').toBe(expected)
  })

  test('queries and fragments stay where asked for; user names never do', () => {
    expect(redactURL('https://ann@shop.example/cart?user=7#top', true)).toBe(
      'https://shop.example/cart?user=7#top',
    )
  })
})
