/**
 * What is read when a middleware is made: its input. Each shape is recognised, and what could be
 * read in two ways is refused.
 */

import type { Delivery, Policies, Policy } from '@cusp/core'
import { CspError, isDelivery, isPolicy, strict } from '@cusp/core'
import type { HelmetOptions } from '@cusp/core/helmet'
import { fromHelmet, isHelmetPolicy } from '@cusp/core/helmet'
import { show } from '@cusp/core/internal'
import { compilePolicies } from './compile.ts'
import { resolveHelmet } from './helmet.ts'
import type { HttpExchange, Request, Response } from './http-exchange.ts'
import type { CspOptions, Settings } from './options.ts'
import { readOptions } from './options.ts'
import { warnAtStart } from './warnings.ts'

/** An input that is the same for every response. */
export type StaticInput = Policy | Delivery | Policies

/** A function of the request, sync or async. */
export type PolicyFunction<Args extends readonly unknown[]> = (
  ...args: Args
) => StaticInput | Promise<StaticInput>

/**
 * What `cspMiddleware` takes as its first argument; `Args` are what a function of the request gets,
 * `Helmet` is helmet's shape.
 */
export type CspInput<
  Args extends readonly unknown[] = [req: Request, res: Response],
  Helmet = HelmetOptions<Request, Response>,
> = StaticInput | PolicyFunction<Args> | Helmet

/** The middleware's input and options, read: what to deliver with each response. */
export interface DeliveryPlan {
  readonly settings: Settings
  /** The delivery of every response, or a function that gives the delivery of one. */
  readonly source: Delivery | ((exchange: HttpExchange) => Delivery | Promise<Delivery>)
}

const STATIC_READINGS = 'a policy, a Delivery or { enforce, reportOnly }'
const READINGS =
  "a policy, a Delivery, { enforce, reportOnly }, helmet's { directives }, a function of the request, or nothing for strict()"

/**
 * Reads the middleware's input.
 *
 * @throws CspError `ERR_CSP_INPUT` for a shape that is none of them, and as `deliver` does
 */
export function readInput(input: unknown, options: CspOptions = {}): DeliveryPlan {
  if (isFrameworkObject(input)) {
    const message =
      'Cannot handle a request: cspMiddleware was passed to use() without a call. Use use(cspMiddleware()) instead.'
    throw new CspError('ERR_CSP_INPUT', message)
  }
  const settings = readOptions(options)
  if (typeof input === 'function') {
    const choose = input as PolicyChoice
    return { settings, source: (exchange) => callInput(choose, exchange, settings) }
  }
  const given = input === undefined ? strict() : isHelmetShape(input) ? fromHelmet(input) : input
  const isDynamic = isHelmetPolicy(given) && !given.isStatic
  const delivery = isDynamic ? given : compileStatic(given, settings, READINGS)
  warnAtStart(delivery, settings.onWarning)
  return isDynamic
    ? {
        settings: { ...settings, hasForeignNonces: true, isWatched: true },
        source: (exchange) => resolveHelmet(given, exchange),
      }
    : { settings, source: delivery }
}

/**
 * Compiles an input that is not a function. `readings` are the shapes that an error names.
 *
 * @throws CspError as {@link readInput} does
 */
export function compileStatic(
  input: unknown,
  { legacyReportTo }: Settings,
  readings: string = STATIC_READINGS,
): Delivery {
  if (isDelivery(input)) return input
  if (isPolicy(input)) return compilePolicies({ enforce: input }, legacyReportTo)
  if (!isRecord(input)) {
    const message = `Cannot make a policy of ${show(input)}: it is neither { enforce, reportOnly } with policies nor helmet's { directives }. Use ${readings} instead.`
    throw new CspError('ERR_CSP_INPUT', message, { value: input })
  }
  checkEnforced(input)
  return compilePolicies(input, legacyReportTo)
}

/** An `enforce` without a policy was meant to enforce something. */
function checkEnforced(input: Policies): void {
  if (!('enforce' in input)) return
  const { enforce } = input
  const isEmpty = Array.isArray(enforce) && enforce.length === 0
  if (enforce !== undefined && !isEmpty) return
  const what = isEmpty ? 'an empty list' : 'undefined'
  const message = `Cannot make a policy of ${show(input)}: enforce is ${what}, so nothing would be enforced. Give it a policy, or leave it out to enforce none.`
  throw new CspError('ERR_CSP_INPUT', message, { value: input })
}

type PolicyChoice = (...args: readonly unknown[]) => unknown

/** Calls a function of the request; what it returns is compiled, a promise of it later. */
function callInput(
  choose: PolicyChoice,
  { req, res, context }: HttpExchange,
  settings: Settings,
): Delivery | Promise<Delivery> {
  const result = context === undefined ? choose(req, res) : choose(context)
  return isPromise(result)
    ? Promise.resolve(result).then((value) => compileResult(value, settings))
    : compileResult(result, settings)
}

function compileResult(result: unknown, settings: Settings): Delivery {
  if (typeof result === 'object' && result !== null) return compileStatic(result, settings)
  const message = `Cannot deliver what the function returned: ${show(result)} is not a policy. Return ${STATIC_READINGS} for every request. To send a response without a policy, call csp.remove().`
  throw new CspError('ERR_CSP_INPUT', message, { value: result })
}

/** `{ enforce, reportOnly }` and nothing else: helmet's `reportOnly` is a boolean. */
function isRecord(input: unknown): input is Policies {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false
  const { enforce, reportOnly } = input as Policies
  if (enforce === undefined && (reportOnly === undefined || typeof reportOnly === 'boolean')) {
    return false
  }
  return Object.keys(input).every((key) => key === 'enforce' || key === 'reportOnly')
}

/** helmet's options: `directives` or `useDefaults`, and nothing of the other shape. */
function isHelmetShape(input: unknown): input is HelmetOptions {
  if (typeof input !== 'object' || input === null || isPolicy(input)) return false
  if ('enforce' in input || !('directives' in input || 'useDefaults' in input)) return false
  const { reportOnly } = input as { readonly reportOnly?: unknown }
  return reportOnly === undefined || typeof reportOnly === 'boolean'
}

/** A request or a Koa context: the sign of `use(cspMiddleware)` without the call. */
function isFrameworkObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'headers' in value && 'method' in value
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}
