/**
 * Dialects: sets of the differences between browsers and the specification. Code asks
 * `dialect.has('port-80-upgraded')`; nothing else in the engine knows a browser.
 */

import { CspError } from '@cusp/core'
import { show } from '@cusp/core/internal'
import type { DialectName, DifferenceTag } from './differences.ts'
import { DIFFERENCES, EVERY } from './differences.ts'

/** A set of differences. */
export interface Dialect {
  readonly name: DialectName
  /** Whether decisions of this dialect have the difference. */
  has(tag: DifferenceTag): boolean
}

const DIALECTS: ReadonlyMap<unknown, Dialect> = new Map(
  EVERY.map((name) => {
    const tags = DIFFERENCES.filter(({ dialects }) => dialects.includes(name))
    return [name, makeDialect(name, new Set(tags.map(({ tag }) => tag)))]
  }),
)

/**
 * The dialect of that name; `engines` unless one is named. A dialect stands for itself.
 *
 * @throws CspError `ERR_CSP_CHECK` for another name
 * @example
 * ```ts
 * import { getDialect } from '@cusp/engine'
 *
 * getDialect('firefox').has('handed-over-with-decoded-paths') // => true
 * getDialect('spec').has('handed-over-with-decoded-paths') // => false
 * ```
 */
export function getDialect(name: DialectName | Dialect = 'engines'): Dialect {
  if (typeof name === 'object' && typeof name?.has === 'function') return name
  const dialect = DIALECTS.get(name)
  if (dialect !== undefined) return dialect
  const names = EVERY.map((known) => show(known)).join(', ')
  const message = `Cannot decide: the dialect ${show(name)} is not known. Use one of ${names}.`
  throw new CspError('ERR_CSP_CHECK', message, { value: name })
}

/** A dialect of these differences. */
export function makeDialect(name: DialectName, tags: ReadonlySet<DifferenceTag>): Dialect {
  return Object.freeze({ name, has: (tag: DifferenceTag) => tags.has(tag) })
}
