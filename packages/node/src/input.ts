/** What `cspMiddleware` may be given, told apart so that nothing is enforced that nobody wrote. */

import type { Delivery, Policies, Policy } from '@cusp/core'
import { CspError, deliver, isDelivery, isPolicy, strict } from '@cusp/core'
import type { Exchange, Request, Response } from './exchange.ts'
import type { CspOptions, Settings } from './options.ts'
import { readOptions } from './options.ts'

/** An input that is the same for every response. */
export type StaticInput = Policy | Delivery | Policies

/** A function of the request, sync or async. */
export type PolicyFunction<Args extends readonly unknown[]> = (
  ...args: Args
) => StaticInput | Promise<StaticInput>

/** What `cspMiddleware` takes as its first argument; `Args` are what a function of the request gets. */
export type CspInput<Args extends readonly unknown[] = [req: Request, res: Response]> =
  | StaticInput
  | PolicyFunction<Args>

/** The middleware's input and options, read. */
export interface Program {
  readonly settings: Settings
  /** The delivery of this response. */
  readonly deliveryFor: (exchange: Exchange) => Delivery | Promise<Delivery>
}

const READINGS =
  'a policy, a Delivery, { enforce, reportOnly }, { directives } as helmet has it, a function of the request, or nothing for strict()'

/** Deliveries by what a function returned: a policy that comes again is not compiled again. */
const compiled = new WeakMap<object, Delivery>()

/**
 * Reads the middleware's input.
 *
 * @throws CspError `ERR_CSP_INPUT` for a shape that is none of them, and as `deliver` does
 */
export function readProgram(input: unknown, options: CspOptions = {}): Program {
  if (isFrameworkObject(input)) {
    const message =
      'Cannot run cspMiddleware itself: it was passed to use(), expected use(cspMiddleware()), with the call'
    throw new CspError('ERR_CSP_INPUT', message)
  }
  const settings = readOptions(options)
  if (typeof input === 'function') {
    const choose = input as (...args: readonly unknown[]) => unknown
    return { settings, deliveryFor: (exchange) => callInput(choose, exchange, settings) }
  }
  const delivery = compileStatic(input === undefined ? strict() : input, settings)
  const tooLong = delivery.issues().find(({ code }) => code === 'header-too-long')
  if (tooLong !== undefined) {
    settings.onWarning({ code: 'header-too-long', message: tooLong.message, mend: tooLong.mend })
  }
  return { settings, deliveryFor: () => delivery }
}

/**
 * Compiles an input that is no function.
 *
 * @throws CspError as {@link readProgram} does
 */
export function compileStatic(input: unknown, settings: Settings): Delivery {
  if (isDelivery(input)) return input
  if (typeof input !== 'object' || input === null || Array.isArray(input)) refuse(input)
  const known = compiled.get(input)
  if (known !== undefined) return known
  const { legacyReportTo } = settings
  const delivery = isPolicy(input)
    ? deliver(input, { legacyReportTo })
    : deliver(readRecord(input), { legacyReportTo })
  // A record of policies may be changed by its owner; a policy can't.
  if (isPolicy(input)) compiled.set(input, delivery)
  return delivery
}

/** Calls a function of the request; what it returns is compiled, a promise of it later. */
function callInput(
  choose: (...args: readonly unknown[]) => unknown,
  { req, res, context }: Exchange,
  settings: Settings,
): Delivery | Promise<Delivery> {
  const result = context === undefined ? choose(req, res) : choose(context)
  return isPromise(result)
    ? Promise.resolve(result).then((value) => compileResult(value, settings))
    : compileResult(result, settings)
}

function compileResult(result: unknown, settings: Settings): Delivery {
  if (typeof result === 'object' && result !== null) return compileStatic(result, settings)
  const message = `Cannot deliver what the function returned: ${String(result)} is no policy, expected one for every request; csp.remove() takes it off`
  throw new CspError('ERR_CSP_INPUT', message, { value: result })
}

/** `{ enforce, reportOnly }` and nothing else: every other reading is named in the error. */
function readRecord(input: object): Policies {
  const keys = Object.keys(input)
  const { enforce, reportOnly } = input as Policies
  const isHelmet = 'directives' in input || 'useDefaults' in input
  const isRecord =
    enforce !== undefined || (reportOnly !== undefined && typeof reportOnly !== 'boolean')
  const isStrange = keys.some((key) => key !== 'enforce' && key !== 'reportOnly')
  if (isHelmet || !isRecord || isStrange) refuse(input)
  return { enforce, reportOnly }
}

function refuse(input: unknown): never {
  const shape =
    typeof input === 'object' && input !== null
      ? `{ ${Object.keys(input).join(', ')} }`
      : String(input)
  const message = `Cannot make a policy of ${shape}: it reads neither as { enforce, reportOnly } with policies nor as helmet's { directives }, expected ${READINGS}`
  throw new CspError('ERR_CSP_INPUT', message, { value: input })
}

/** A request or a Koa context: the sign of `use(cspMiddleware)` without the call. */
function isFrameworkObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isPolicy(value) || isDelivery(value))
    return false
  return ('headers' in value && 'method' in value) || ('req' in value && 'res' in value)
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}
