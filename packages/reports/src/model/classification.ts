/** What a violation is about: something of the site, or noise. */

import type { Violation } from './violation.ts'

/**
 * What a violation is.
 *
 * - of the site: `source`, a URL that the policy does not allow; `redirect`, a URL that it does
 *   allow, which therefore was redirected to another one; `inline`, `eval`, `wasm`,
 *   `trusted-types`, code;
 * - noise: `extension`, of a browser extension or of the browser itself; `injected`, put into the
 *   page by an app, a network or a translator; `foreign`, not a page of the site; `impossible`,
 *   something that the policy allows; `malformed`.
 */
export type ViolationClass =
  | 'eval'
  | 'extension'
  | 'foreign'
  | 'impossible'
  | 'injected'
  | 'inline'
  | 'malformed'
  | 'redirect'
  | 'source'
  | 'trusted-types'
  | 'wasm'

/** Why it is of that class. */
export type ClassReason =
  // malformed
  | 'page-is-not-a-url'
  | 'blocked-is-not-a-url'
  // foreign
  | 'page-is-not-ours'
  | 'page-is-translated'
  // extension, injected
  | 'scheme-of-blocked'
  | 'scheme-of-source'
  | 'scheme-of-page'
  | 'known-sample'
  | 'in-app-browser'
  | 'translator'
  | 'read-aloud'
  | 'intercepting-host'
  | 'unknown-policy'
  // impossible
  | 'browser-bug'
  | 'policy-allows-code'
  // redirect
  | 'policy-allows-url'
  // the rest
  | 'policy-forbids'

/** A class and why. */
export interface Classification {
  readonly class: ViolationClass
  readonly reason: ClassReason
}

/** Tells the class of a violation. */
export type Classify = (violation: Violation) => Classification

/** Makes a classification. */
export function classification(name: ViolationClass, reason: ClassReason): Classification {
  return Object.freeze({ class: name, reason })
}

const NOISE: ReadonlySet<ViolationClass> = new Set([
  'extension',
  'foreign',
  'impossible',
  'injected',
  'malformed',
])

/**
 * Whether violations of that class are noise: nothing that a change of the site or of its policy
 * would end.
 *
 * @example
 * ```ts
 * import { isNoise } from '@cusp/reports'
 *
 * isNoise('extension') // => true
 * isNoise('redirect') // => false
 * ```
 */
export function isNoise(name: ViolationClass): boolean {
  return NOISE.has(name)
}
