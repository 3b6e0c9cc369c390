/**
 * What is read when a middleware is made: its input. Each shape is recognised, and what could be
 * read in two ways is refused.
 */

import type { Delivery, Policies } from '@cusp/core'
import { CspError, isDelivery, isPolicy, strict } from '@cusp/core'
import type { HelmetOptions } from '@cusp/core/helmet'
import { fromHelmet, isHelmetPolicy } from '@cusp/core/helmet'
import { listPolicies } from '@cusp/core/internal'
import { compilePolicies } from './compile.ts'
import type { PolicyFunction, StaticInput } from './csp-context.ts'
import { resolveHelmet } from './helmet.ts'
import type { HttpExchange, Request, Response } from './http-exchange.ts'
import { partForMeta } from './meta-parts.ts'
import type { AdapterWords, CspOptions, Settings } from './options.ts'
import { MIDDLEWARE_WORDS, readOptions } from './options.ts'
import { READINGS, refuseInput, refuseResult, STATIC_READINGS } from './refusals.ts'
import { warnAtStart, warnInProduction } from './warnings.ts'

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

/**
 * Reads the middleware's input.
 *
 * @throws CspError `ERR_CSP_INPUT` for a shape that is none of them, and as `deliver` does
 */
export function readInput(
  input: unknown,
  options: CspOptions = {},
  { words = MIDDLEWARE_WORDS }: { readonly words?: AdapterWords | undefined } = {},
): DeliveryPlan {
  if (isFrameworkObject(input)) throw refuseUncalled(words)
  const settings = readOptions(options, words)
  if (settings.reporting === 'report-uri') warnInProduction(settings)
  if (typeof input === 'function') {
    const choose = input as PolicyChoice
    return { settings, source: (exchange) => callInput(choose, exchange, settings) }
  }
  const given = input === undefined ? strict() : isHelmetShape(input) ? fromHelmet(input) : input
  checkDeliveryOptions(given, settings)
  const isDynamic = isHelmetPolicy(given) && !given.isStatic
  const delivery = isDynamic ? given : compileStatic(given, settings, READINGS)
  if (settings.isMeta && !isDynamic) partForMeta(delivery)
  warnAtStart(delivery, settings.onWarning)
  if (!isDynamic) return { settings, source: delivery }
  const dynamic = { ...settings, hasForeignNonces: true, isWatched: true }
  return { settings: dynamic, source: (exchange) => resolveHelmet(given, exchange, dynamic) }
}

/**
 * Compiles an input that is not a function. `readings` are the shapes that an error names.
 *
 * @throws CspError as {@link readInput} does
 */
export function compileStatic(
  input: unknown,
  settings: Settings,
  readings: string = STATIC_READINGS,
): Delivery {
  if (isDelivery(input)) return input
  if (isPolicy(input)) return compilePolicies({ enforce: [input], reportOnly: [] }, settings)
  if (!isRecord(input)) throw refuseInput(input, readings)
  return compilePolicies(listPolicies(input), settings)
}

/** Refuses the options of a delivery where they would do nothing. */
function checkDeliveryOptions(input: unknown, { legacyReportTo, reporting }: Settings): void {
  if (!isHelmetPolicy(input) && !isDelivery(input)) return
  const option = legacyReportTo
    ? 'legacyReportTo: true'
    : reporting === 'report-uri'
      ? "reporting: 'report-uri'"
      : undefined
  if (option === undefined) return
  const [what, fix] = isHelmetPolicy(input)
    ? ["helmet's shape, which names no endpoints", 'Leave it out.']
    : ['a Delivery', `Use deliver(policies, { ${option} }) instead.`]
  const [name] = option.split(':')
  const message = `Cannot make the middleware: the option ${name} does nothing for ${what}. ${fix}`
  throw new CspError('ERR_CSP_INPUT', message)
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
  throw refuseResult(result)
}

/** `{ enforce, reportOnly }`, and nothing of helmet's shape, whose `reportOnly` is a boolean. */
function isRecord(input: unknown): input is Policies {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false
  if ('directives' in input || 'useDefaults' in input) return false
  const { reportOnly } = input as Policies
  return 'enforce' in input || (reportOnly !== undefined && typeof reportOnly !== 'boolean')
}

/** helmet's options: `directives` or `useDefaults`, and nothing of the other shape. */
function isHelmetShape(input: unknown): input is HelmetOptions {
  if (typeof input !== 'object' || input === null || isPolicy(input)) return false
  if ('enforce' in input || !('directives' in input || 'useDefaults' in input)) return false
  const { reportOnly } = input as { readonly reportOnly?: unknown }
  return reportOnly === undefined || typeof reportOnly === 'boolean'
}

/** Makes the error for an adapter's function that stands where its result belongs. */
export function refuseUncalled({ make, mount }: AdapterWords): CspError {
  const message = `Cannot handle a request: ${make} was passed to ${mount}() without a call. Use ${mount}(${make}()) instead.`
  return new CspError('ERR_CSP_INPUT', message)
}

/** A request or a Koa context: the sign of `use(cspMiddleware)` without the call. */
function isFrameworkObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'headers' in value && 'method' in value
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}
