/**
 * One `writeHead` for all responses of a framework that has a prototype of its own for them, as
 * Express has. `contexts.ts` says why a `writeHead` on each response is slow there.
 */

import { ServerResponse } from 'node:http'
import type { Response } from '../input/http-exchange.ts'
import { contextOf } from '../response/contexts.ts'
import type { WriteHead } from '../response/state.ts'
import { beginHead } from './begin-head.ts'

const WATCHED: unique symbol = Symbol.for('@cusp/node.watched')

/** Whether a `writeHead` calls {@link beginHead} for every response that has a context. */
export function callsBack(writeHead: WriteHead & { readonly [WATCHED]?: true }): boolean {
  return writeHead[WATCHED] === true
}

/**
 * Puts such a `writeHead` on the prototype of the framework's responses. Returns whether `res` then
 * calls back. It does not where there is no such prototype, and where something stands in front of
 * it, such as another middleware's `writeHead`.
 */
export function watchFramework(res: Response): boolean {
  const prototype = findFrameworkPrototype(res)
  if (prototype === undefined) return false
  if (!callsBack(prototype.writeHead as WriteHead) && !watchPrototype(prototype)) return false
  return callsBack(res.writeHead as WriteHead)
}

/** The last prototype before node's: apps and the apps mounted in them share it. */
function findFrameworkPrototype(res: Response): Response | undefined {
  let last: Response | undefined
  let next = Object.getPrototypeOf(res) as Response | null
  while (next !== ServerResponse.prototype) {
    if (next === null) return undefined
    last = next
    next = Object.getPrototypeOf(next) as Response | null
  }
  return last
}

function watchPrototype(prototype: Response): boolean {
  const original = prototype.writeHead as WriteHead
  function writeHead(this: Response, ...args: unknown[]): Response {
    const state = contextOf(this)
    if (state?.head === undefined) return original.apply(this, args)
    return beginHead(state, original, args)
  }
  const value = Object.assign(writeHead, { [WATCHED]: true })
  return Reflect.defineProperty(prototype, 'writeHead', {
    value,
    writable: true,
    configurable: true,
  })
}
