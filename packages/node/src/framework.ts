/**
 * One `writeHead` for all responses of a framework that has a prototype of its own for them, as Express has: see `slot.ts` for
 * what it costs to give each response its own.
 */

import { ServerResponse } from 'node:http'
import type { Response } from './exchange.ts'
import type { WriteHead } from './head.ts'
import { beginHead } from './head.ts'
import { contextOf } from './slot.ts'

const WATCHED: unique symbol = Symbol.for('@cusp/node.watched')

/**
 * Whether this response calls back before its head because its framework's responses do; sees to it that they do. It is
 * false where there is no such prototype and where something else stands in front of it, such as another middleware's
 * `writeHead` on the response. `current` is the response's `writeHead`.
 */
export function isFrameworkWatched(res: Response, current: WriteHead): boolean {
  if (isWatched(current)) return true
  const prototype = frameworkPrototype(res)
  if (prototype === undefined || isWatched(prototype.writeHead as WriteHead)) return false
  return watch(prototype) && isWatched(res.writeHead as WriteHead)
}

function isWatched(writeHead: WriteHead & { readonly [WATCHED]?: true }): boolean {
  return writeHead[WATCHED] === true
}

/** The last prototype before node's: apps and the apps mounted in them share it. */
function frameworkPrototype(res: Response): Response | undefined {
  let last: Response | undefined
  let next = Object.getPrototypeOf(res) as Response | null
  while (next !== ServerResponse.prototype) {
    if (next === null) return undefined
    last = next
    next = Object.getPrototypeOf(next) as Response | null
  }
  return last
}

function watch(prototype: Response): boolean {
  const original = prototype.writeHead as WriteHead
  function writeHead(this: Response, ...args: unknown[]): Response {
    const context = contextOf(this)
    return context === undefined ? original.apply(this, args) : beginHead(context, original, args)
  }
  const value = Object.assign(writeHead, { [WATCHED]: true })
  return Reflect.defineProperty(prototype, 'writeHead', {
    value,
    writable: true,
    configurable: true,
  })
}
