/** The nonce of one response: made here, or taken from the application, a proxy or a framework. */

import { createNonce, CspError, isStrongNonce } from '@cusp/core'
import type { Locals, Response } from '../input/http-exchange.ts'
import type { Settings } from '../input/options.ts'

/** Owns the one nonce of a response. */
export class ResponseNonce {
  /** Whether a handler read the nonce. */
  isRead = false
  /** Whether the page uses the nonce: a handler read it, or the application made it. */
  isUsed = false
  /** Whether views see the nonce as `cspNonce`, where its reads are not noted. */
  isShown = false
  // TypeScript's private, for `#names` cost more than the rest of a response (bench: nonce).
  value: string | undefined = undefined
  /** The settings whose `nonceFrom` was called: it is called once. */
  private called: Settings | undefined = undefined
  private readonly res: Response

  constructor(res: Response) {
    this.res = res
  }

  /**
   * Returns the nonce, and notes that it was read.
   *
   * @throws CspError as {@link get} does
   */
  read(settings: Settings, locals: Locals | undefined): string {
    this.isRead = true
    this.isUsed = true
    return this.value ?? this.get(settings, locals)
  }

  /**
   * Returns the nonce without noting a read. A nonce of the application or of `nonceFrom` counts as
   * used.
   *
   * @throws CspError `ERR_CSP_NONCE` for a weak nonce and for a second one, and what `nonceFrom`
   *   throws
   */
  get(settings: Settings, locals: Locals | undefined): string {
    const { res } = this
    const shown = locals?.['cspNonce']
    // A nonce of the prototype would be the nonce of every response.
    if (shown !== undefined && Object.hasOwn(locals as Locals, 'cspNonce')) {
      this.adopt(shown, 'cspNonce', settings)
    }
    if (settings.nonceFrom !== undefined && this.called !== settings) {
      this.called = settings
      const chosen = settings.nonceFrom(res.req, res)
      if (chosen !== undefined) this.adopt(chosen, 'nonceFrom', settings)
    }
    return (this.value ??= createNonce())
  }

  private adopt(given: unknown, from: string, { words }: Settings): void {
    if (!isStrongNonce(given)) {
      const message = `Cannot use the nonce of ${from}: it is not 22 or more letters of base64. Use a strong nonce such as createNonce() makes instead.`
      throw new CspError('ERR_CSP_NONCE', message, { value: given })
    }
    if (this.value !== undefined && this.value !== given) {
      const message = `Cannot use two nonces in one response: the nonce of ${from} is not the one in use. Use one nonce for cspNonce, nonceFrom and every ${words.make} instead.`
      throw new CspError('ERR_CSP_NONCE', message)
    }
    this.value = given
    this.isUsed = true
  }
}
