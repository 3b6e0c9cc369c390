/** The middleware's options. */

import { CspError } from '@cusp/core'
import { joinWords, suggest } from '@cusp/core/internal'
import type { DeliverySettings } from './compile.ts'
import type { Request, Response } from './http-exchange.ts'
import { throwingErrors } from './to-error.ts'
import type { OptionsFor } from './options-for.ts'
import type { WarningSink } from './warnings.ts'
import { emitWarning } from './warnings.ts'

/** What `cspMiddleware` takes as its second argument. */
export type CspOptions = OptionsFor<[req: Request, res: Response]>

/** What an adapter calls its parts, for the sentences of errors. */
export interface AdapterWords {
  /** The function that makes a middleware. */
  readonly make: string
  /** The framework's function that takes a middleware. */
  readonly mount: string
  /** What stands in front of the input where it is called, such as `fetch, `. */
  readonly before: string
}

/** The words of Connect, Express and Koa. */
export const MIDDLEWARE_WORDS: AdapterWords = { make: 'cspMiddleware', mount: 'use', before: '' }

/** Options, checked and with their defaults. */
export interface Settings extends WarningSink, DeliverySettings {
  readonly words: AdapterWords
  /** Whether pages may take the policy as a meta tag. */
  readonly isMeta: boolean
  readonly isLazy: boolean
  readonly nonceFrom: ((req: Request, res: Response) => string | undefined) | undefined
  readonly onlyDocuments: boolean
  /** Whether functions write the text of the policy, so that it may hold a nonce of their own. */
  readonly hasForeignNonces: boolean
  /** Whether every response is watched until its head is written. */
  readonly isWatched: boolean
}

/** What the first argument holds. */
const INPUT_NAMES = new Set(['enforce', 'reportOnly', 'directives', 'useDefaults'])
const NAMES = ['deliver', 'nonce', 'nonceFrom', 'only', 'legacyReportTo', 'reporting', 'onWarning']

/**
 * Checks the options.
 *
 * @throws CspError `ERR_CSP_INPUT` names the option that is unknown or has a wrong value
 */
export function readOptions(options: CspOptions, words: AdapterWords): Settings {
  if (typeof options !== 'object' || options === null) {
    const fix = `Use an object with ${joinWords(NAMES, 'or')} instead`
    refuse('the second argument is not an object of options', fix, options)
  }
  for (const name of Object.keys(options)) if (!NAMES.includes(name)) refuseName(name, words)
  const { deliver = 'header', nonce = 'always', nonceFrom, only, onWarning } = options
  const { legacyReportTo = false, reporting = 'both' } = options
  check('deliver', deliver, deliver === 'header' || deliver === 'meta', "'header' or 'meta'")
  check('nonce', nonce, nonce === 'always' || nonce === 'when-read', "'always' or 'when-read'")
  check('only', only, only === undefined || only === 'documents', "'documents', or leave it out")
  check('legacyReportTo', legacyReportTo, typeof legacyReportTo === 'boolean', 'true or false')
  const isReporting = reporting === 'both' || reporting === 'report-uri'
  check('reporting', reporting, isReporting, "'both' or 'report-uri'")
  if (legacyReportTo && reporting === 'report-uri') {
    const what = "legacyReportTo declares endpoints, and reporting: 'report-uri' leaves them out"
    refuse(what, 'Use one of these options', options)
  }
  check('nonceFrom', nonceFrom, isFunctionOrNothing(nonceFrom), 'a function (req, res) => nonce')
  check('onWarning', onWarning, isFunctionOrNothing(onWarning), 'a function (warning) => void')
  return {
    words,
    isMeta: deliver === 'meta',
    isLazy: nonce === 'when-read',
    nonceFrom: nonceFrom === undefined ? undefined : throwingErrors(nonceFrom),
    onlyDocuments: only === 'documents',
    legacyReportTo,
    reporting,
    onWarning: onWarning === undefined ? emitWarning : throwingErrors(onWarning),
    hasForeignNonces: false,
    isWatched: only === 'documents',
    told: new Set(),
  }
}

function refuseName(name: string, { make, before }: AdapterWords): never {
  if (INPUT_NAMES.has(name)) {
    const fix = `Use ${make}(${before}{ ${name}: … }) instead`
    refuse(`the option ${name} belongs into the first argument`, fix, name)
  }
  const near = suggest(name, NAMES)
  refuse(`the option ${name} is unknown`, `Use ${near ?? joinWords(NAMES, 'or')} instead`, name)
}

function isFunctionOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function'
}

function check(name: string, value: unknown, isRight: boolean, right: string): void {
  if (!isRight) refuse(`the option ${name} has a wrong value`, `Use ${right}`, value)
}

function refuse(what: string, fix: string, value: unknown): never {
  const message = `Cannot make the middleware: ${what}. ${fix}.`
  throw new CspError('ERR_CSP_INPUT', message, { value })
}
