/** The one error class of Cusp, the stable codes it carries, and the one form of its messages. */

/**
 * Stable code of a {@link CspError}. Codes are API; messages may change. Each has a row in the
 * README.
 */
export type CspErrorCode =
  | 'ERR_CSP_DIRECTIVE_NAME'
  | 'ERR_CSP_DIRECTIVE_UNKNOWN'
  | 'ERR_CSP_DIRECTIVE_REMOVED'
  | 'ERR_CSP_DIRECTIVE_DUPLICATE'
  | 'ERR_CSP_DIRECTIVE_EMPTY'
  | 'ERR_CSP_DIRECTIVE_VALUE'
  | 'ERR_CSP_CHARACTER'
  | 'ERR_CSP_SOURCE'
  | 'ERR_CSP_KEYWORD_UNQUOTED'
  | 'ERR_CSP_KEYWORD_UNKNOWN'
  | 'ERR_CSP_NONE_WITH_OTHERS'
  | 'ERR_CSP_NONCE'
  | 'ERR_CSP_NONCE_MISSING'
  | 'ERR_CSP_HASH'
  | 'ERR_CSP_NOT_WIDER'
  | 'ERR_CSP_ENDPOINT_NAME'
  | 'ERR_CSP_ENDPOINT_URL'
  | 'ERR_CSP_ENDPOINT_CONFLICT'
  | 'ERR_CSP_META_DIRECTIVE'
  | 'ERR_CSP_META_REPORT_ONLY'
  | 'ERR_CSP_META_COMMA'
  | 'ERR_CSP_META_WRITTEN'
  | 'ERR_CSP_DEFAULT_SRC_MISSING'
  | 'ERR_CSP_POLICY_EMPTY'
  | 'ERR_CSP_POLICY_INVALID'
  | 'ERR_CSP_POLICY_DYNAMIC'
  | 'ERR_CSP_SERVER'
  | 'ERR_CSP_INPUT'
  | 'ERR_CSP_CHECK'
  | 'ERR_CSP_HEADERS_SENT'
  | 'ERR_CSP_HEADER_REPLACED'

const BRAND: unique symbol = Symbol.for('@cusp/core.error')

/** What a {@link CspError} is about. */
export interface CspErrorDetails {
  /** The directive concerned, lower-case. */
  readonly directive?: string | undefined
  /** The refused value, as it was given. */
  readonly value?: unknown
}

/** What an error says. */
export interface Refusal extends CspErrorDetails {
  /** What cannot be done: the words after "Cannot". */
  readonly action: string
  /** Why not: "X is not Y". */
  readonly problem: string
  /** What to write instead: the words between "Use" and "instead". */
  readonly fix: string
  /** A further sentence. */
  readonly hint?: string | undefined
}

/**
 * The error for what a programmer wrote and Cusp refuses. The message says what is wrong and what
 * to write instead. Recognise it by its `code`, never by its message.
 *
 * @example
 * ```ts
 * import { csp, CspError } from '@cusp/core'
 *
 * const host: string = 'self'
 * try {
 *   csp().imgSrc(host)
 * } catch (error) {
 *   if (!(error instanceof CspError)) throw error
 *   error.code // => ERR_CSP_KEYWORD_UNQUOTED
 *   error.directive // => img-src
 * }
 * ```
 */
export class CspError extends TypeError {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true })
  }

  /** Whether `value` is such an error, also one that another copy of this package made. */
  static override [Symbol.hasInstance](value: unknown): value is CspError {
    const isSubclass = this !== CspError
    if (isSubclass) return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && BRAND in value
  }

  /** Stable code. */
  readonly code: CspErrorCode
  /** The directive concerned, lower-case, where there is one. */
  readonly directive: string | undefined
  /** The refused value, as it was given. */
  readonly value: unknown

  /** Makes the error; `message` reads "Cannot <action>: X is not Y. Use Z instead." */
  constructor(code: CspErrorCode, message: string, details: CspErrorDetails = {}) {
    super(message)
    this.name = 'CspError'
    this.code = code
    this.directive = details.directive
    this.value = details.value
  }
}

/** Makes an error whose message reads "Cannot <action>: <problem>. Use <fix> instead." */
export function refusal(
  code: CspErrorCode,
  { action, problem, fix, hint, directive, value }: Refusal,
): CspError {
  const message = `Cannot ${action}: ${problem}. Use ${fix} instead.`
  return new CspError(code, hint === undefined ? message : `${message} ${hint}`, {
    directive,
    value,
  })
}
