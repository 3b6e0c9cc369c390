/** A header as it will be sent: what writeHead was given comes before what was set. */

import type { Response } from './exchange.ts'

/**
 * The value of the header `name` (in lower case). `given` is what writeHead got: an object, a flat list of names and
 * values, or anything else for none.
 */
export function sentHeader(res: Response, given: unknown, name: string): string | undefined {
  const value = findGiven(given, name) ?? res.getHeader(name)
  return value === undefined ? undefined : [value].flat().join(', ')
}

function findGiven(given: unknown, wanted: string): string[] | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const list: readonly unknown[] = Array.isArray(given) ? given : Object.entries(given).flat()
  const values = list.filter((_value, index) => {
    return index % 2 === 1 && String(list[index - 1]).toLowerCase() === wanted
  })
  return values.length === 0 ? undefined : values.map(String)
}
