/** What happens to an option set in helmet and in Cusp: at construction and in two responses. */

import { validateHeaderName, validateHeaderValue } from 'node:http'

import helmet from 'helmet'

import { dangerouslyDisableDefaultSrc, fromHelmet } from '../src/helmet.ts'
import { CspError } from '../src/index.ts'
import type { Call, Spec } from './helmet-specs.ts'
import { build } from './helmet-specs.ts'

/** What becomes of one response. */
export type Outcome =
  | {
      readonly kind: 'sent'
      readonly name: string
      readonly value: string
      readonly calls: readonly Call[]
    }
  | { readonly kind: 'next'; readonly error: Error; readonly calls: readonly Call[] }
  | { readonly kind: 'thrown'; readonly error: Error; readonly calls: readonly Call[] }

/** What becomes of an option set. */
export type Observed =
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'made'; readonly outcomes: readonly [Outcome, Outcome] }

/** What a middleware needs of a response. */
interface HeaderSetter {
  setHeader(name: string, value: string): unknown
}
export type Middleware = (req: unknown, res: HeaderSetter, next: (error?: Error) => void) => void

/** One side of the comparison. */
export interface Side {
  readonly escape: symbol
  readonly make: (options: unknown) => Middleware
}

/** npm's helmet. */
export const theirs: Side = {
  escape: helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc,
  make: (options) => helmet.contentSecurityPolicy(options as object) as unknown as Middleware,
}

/** The text that stands for the nonce of the response. */
export const NONCE_TEXT = 'the-nonce'

/** fromHelmet behind the smallest middleware that serves it. */
export const ours: Side = {
  escape: dangerouslyDisableDefaultSrc,
  make(options) {
    const policy = fromHelmet(options as object)
    return (req, res, next) => {
      let header
      try {
        header = policy.resolve(req, res)
      } catch (error) {
        next(error as Error)
        return
      }
      res.setHeader(header.name, header.pieces.join(NONCE_TEXT))
      next()
    }
  },
}

/** A response that checks names and values as node:http does. */
class FakeResponse implements HeaderSetter {
  readonly headers: (readonly [name: string, value: string])[] = []

  /** Keeps the header, or throws what a real response throws. */
  setHeader(name: string, value: string): void {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    this.headers.push([name, value])
  }
}

/** Runs an option set over fake responses. */
export function observe(spec: Spec, side: Side): Observed {
  const { options, calls, change } = build(spec, side.escape)
  let middleware: Middleware
  try {
    middleware = side.make(options)
  } catch (error) {
    return { kind: 'refused', error: error as Error }
  }
  const first = respond(middleware, calls)
  change()
  return { kind: 'made', outcomes: [first, respond(middleware, calls)] }
}

function respond(middleware: Middleware, log: Call[]): Outcome {
  const req = { method: 'GET' }
  const res = new FakeResponse()
  const nexts: unknown[][] = []
  let thrown: { readonly error: Error } | undefined
  try {
    middleware(req, res, (...args) => nexts.push(args))
  } catch (error) {
    thrown = { error: error as Error }
  }
  const calls = log.splice(0).map(({ id, hasThis, args }): Call => {
    return { id, hasThis, args: args.map(nameOf) }
  })
  if (thrown !== undefined) return { kind: 'thrown', error: thrown.error, calls }
  const [args, ...more] = nexts
  if (args === undefined || more.length > 0 || args.length > 1) {
    throw new Error(`Cannot tell what happened: next was called ${nexts.length} times`)
  }
  if (args.length === 1) {
    if (res.headers.length > 0) throw new Error('Cannot accept a header beside an error')
    return { kind: 'next', error: args[0] as Error, calls }
  }
  const [header, ...others] = res.headers
  if (header === undefined || others.length > 0) {
    throw new Error(`Cannot tell what happened: ${res.headers.length} headers were set`)
  }
  return { kind: 'sent', name: header[0], value: header[1], calls }

  function nameOf(value: unknown): unknown {
    if (value === req) return 'req'
    return value === res ? 'res' : value
  }
}

/**
 * Whether two observations are the same: the same bytes, calls and decisions; our messages hold
 * helmet's.
 */
export function isSame(helmets: Observed, cusps: Observed): boolean {
  if (helmets.kind === 'refused') {
    return cusps.kind === 'refused' && isSameError(helmets.error, cusps.error)
  }
  if (cusps.kind === 'refused') return false
  return helmets.outcomes.every((outcome, at) => {
    return isSameOutcome(outcome, cusps.outcomes[at] as Outcome)
  })
}

/** Whether two responses are the same. */
export function isSameOutcome(helmets: Outcome, cusps: Outcome): boolean {
  if (JSON.stringify(helmets.calls) !== JSON.stringify(cusps.calls)) return false
  if (helmets.kind === 'sent') {
    return cusps.kind === 'sent' && helmets.name === cusps.name && helmets.value === cusps.value
  }
  return helmets.kind === cusps.kind && isSameError(helmets.error, cusps.error)
}

/** What a function threw comes out as it is; ours of our own hold helmet's message. */
function isSameError(helmets: Error, cusps: Error): boolean {
  if (cusps instanceof CspError) return cusps.message.includes(helmets.message)
  return helmets.name === cusps.name && helmets.message === cusps.message
}
