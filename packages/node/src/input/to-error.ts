/** What a function of the application throws, as an Error. */

import { CspError } from '@cusp/core'
import { show } from '@cusp/core/internal'

/**
 * Returns an Error as it is, and makes one of anything else. In Express and Connect
 * `next(undefined)` and `next('route')` mean "go on", so a page without its policy would be sent.
 */
export function toError(thrown: unknown): Error {
  if (isError(thrown)) return thrown
  const message = `Cannot find the policy of this response: ${show(thrown)} was thrown, and it is not an Error. Throw an Error instead.`
  return new CspError('ERR_CSP_INPUT', message, { value: thrown })
}

/** Makes a function of the application throw nothing but Errors. */
export function throwingErrors<Args extends readonly unknown[], Result>(
  call: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    try {
      return call(...args)
    } catch (thrown) {
      throw toError(thrown)
    }
  }
}

/** An Error of this realm or of another one. A proxy may throw when it is asked. */
function isError(thrown: unknown): thrown is Error {
  try {
    const isOurs = thrown instanceof Error
    if (!isOurs && Object.prototype.toString.call(thrown) !== '[object Error]') return false
    return typeof (thrown as Error).message === 'string'
  } catch {
    return false
  }
}
