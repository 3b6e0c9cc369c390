/** Which hosts may say for whom they ask. */

import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { refusal } from '@cusp/core/internal'

/** Whether an address is that of a trusted proxy. */
export type IsTrusted = (address: string) => boolean

// As the words mean in Express.
const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
])

/** Whether an address is one of this machine. Every request asks, and a list takes microseconds. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/**
 * Reads addresses, ranges and the words loopback, linklocal, uniquelocal.
 *
 * @throws CspError `ERR_CSP_INPUT` for anything else
 */
export function readTrustedProxies(proxies: readonly string[]): IsTrusted {
  const list = new BlockList()
  for (const proxy of proxies) for (const range of WORDS.get(proxy) ?? [proxy]) add(list, range)
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function add(list: BlockList, range: unknown): void {
  if (typeof range !== 'string') throw refuseRange(range)
  const slash = range.indexOf('/')
  const address = slash === -1 ? range : range.slice(0, slash)
  const family = familyOf(address)
  if (family === undefined) throw refuseRange(range)
  if (slash === -1) {
    list.addAddress(address, family)
    return
  }
  const bits = readBits(range.slice(slash + 1), family)
  if (bits === undefined) throw refuseRange(range)
  list.addSubnet(address, bits, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4'
  return isIPv6(address) ? 'ipv6' : undefined
}

function readBits(text: string, family: 'ipv4' | 'ipv6'): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined
  const bits = Number(text)
  return bits <= (family === 'ipv4' ? 32 : 128) ? bits : undefined
}

function refuseRange(value: unknown): Error {
  return refusal('ERR_CSP_INPUT', {
    action: 'trust a proxy',
    problem: `${JSON.stringify(value)} is not an address or a range`,
    fix: '"loopback", "192.0.2.1" or "10.0.0.0/8"',
    value,
  })
}
