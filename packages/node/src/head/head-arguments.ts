/** What `writeHead` was given: headers given there come before those that were set. */

import type { Response } from '../input/http-exchange.ts'

/** The head of a response that is about to be written. */
export interface SentHead {
  readonly res: Response
  readonly statusCode: number
  /**
   * The arguments of `writeHead`: `(status, reason?, headers?)`. Headers are an object, a flat list
   * of names and values, or those of a web Response.
   */
  readonly args: unknown[]
}

/** Reads the arguments of `writeHead`. */
export function readHeadArguments(res: Response, args: unknown[]): SentHead {
  return { res, statusCode: Number(args[0]), args }
}

/** Returns the value of a header as it will be sent. `name` is in lower case. */
export function sentHeader({ res, args }: SentHead, name: string): string | undefined {
  const value = findGiven(args.at(-1), name) ?? res.getHeader(name)
  return value === undefined ? undefined : [value].flat().join(', ')
}

/**
 * Reads the headers as they will be sent, all at once: in Express each look at a response is slow.
 */
export function sentHeaders({ res, args }: SentHead): (name: string) => string | undefined {
  const set = res.getHeaders()
  return (name) => {
    const value = findGiven(args.at(-1), name) ?? set[name]
    return value === undefined ? undefined : [value].flat().join(', ')
  }
}

/** Has a header sent with this value. What was given is copied, for it may be given again. */
export function setSentHeader({ res, args }: SentHead, name: string, value: string): void {
  const given = args.at(-1)
  if (given instanceof Headers) given.set(name, value)
  else if (findGiven(given, name.toLowerCase()) === undefined) res.setHeader(name, value)
  else args[args.length - 1] = replaceGiven(given as object, name, value)
}

function findGiven(given: unknown, wanted: string): string[] | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  if (given instanceof Headers) {
    const value = given.get(wanted)
    return value === null ? undefined : [value]
  }
  const list: readonly unknown[] = Array.isArray(given) ? given : Object.entries(given).flat()
  const values = list.filter((_value, index) => {
    return index % 2 === 1 && String(list[index - 1]).toLowerCase() === wanted
  })
  return values.length === 0 ? undefined : values.map(String)
}

function replaceGiven(given: object, name: string, value: string): object {
  const isName = (key: unknown): boolean => String(key).toLowerCase() === name.toLowerCase()
  if (Array.isArray(given)) {
    const others = given.filter((_item, index) => !isName(given[index - (index % 2)]))
    return [...others, name, value]
  }
  const others = { ...given } as Record<string, unknown>
  for (const key of Object.keys(others)) if (isName(key)) delete others[key]
  return { ...others, [name]: value }
}
