/**
 * A delivery that writes as helmet writes: the same options give the same header, byte for byte.
 */

import type { Delivery, HeaderTemplate } from '../deliver.ts'
import { deliver } from '../deliver.ts'
import { refusal } from '../vocabulary/errors.ts'
import type { CompiledPolicy } from './compile.ts'
import { compile, NONCE_MARK, render } from './compile.ts'
import { readDirectives } from './directives.ts'
import type { HelmetArguments, HelmetOptions } from './options.ts'
import { readOptions } from './options.ts'
import type { DeliveryKind, Issue } from '../model/issue.ts'
import { NONCE } from '../vocabulary/keywords.ts'
import { parsePolicy } from '../parse.ts'
import type { Policy } from '../model/policy.ts'
import { makePolicy } from '../policy/policy-value.ts'
import { checkNonce, fill } from '../model/serialize.ts'
import { joinWords } from '../text.ts'

/**
 * A policy in helmet's shape. Without directive functions it is a {@link Delivery} like any other.
 * With functions only {@link HelmetPolicy.resolve} gives its header, and what needs the whole text
 * throws `ERR_CSP_POLICY_DYNAMIC`.
 */
export interface HelmetPolicy<
  Req = unknown,
  Res = unknown,
  Rest extends readonly unknown[] = [],
> extends Delivery {
  /** Whether the policy holds no functions, so that its text is the same for every response. */
  readonly isStatic: boolean

  /**
   * The header of one response. It calls each directive function once, in helmet's order. Put the
   * nonce between the pieces.
   *
   * @throws CspError for a function's result that is not text, lacks quotes or cannot be sent; what
   *   a function throws, as an Error. Hand it to `next`: then no header is set
   */
  readonly resolve: (...args: HelmetArguments<Req, Res, Rest>) => HeaderTemplate

  /**
   * The policy as a value of its own, to edit and to deliver as Cusp writes it.
   *
   * @throws CspError `ERR_CSP_POLICY_DYNAMIC` when it holds functions
   */
  toPolicy(): Policy
}

interface Brands {
  readonly [BRAND]: true
  readonly [DELIVERY_BRAND]?: true
}

const BRAND: unique symbol = Symbol.for('@cusp/core.helmet-policy')
/** What isDelivery looks for. A policy with functions does not have it. */
const DELIVERY_BRAND: unique symbol = Symbol.for('@cusp/core.delivery')
const NO_ENDPOINTS: readonly [] = Object.freeze([])
/** Stands for a function's value while issues are searched. Nobody can have such a host. */
const UNKNOWN_VALUE = 'value-of-a-function.invalid'

/**
 * Reads the options of helmet's contentSecurityPolicy and sends what helmet 8.3 sends, byte for
 * byte.
 *
 * @example
 * ```ts
 * import { fromHelmet } from '@cusp/core/helmet'
 *
 * const directives = { defaultSrc: ["'self'"], scriptSrc: ["'self'", 'cdn.example.com'] }
 * const [header] = fromHelmet({ useDefaults: false, directives }).headers()
 * header?.[1] // => default-src 'self';script-src 'self' cdn.example.com
 * ```
 *
 * @throws CspError where helmet throws, with helmet's message in it; `ERR_CSP_INPUT` and
 *   `ERR_CSP_DIRECTIVE_VALUE` for what helmet takes silently for something else;
 *   `ERR_CSP_CHARACTER` for what no header can carry
 */
export function fromHelmet<Req = unknown, Res = unknown, Rest extends readonly unknown[] = []>(
  options: HelmetOptions<Req, Res, Rest> = {},
): HelmetPolicy<Req, Res, Rest> {
  const read = readOptions(options)
  const compiled = compile(readDirectives(read))
  return read.isReportOnly
    ? makeHelmetPolicy('Content-Security-Policy-Report-Only', 'report-only', compiled)
    : makeHelmetPolicy('Content-Security-Policy', 'header', compiled)
}

/**
 * Whether `value` was made by {@link fromHelmet}, also by another copy of this package.
 *
 * @example
 * ```ts
 * import { fromHelmet, isHelmetPolicy } from '@cusp/core/helmet'
 *
 * isHelmetPolicy(fromHelmet()) // => true
 * isHelmetPolicy({ directives: {} }) // => false
 * ```
 */
export function isHelmetPolicy(
  value: unknown,
): value is HelmetPolicy<unknown, unknown, readonly unknown[]> {
  return typeof value === 'object' && value !== null && BRAND in value
}

/**
 * The policy in a header that {@link HelmetPolicy.resolve} gave, with NONCE where the nonce goes.
 *
 * @example
 * ```ts
 * import { fromHelmet, parseTemplate } from '@cusp/core/helmet'
 *
 * const helmets = fromHelmet({ directives: { imgSrc: [() => 'cdn.example'] } })
 * parseTemplate(helmets.resolve(undefined, undefined)).get('img-src') // => cdn.example
 * ```
 */
export function parseTemplate({ pieces }: HeaderTemplate): Policy {
  const { policy, issues } = parsePolicy(pieces.join(NONCE_MARK))
  if (pieces.length === 1) return policy
  const directives = policy.directives.map(({ name, values }) => {
    const withNonce = values.map((value) => (value === `'nonce-${NONCE_MARK}'` ? NONCE : value))
    return Object.freeze({ name, values: Object.freeze(withNonce) })
  })
  const dropped = issues.filter(({ position }) => position?.directive === -1)
  return makePolicy(directives, [], dropped)
}

function makeHelmetPolicy(
  headerName: string,
  delivery: 'header' | 'report-only',
  compiled: CompiledPolicy,
): HelmetPolicy<unknown, unknown, readonly unknown[]> {
  const { steps, tail } = compiled
  const isStatic = steps.length === 0
  const fixed = makeTemplate(headerName, tail)
  const templates = Object.freeze([fixed])
  const isReportOnly = delivery === 'report-only'
  let parsed: Policy | undefined

  function needStatic(): void {
    if (isStatic) return
    const names = joinWords([...new Set(steps.map(({ directive }) => directive))])
    throw refusal('ERR_CSP_POLICY_DYNAMIC', {
      action: 'write the policy without a response',
      problem: `functions give values of ${names}`,
      fix: 'resolve(req, res)',
    })
  }
  function toPolicy(): Policy {
    needStatic()
    parsed ??= parseTemplate(fixed)
    return parsed
  }

  const policy: HelmetPolicy<unknown, unknown, readonly unknown[]> & Brands = {
    isStatic,
    endpoints: NO_ENDPOINTS,
    usesNonce: tail.includes(NONCE_MARK) || steps.some(({ before }) => before.includes(NONCE_MARK)),
    get enforce() {
      const policies = [toPolicy()]
      return isReportOnly ? [] : policies
    },
    get reportOnly() {
      const policies = [toPolicy()]
      return isReportOnly ? policies : []
    },
    get templates() {
      needStatic()
      return templates
    },
    resolve: isStatic ? () => fixed : (...args) => makeTemplate(headerName, render(compiled, args)),
    toPolicy,
    headers(nonce) {
      needStatic()
      if (nonce !== undefined) checkNonce(nonce)
      return [[headerName, fill(fixed.pieces, nonce)]]
    },
    toMeta(options) {
      return deliver(isReportOnly ? { reportOnly: toPolicy() } : toPolicy()).toMeta(options)
    },
    issues() {
      return findHelmetIssues(compiled, delivery)
    },
    [BRAND]: true,
    ...(isStatic ? { [DELIVERY_BRAND]: true as const } : {}),
  }
  return Object.freeze(policy)
}

function makeTemplate(name: string, text: string): HeaderTemplate {
  return { name, pieces: text.split(NONCE_MARK) }
}

/** The issues of a policy with functions: those that stay whatever the functions return. */
function findHelmetIssues(
  { steps, tail }: CompiledPolicy,
  delivery: DeliveryKind,
): readonly Issue[] {
  const text = steps.map(({ before }) => before + UNKNOWN_VALUE).join('') + tail
  const dynamic = new Set(steps.map(({ directive }) => directive))
  return parseTemplate(makeTemplate('', text))
    .issues({ delivery })
    .filter(({ directive = '', position, value }) => {
      return !dynamic.has(directive) || (position?.value !== undefined && value !== UNKNOWN_VALUE)
    })
}
