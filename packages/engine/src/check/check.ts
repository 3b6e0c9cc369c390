/** What can be asked of the engine: one fact sheet for each of the things that a policy governs. */

import type { NONCE } from '@cusp/core'

/**
 * What a request is for. An unknown text counts as a new kind of fetch, governed by connect-src.
 * @see https://fetch.spec.whatwg.org/#concept-request-destination
 */
export type Destination =
  | ''
  | 'audio'
  | 'audioworklet'
  | 'document'
  | 'embed'
  | 'fencedframe'
  | 'font'
  | 'frame'
  | 'iframe'
  | 'image'
  | 'json'
  | 'manifest'
  | 'object'
  | 'paintworklet'
  | 'report'
  | 'script'
  | 'serviceworker'
  | 'sharedworker'
  | 'style'
  | 'text'
  | 'track'
  | 'video'
  | 'webidentity'
  | 'worker'
  | 'xslt'
  | (string & {})

/**
 * Who started a request; only the named ones change a decision or its report. @see
 * https://fetch.spec.whatwg.org/#concept-request-initiator
 */
export type Initiator = '' | 'download' | 'prefetch' | 'preload' | 'prerender' | (string & {})

/**
 * The document or worker that asks, where that is not a document which came with its own policies:
 * `srcdoc`, `blob`, `data` and `javascript` documents have the policies of the one that made them;
 * the frame of a `sandboxed` one has a sandbox attribute without allow-same-origin. A `blob-worker`
 * and a `data-worker` have the policies of the document that started them.
 */
export type Context =
  | ''
  | 'blob'
  | 'blob-worker'
  | 'data'
  | 'data-worker'
  | 'javascript'
  | 'sandboxed'
  | 'sandboxed-blob'
  | 'sandboxed-srcdoc'
  | 'srcdoc'

/** Where an inline script or style stands; `navigation` is a `javascript:` URL. */
export type InlineType = 'navigation' | 'script' | 'script attribute' | 'style' | 'style attribute'

/** The nonce of an element; NONCE is the nonce of this response, whatever it is. */
export type ElementNonce = string | typeof NONCE

/** May this URL be fetched? */
export interface RequestCheck {
  readonly type: 'request'
  /** The current URL, absolute. What is no URL is blocked wherever a list decides. */
  readonly url: string | URL
  /** Default `''`: fetch(), XMLHttpRequest, WebSocket, EventSource, sendBeacon and `<a ping>`. */
  readonly destination?: Destination | undefined
  /** Redirects so far; after one, paths are ignored. Default 0. */
  readonly redirectCount?: number | undefined
  /** The element's nonce. Default `''`, none. */
  readonly nonce?: ElementNonce | undefined
  /** The element's integrity attribute as it stands. Default `''`, none. */
  readonly integrity?: string | undefined
  /**
   * Whether the parser made the element. Default true for destination `script`, as in markup,
   * otherwise false.
   */
  readonly parserInserted?: boolean | undefined
  /** Default `''`. */
  readonly initiator?: Initiator | undefined
  /**
   * Whether the element's nonce counts; false for one whose attributes look injected. Default true.
   */
  readonly nonceable?: boolean | undefined
  /** The URL before redirects, which is what a report names. Default `url`. */
  readonly originalUrl?: string | URL | undefined
  /**
   * The type attribute of an object or embed. Blink loads what has an image type as an image, and
   * all else as a frame. Default `''`.
   */
  readonly mimeType?: string | undefined
  /** Whether this is a WebTransport connection with serverCertificateHashes. Default false. */
  readonly serverCertificateHashes?: boolean | undefined
  /** Default `''`, a document that came with the policies. `self` is the origin of that one. */
  readonly context?: Context | undefined
}

/** May this inline script or style run? */
export interface InlineCheck {
  readonly type: 'inline'
  readonly inline: InlineType
  /**
   * The exact text: an element's child text, an attribute's value, a whole `javascript:` URL as it
   * is written. Absent: no hash matches.
   */
  readonly source?: string | undefined
  /** The element's nonce. Default `''`, none. */
  readonly nonce?: ElementNonce | undefined
  /** Whether the parser made the element. Default true, as in markup. */
  readonly parserInserted?: boolean | undefined
  /**
   * Whether the element's nonce counts; false for one whose attributes look injected. Default true.
   */
  readonly nonceable?: boolean | undefined
}

/** May code be compiled from a string: eval, Function, string timers? */
export interface EvalCheck {
  readonly type: 'eval'
  /** The code, for a report's sample. */
  readonly source?: string | undefined
  /**
   * Whether the code is a trusted type and no plain string. Default false. A policy that requires
   * trusted types blocks plain strings.
   */
  readonly trusted?: boolean | undefined
}

/** May a WebAssembly module be compiled? */
export interface WasmCheck {
  readonly type: 'wasm'
}

/** May `<base href>` set this base URL? */
export interface BaseUriCheck {
  readonly type: 'base-uri'
  readonly url: string | URL
}

/** May a form be submitted to this URL? */
export interface FormActionCheck {
  readonly type: 'form-action'
  readonly url: string | URL
  /** Redirects so far. Default 0. */
  readonly redirectCount?: number | undefined
  /** Default `''`, a document that came with the policies. */
  readonly context?: Context | undefined
}

/** May these ancestors embed the document? */
export interface FrameAncestorsCheck {
  readonly type: 'frame-ancestors'
  /**
   * The ancestors' origins from the inside out; null is an opaque one. Empty: a top-level document.
   */
  readonly ancestors: readonly (string | null)[]
  /** URL of the framed document; about:, blob: and data: documents are not asked about. */
  readonly url?: string | URL | undefined
}

/** May a Trusted Types policy be created? */
export interface TrustedTypesPolicyCheck {
  readonly type: 'trusted-types-policy'
  readonly name: string
  /** Names of the policies that exist. Default none. */
  readonly created?: readonly string[] | undefined
}

/** May a plain string reach a DOM sink that wants a trusted type? */
export interface TrustedTypesSinkCheck {
  readonly type: 'trusted-types-sink'
  /** Name of the sink, such as `Element innerHTML`. */
  readonly sink: string
  /** The string, for a report's sample. */
  readonly source?: string | undefined
}

/** May a WebRTC connection be made? */
export interface WebrtcCheck {
  readonly type: 'webrtc'
}

/** One question to the engine. */
export type Check =
  | BaseUriCheck
  | EvalCheck
  | FormActionCheck
  | FrameAncestorsCheck
  | InlineCheck
  | RequestCheck
  | TrustedTypesPolicyCheck
  | TrustedTypesSinkCheck
  | WasmCheck
  | WebrtcCheck
