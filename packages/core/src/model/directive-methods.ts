/** The documented methods that write one directive each. */

import type { SandboxToken } from '../vocabulary/directives.ts'
import type { NONE, SELF } from '../vocabulary/keywords.ts'
import type { CheckedSources, SourceInput } from '../sources/source-types.ts'

/**
 * Adds sources to a directive and returns the new policy. A source that is there already is not
 * added again; adding to `'none'` replaces it.
 *
 * @throws CspError a source that the grammar refuses (`ERR_CSP_SOURCE` and its kin), `'none'`
 *   beside other sources (`ERR_CSP_NONE_WITH_OTHERS`), or no source at all
 *   (`ERR_CSP_DIRECTIVE_EMPTY`)
 */
export type SourceMethod<P> = <const Sources extends readonly SourceInput[]>(
  ...sources: CheckedSources<Sources>
) => P

/**
 * One method for each directive. `P` is the policy type. @see
 * https://w3c.github.io/webappsec-csp/#csp-directives
 */
export interface DirectiveMethods<P> {
  /**
   * `default-src`: decides for every fetch directive that is absent. Not for base-uri, form-action,
   * frame-ancestors.
   */
  readonly defaultSrc: SourceMethod<P>
  /**
   * `script-src`: scripts, inline code, eval, WebAssembly. Decides for script-src-elem,
   * script-src-attr, worker-src.
   */
  readonly scriptSrc: SourceMethod<P>
  /** `script-src-elem`: script elements; falls back to script-src. */
  readonly scriptSrcElem: SourceMethod<P>
  /** `script-src-attr`: event-handler attributes; falls back to script-src. */
  readonly scriptSrcAttr: SourceMethod<P>
  /** `style-src`: style sheets and inline styles. */
  readonly styleSrc: SourceMethod<P>
  /** `style-src-elem`: style elements and linked sheets; falls back to style-src. */
  readonly styleSrcElem: SourceMethod<P>
  /** `style-src-attr`: style attributes; falls back to style-src. */
  readonly styleSrcAttr: SourceMethod<P>
  /**
   * `connect-src`: URLs that scripts connect to: fetch, XMLHttpRequest, WebSocket, EventSource,
   * sendBeacon and `<a ping>`. A WebSocket elsewhere needs its own scheme:
   * `'wss://live.example.com'`.
   */
  readonly connectSrc: SourceMethod<P>
  /** `img-src`: images and favicons. */
  readonly imgSrc: SourceMethod<P>
  /** `font-src`: fonts. */
  readonly fontSrc: SourceMethod<P>
  /** `media-src`: audio, video and their tracks. */
  readonly mediaSrc: SourceMethod<P>
  /** `object-src`: object and embed elements; `'none'` is right for nearly everyone. */
  readonly objectSrc: SourceMethod<P>
  /** `manifest-src`: web app manifests. */
  readonly manifestSrc: SourceMethod<P>
  /** `child-src`: decides for frame-src and worker-src where they are absent. */
  readonly childSrc: SourceMethod<P>
  /** `frame-src`: pages that this page frames; falls back to child-src. */
  readonly frameSrc: SourceMethod<P>
  /** `fenced-frame-src`: fenced frames (Chromium only); falls back to frame-src. */
  readonly fencedFrameSrc: SourceMethod<P>
  /** `worker-src`: workers; falls back to child-src, then script-src. */
  readonly workerSrc: SourceMethod<P>
  /**
   * `base-uri`: what a `<base>` may name. No fallback: write it, or an injected base moves relative
   * scripts.
   */
  readonly baseUri: SourceMethod<P>
  /**
   * `form-action`: where forms may be sent. No fallback. Chromium and Safari also check where the
   * target redirects to.
   */
  readonly formAction: SourceMethod<P>
  /**
   * `frame-ancestors`: who may frame this page: hosts, schemes, `'self'` or `'none'`. No fallback;
   * not in meta.
   */
  frameAncestors<const Sources extends readonly (typeof SELF | typeof NONE | (string & {}))[]>(
    ...sources: CheckedSources<Sources>
  ): P
  /**
   * `sandbox`: treats the page as a sandboxed frame; tokens give back. Not in meta, without effect
   * in report-only.
   */
  sandbox(...tokens: readonly SandboxToken[]): P
  /** `webrtc`: `'allow'` or `'block'`; in the draft, shipped nowhere yet. */
  webrtc(value: "'allow'" | "'block'"): P
  /** `upgrade-insecure-requests`: http URLs load over https. Without effect in report-only. */
  upgradeInsecureRequests(): P
  /** @deprecated `block-all-mixed-content`: browsers block or upgrade mixed content anyway. */
  blockAllMixedContent(): P
  /** `treat-as-public-address`: Chromium's Private Network Access experiment. */
  treatAsPublicAddress(): P
  /** `require-trusted-types-for`: strings no longer reach DOM sinks that run code. */
  requireTrustedTypesFor(sink: "'script'"): P
  /**
   * `trusted-types`: names of the policies that may be created, `*`, `'none'`,
   * `'allow-duplicates'`; empty: no policy.
   */
  trustedTypes(...names: readonly ("'none'" | "'allow-duplicates'" | '*' | (string & {}))[]): P
}
