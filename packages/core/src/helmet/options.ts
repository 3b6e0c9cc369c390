/** helmet's options: their types, and what is refused before any directive is read. */

import { DIRECTIVES } from '../vocabulary/directives.ts'
import type { CspErrorCode, CspErrorDetails } from '../vocabulary/errors.ts'
import { CspError } from '../vocabulary/errors.ts'
import type { NONCE } from '../vocabulary/keywords.ts'
import { suggest } from '../vocabulary/suggest.ts'
import { joinWords, show } from '../text.ts'

/**
 * Takes `default-src` out of the policy, as the value of `defaultSrc`. helmet's own symbol does the
 * same.
 */
export const dangerouslyDisableDefaultSrc: unique symbol = Symbol.for(
  'dangerouslyDisableDefaultSrc',
)

/**
 * What a directive function is called with: helmet's request and response, and what a framework
 * adds.
 */
export type HelmetArguments<Req, Res, Rest extends readonly unknown[] = []> = readonly [
  req: Req,
  res: Res,
  ...rest: Rest,
]

/**
 * One value of a directive: text, a function that returns text for each response, or the nonce of
 * the response.
 */
export type HelmetValue<Req, Res, Rest extends readonly unknown[] = []> =
  | string
  | typeof NONCE
  | ((...args: HelmetArguments<Req, Res, Rest>) => string)

/**
 * Values by directive name, in camelCase or with dashes. Null takes a default directive away. For
 * `default-src` the symbol {@link dangerouslyDisableDefaultSrc} does; the type lets any symbol
 * pass, because the type of helmet's has no name.
 */
export type HelmetDirectives<Req, Res, Rest extends readonly unknown[] = []> = Readonly<
  Record<string, Iterable<HelmetValue<Req, Res, Rest>> | symbol | null>
>

/** The options of helmet's contentSecurityPolicy. */
export type HelmetOptions<Req = unknown, Res = unknown, Rest extends readonly unknown[] = []> = {
  /** Sends the policy as report-only. */
  readonly reportOnly?: boolean
} & (
  | {
      /** Whether helmet's default directives fill in what `directives` does not mention. */
      readonly useDefaults?: true
      /** What is added to the defaults or replaces them. */
      readonly directives?: HelmetDirectives<Req, Res, Rest>
    }
  | {
      /** No default directives: the policy is what `directives` says. */
      readonly useDefaults: false
      /** The whole policy. */
      readonly directives: HelmetDirectives<Req, Res, Rest>
    }
)

/** The options after they were read. */
export interface ReadOptions {
  readonly isReportOnly: boolean
  readonly usesDefaults: boolean
  readonly directives: readonly (readonly [name: string, value: unknown])[]
}

const OPTIONS = ['directives', 'useDefaults', 'reportOnly']

/**
 * Reads the options as helmet does: reportOnly by its truth, useDefaults true unless it is given
 * and falsy, own keys only.
 *
 * @throws CspError `ERR_CSP_INPUT` for what helmet would silently take for "the defaults"
 */
export function readOptions(options: unknown): ReadOptions {
  if (typeof options !== 'object' || options === null) {
    refuse(
      'ERR_CSP_INPUT',
      `${show(options)} is not an object of options. Use { directives: … }, or nothing for helmet's defaults.`,
      { value: options },
    )
  }
  for (const key of Object.keys(options)) if (!OPTIONS.includes(key)) refuseOption(key, options)
  const { reportOnly, useDefaults = true, directives = {} } = options as Record<string, unknown>
  return {
    isReportOnly: Boolean(reportOnly),
    usesDefaults: Boolean(useDefaults),
    directives: readRecord(directives),
  }
}

/** The key with dashes: each capital letter becomes "-" and the small letter. */
export function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** Refuses the options. `text` holds the fix, and helmet's own message so that people find it. */
export function refuse(code: CspErrorCode, text: string, details?: CspErrorDetails): never {
  throw new CspError(code, `Cannot read helmet's options: ${text}`, details)
}

function refuseOption(key: string, options: object): never {
  if ('headers' in options && 'method' in options) {
    const text =
      'this is a request, not an object of options. Use app.use(contentSecurityPolicy()) with the call instead.'
    refuse('ERR_CSP_INPUT', text, { value: key })
  }
  const fix = DIRECTIVES.has(dashed(key))
    ? `it inside { directives: { ${show(key)}: … } }`
    : (suggest(key, OPTIONS) ?? joinWords(OPTIONS, 'or'))
  const text = `${show(key)} is not an option. Use ${fix} instead.`
  refuse('ERR_CSP_INPUT', text, { value: key })
}

function readRecord(directives: unknown): ReadOptions['directives'] {
  const isObject = typeof directives === 'object' && directives !== null
  if (isObject && !(Symbol.iterator in directives)) return Object.entries(directives)
  const isMap = directives instanceof Map
  const what = isMap ? 'a Map' : show(directives)
  const fix = isMap ? 'Object.fromEntries(directives)' : "nothing for helmet's defaults"
  const text = `directives is ${what}, which is not a plain object. Use a plain object or ${fix} instead.`
  return refuse('ERR_CSP_INPUT', text, { value: directives })
}
