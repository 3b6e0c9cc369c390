/** Browsers with a version, as browserslist prints them, and what the table says of each. */

import { CspError } from '@cusp/core'
import { asciiLowerCase, show } from '@cusp/core/internal'
import { SUPPORT_BROWSERS, SUPPORT_ROWS } from './table.ts'

/** Versions that support something, from one on. */
export interface SupportRange {
  /** The first version that does. */
  readonly since: string
  /** The first one that no longer does. */
  readonly until: string | null
  /** Whether something is lacking. */
  readonly isPartial: boolean
}

/** A browser of the table and the versions that support a feature. */
export interface BrowserSupport {
  /** The name that browserslist has for it, such as `ios_saf`. */
  readonly browser: string
  /** The usual name, such as `Safari on iOS`. */
  readonly name: string
  /** In order; empty where no version does. */
  readonly ranges: readonly SupportRange[]
}

/** A browser that is aimed at. */
export interface Target {
  /** As it was given. */
  readonly text: string
  readonly browser: string
  readonly version: Version
}

/** How far a target supports a feature. */
export type SupportState = 'full' | 'partial' | 'none'

/** The numbers of a version; infinite for a preview. */
type Version = readonly number[]

// "safari 15.3", "ios_saf 15.2-15.3", "safari TP", "op_mini all"
const TARGET = /^([a-z_]+) (?:(\d+(?:\.\d+)*)(?:-[\d.]+)?|all|tp)$/
// "52", "48-122", "~23-50"
const RANGE = /^(~?)([\d.]+)(?:-([\d.]+))?$/

const ROWS: ReadonlyMap<string, readonly BrowserSupport[]> = new Map(
  SUPPORT_ROWS.map(([feature, cells]) => [feature, Object.freeze(readRow(cells))]),
)

/**
 * The compatibility table of a directive or keyword: each browser and the versions that support it.
 * Undefined for what the data do not know.
 *
 * @param feature a name of the table, such as `connect-src`, `report-to` or `strict-dynamic`
 */
export function compatibility(feature: string): readonly BrowserSupport[] | undefined {
  return ROWS.get(feature)
}

/**
 * Reads a target. Of several versions ("15.2-15.3") the first counts.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is no browser with a version
 */
export function readTarget(text: string): Target {
  const [, browser, version] = TARGET.exec(asciiLowerCase(String(text))) ?? []
  if (browser === undefined) {
    const message = `Cannot tell the support: ${show(text)} is not a browser with a version. Use one as browserslist prints it, such as "safari 15.3".`
    throw new CspError('ERR_CSP_CHECK', message, { value: text })
  }
  return { text, browser, version: version === undefined ? [Infinity] : readVersion(version) }
}

/** Whether the table has a column for the target's browser. */
export function isKnownBrowser({ browser }: Target): boolean {
  return SUPPORT_BROWSERS.some(([id]) => id === browser)
}

/** How far the target supports the feature. */
export function stateOf(feature: string, { browser, version }: Target): SupportState {
  const { ranges } = supportIn(feature, browser)
  const range = ranges.find(
    ({ since, until }) =>
      compareVersions(version, readVersion(since)) >= 0 &&
      (until === null || compareVersions(version, readVersion(until)) < 0),
  )
  if (range === undefined) return 'none'
  return range.isPartial ? 'partial' : 'full'
}

/** The row and the column of a known feature and browser. */
export function supportIn(feature: string, browser: string): BrowserSupport {
  const row = ROWS.get(feature) as readonly BrowserSupport[]
  return row.find((support) => support.browser === browser) as BrowserSupport
}

/** Whether the version lies before the other one. */
export function isBefore({ version }: Target, other: string): boolean {
  return compareVersions(version, readVersion(other)) < 0
}

function readRow(cells: string): BrowserSupport[] {
  const columns = cells.split(' ')
  return SUPPORT_BROWSERS.map(([browser, name], index) => {
    const cell = columns[index] as string
    const ranges = cell === '-' ? [] : cell.split('|').map(readRange)
    return Object.freeze({ browser, name, ranges: Object.freeze(ranges) })
  })
}

function readRange(text: string): SupportRange {
  const [, mark, since, until] = RANGE.exec(text) as RegExpExecArray
  return Object.freeze({ since: since as string, until: until ?? null, isPartial: mark === '~' })
}

function readVersion(text: string): Version {
  return text.split('.').map(Number)
}

function compareVersions(a: Version, b: Version): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
