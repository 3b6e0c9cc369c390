/** The one error class of Cusp and the stable codes it carries. */

/** Stable code of a {@link CspError}. Codes are API; messages may change. Each has a row in the README. */
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
  | 'ERR_CSP_DEFAULT_SRC_MISSING'
  | 'ERR_CSP_POLICY_EMPTY'
  | 'ERR_CSP_POLICY_INVALID'
  | 'ERR_CSP_POLICY_DYNAMIC'
  | 'ERR_CSP_INPUT'
  | 'ERR_CSP_CHECK'
  | 'ERR_CSP_HEADERS_SENT'
  | 'ERR_CSP_HEADER_REPLACED'

/** What a {@link CspError} is about. */
export interface CspErrorDetails {
  /** The directive concerned, lower-case. */
  readonly directive?: string | undefined
  /** The refused value, as it was given. */
  readonly value?: unknown
}

/**
 * What a programmer wrote and Cusp refuses. The message says what is the case and what to write instead.
 * Recognise it by `code`, never by its message.
 */
export class CspError extends TypeError {
  /** Stable code. */
  readonly code: CspErrorCode
  /** The directive concerned, lower-case, where there is one. */
  readonly directive: string | undefined
  /** The refused value, as it was given. */
  readonly value: unknown

  /** Makes the error; `message` reads "Cannot <action>: <what is the case>, expected <what>". */
  constructor(code: CspErrorCode, message: string, details: CspErrorDetails = {}) {
    super(message)
    this.name = 'CspError'
    this.code = code
    this.directive = details.directive
    this.value = details.value
  }
}
