/** What an adapter may be told, whatever its requests are. */

import type { CspWarning } from './warnings.ts'

/** The options of an adapter; `Args` are what `nonceFrom` gets. */
export interface OptionsFor<Args extends readonly unknown[]> {
  /**
   * How the policy reaches the browser. `'header'` (default). `'meta'`: `csp.toMeta()` gives the
   * tag for this response's page, and the header keeps what only a header can carry. Where the tag
   * was not asked for before the head goes, the header carries everything.
   */
  readonly deliver?: 'header' | 'meta' | undefined
  /**
   * When the nonce is made. `'always'` (default): when the middleware runs. `'when-read'`: when
   * something reads `csp.nonce`. A nonce that nobody read is taken out of the header just before it
   * is sent, and `cspNonce` is not set.
   */
  readonly nonce?: 'always' | 'when-read' | undefined
  /**
   * Takes the nonce from a proxy or a framework. Returns 22 or more letters of base64, or undefined
   * for a new nonce.
   */
  readonly nonceFrom?: ((...args: Args) => string | undefined) | undefined
  /**
   * `'documents'`: responses that no browser runs as a document or a worker (images, styles, JSON
   * and the like) do not get the policy.
   */
  readonly only?: 'documents' | undefined
  /**
   * Adds the legacy Report-To header, which tells Chromium 70 to 95 the endpoints. A Delivery is
   * compiled with this header or without it, so it is an option of `deliver` there.
   */
  readonly legacyReportTo?: boolean | undefined
  /**
   * `'report-uri'`: browsers are told where to report by report-uri alone. For plain http, such as
   * localhost: Chromium and Firefox send nothing there by report-to, and ignore the report-uri
   * beside it. `'both'` (default) for https. A Delivery is compiled with this option too.
   */
  readonly reporting?: 'both' | 'report-uri' | undefined
  /** Receives warnings about what works but will hurt; `process.emitWarning` by default. */
  readonly onWarning?: ((warning: CspWarning) => void) | undefined
}
