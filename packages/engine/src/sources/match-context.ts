/** What matching a URL against an expression depends on besides the two. */

import type { Dialect } from '../dialects/dialect.ts'
import type { Origin } from '../url/url.ts'

/** The circumstances of a match. */
export interface MatchContext {
  /**
   * The origin that `'self'` stands for and whose scheme a schemeless source takes; null is opaque.
   */
  readonly self: Origin | null
  /** Redirects so far. */
  readonly redirectCount: number
  readonly dialect: Dialect
  /** The directive that decides, for the engine that reads `*` by it. */
  readonly directive: string
  /**
   * Whether a navigation is asked about, for the engine whose other process does that. Default
   * false.
   */
  readonly isNavigation?: boolean | undefined
  /** Whether `'self'` matches nothing, whatever `self` is. Default false. */
  readonly isSelfVoid?: boolean | undefined
}

/** Whether the directive decides about navigations. */
export function isNavigationDirective(name: string): boolean {
  return name === 'frame-src' || name === 'form-action'
}
