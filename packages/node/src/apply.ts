/** What every adapter of node:http shares. */

import type { Apply } from './apply-with.ts'
import { createApplyWith } from './apply-with.ts'
import { watchHead } from './head/watch-head.ts'
import type { AdapterWords, CspOptions } from './input/options.ts'

/**
 * Reads the input once and returns what applies it to each response. An adapter translates its
 * framework's objects to an {@link HttpExchange}; nothing else is left to do.
 *
 * @example
 * ```ts
 * import { IncomingMessage, ServerResponse } from 'node:http'
 * import { Socket } from 'node:net'
 * import { csp } from '@cusp/core'
 * import { createApply } from '@cusp/node/adapter'
 *
 * const apply = createApply(csp().defaultSrc("'self'"))
 * const req = new IncomingMessage(new Socket())
 * const res = new ServerResponse(req)
 * apply({ req, res, locals: undefined })
 * res.getHeader('Content-Security-Policy') // => default-src 'self'
 * ```
 *
 * @param names `words`: what the adapter calls its parts, for the sentences of errors
 * @throws CspError `ERR_CSP_INPUT` for a shape that is not an input, and as `deliver` does
 */
export function createApply(
  input: unknown,
  options?: CspOptions,
  names?: { readonly words: AdapterWords },
): Apply {
  return createApplyWith(input, options, { words: names?.words, watch: watchHead })
}
