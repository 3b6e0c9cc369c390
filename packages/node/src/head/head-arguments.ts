/** What `writeHead` was given: headers given there come before those that were set. */

import type { Response } from '../input/http-exchange.ts'

/** The head of a response that is about to be written. */
export interface SentHead {
  readonly res: Response
  readonly statusCode: number
  /** An object, a flat list of names and values, or (a reason phrase) neither. */
  readonly given: unknown
}

/** Reads the arguments of `writeHead`: `(status, reason?, headers?)`. */
export function readHeadArguments(res: Response, args: readonly unknown[]): SentHead {
  return { res, statusCode: Number(args[0]), given: args.at(-1) }
}

/** Returns the value of a header as it will be sent. `name` is in lower case. */
export function sentHeader({ res, given }: SentHead, name: string): string | undefined {
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
