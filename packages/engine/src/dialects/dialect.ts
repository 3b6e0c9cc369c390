/**
 * Dialects: sets of the differences between browsers and the specification. Code asks `dialect.has('port-80-upgraded')`;
 * nothing else in the engine knows a browser.
 */

import { CspError } from '@cusp/core'
import type { DialectName, DifferenceTag } from './differences.ts'
import { DIFFERENCES, EVERY } from './differences.ts'
import { show } from '../text.ts'

/** A set of differences. */
export interface Dialect {
  readonly name: DialectName
  /** Whether decisions of this dialect have the difference. */
  has(tag: DifferenceTag): boolean
}

const DIALECTS: ReadonlyMap<unknown, Dialect> = new Map(
  EVERY.map((name) => [name, makeDialect(name)]),
)

const ENGINES = DIALECTS.get('engines')

/**
 * The dialect of that name; without one, `engines`.
 *
 * @throws CspError `ERR_CSP_CHECK` for another name
 */
export function getDialect(name?: DialectName): Dialect {
  const dialect = name === undefined ? ENGINES : DIALECTS.get(name)
  if (dialect !== undefined) return dialect
  const names = EVERY.map((known) => show(known)).join(', ')
  const message = `Cannot decide: the dialect ${show(name)} is unknown, expected one of ${names}`
  throw new CspError('ERR_CSP_CHECK', message, { value: name })
}

function makeDialect(name: DialectName): Dialect {
  const tags = new Set(
    DIFFERENCES.filter(({ dialects }) => dialects.includes(name)).map(({ tag }) => tag),
  )
  return Object.freeze({ name, has: (tag: DifferenceTag) => tags.has(tag) })
}
