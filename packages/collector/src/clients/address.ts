/** IP addresses as rates are counted by: one key for what one client can use at will. */

import { isIPv4, isIPv6 } from 'node:net'

const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i
const PORT = /:\d{1,5}$/
/** A household or a host has 64 bits of IPv6 to itself. */
const PREFIX_GROUPS = 4

/**
 * An address without what may stand around it: a port, brackets, a zone; IPv4 in IPv6 as IPv4.
 * Undefined for what is not an address.
 */
export function readAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const bare = withoutBrackets(text.trim())
  const zone = bare.indexOf('%')
  const address = zone === -1 ? bare : bare.slice(0, zone)
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return undefined
  return MAPPED.exec(address)?.[1] ?? address
}

/** What clients are told apart by: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function clientKey(address: string): string {
  if (isIPv4(address)) return address
  return `${groupsOf(address).slice(0, PREFIX_GROUPS).join(':')}::/64`
}

/** `[::1]:443`, `::1`, `192.0.2.1:443`: the address alone. */
function withoutBrackets(text: string): string {
  if (text.startsWith('[')) {
    const end = text.indexOf(']')
    return end === -1 ? text : text.slice(1, end)
  }
  return isIPv6(text) ? text : text.replace(PORT, '')
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.split('::')
  const before = listGroups(head)
  const after = tail === undefined ? [] : listGroups(tail)
  const missing = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...missing, ...after]
}

function listGroups(text: string): readonly string[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    // The last 32 bits may be written as IPv4; they are never in the prefix.
    if (group.includes('.')) return ['0', '0']
    return [Number.parseInt(group, 16).toString(16)]
  })
}
