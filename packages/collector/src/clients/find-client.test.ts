/** Whose request it is, by the connection and what proxies say. */

import { expect, test } from 'vitest'
import { findClient } from './find-client.ts'
import { readTrustedProxies } from './trusted-proxies.ts'

const isTrusted = readTrustedProxies(['loopback', '10.0.0.0/8'])
const client = (key: string) => ({ kind: 'client', key })
const local = { kind: 'local' }
const unknown = { kind: 'unknown' }

test.each([
  ['127.0.0.1', {}, local],
  ['::1', {}, local],
  ['::ffff:127.0.0.1', {}, local],
  [undefined, {}, local],
  ['192.0.2.1', {}, client('192.0.2.1')],
  ['10.0.0.1', {}, client('10.0.0.1')],
  ['nonsense', {}, unknown],
  ['127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }, client('192.0.2.1')],
  [undefined, { 'x-forwarded-for': '192.0.2.1' }, client('192.0.2.1')],
  ['127.0.0.1', { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' }, client('192.0.2.1')],
  ['127.0.0.1', { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' }, unknown],
  ['127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, unknown],
  ['127.0.0.1', { forwarded: 'for=192.0.2.1' }, unknown],
  ['192.0.2.9', { 'x-forwarded-for': '192.0.2.1' }, unknown],
  ['192.0.2.9', { forwarded: 'for=192.0.2.1' }, unknown],
  ['127.0.0.1', { 'x-forwarded-for': `192.0.2.1${',10.0.0.1'.repeat(30)}` }, unknown],
])('%s with %j is %j', (remoteAddress, headers, expected) => {
  expect(findClient({ remoteAddress, headers }, isTrusted)).toEqual(expected)
})
