/** What the engine says that a browser will do with a probe. */

import type { Check } from '../../../packages/engine/src/check/check.ts'
import { decide } from '../../../packages/engine/src/decide/decide.ts'
import type { Decision } from '../../../packages/engine/src/decide/decision.ts'
import type { Dialect } from '../../../packages/engine/src/dialects/dialect.ts'
import type { DifferenceTag } from '../../../packages/engine/src/dialects/differences.ts'
import { getDialect } from '../../../packages/engine/src/dialects/dialect.ts'
import { DIFFERENCES } from '../../../packages/engine/src/dialects/differences.ts'
import { explain } from '../../../packages/engine/src/explain/explain.ts'
import { violation } from '../../../packages/engine/src/report/violation.ts'
import type { BrowserName } from '../page.ts'
import type { Specimen } from './specimen.ts'
import { recordsOf } from './specimen.ts'
import type { Probe } from './probe.ts'

/** What is going to be seen. */
export interface Prediction {
  readonly allowed: boolean
  /**
   * Disposition and effective directive of each event, one for each violated policy, in order of
   * the alphabet.
   */
  readonly violations: readonly string[]
  /** How many policies there are. */
  readonly policies: { readonly enforce: number; readonly report: number }
}

/** Where a probe stands. */
export type Place = Pick<Specimen, 'policies' | 'self'>

/** What a browser will do, in the words of its dialect. */
export function predict(place: Place, probe: Probe, browser: BrowserName): Prediction {
  return predictIn(getDialect(browser), place, probe)
}

/** Why the engine says so, in sentences. */
export function explainPrediction(
  place: Place,
  { checks }: Probe,
  browser: BrowserName,
): readonly string[] {
  return checks.flatMap((check) => explain(decideIn(getDialect(browser), place, check)))
}

/**
 * The differences that make the prediction another one than the specification's, each one without
 * which it would change; null where it is the specification's.
 */
export function findDifferences(
  place: Place,
  probe: Probe,
  browser: BrowserName,
): readonly DifferenceTag[] | null {
  const dialect = getDialect(browser)
  const prediction = predictIn(dialect, place, probe)
  if (isSame(prediction, predictIn(getDialect('spec'), place, probe))) return null
  return DIFFERENCES.map(({ tag }) => tag).filter(
    (tag) =>
      dialect.has(tag) && !isSame(prediction, predictIn(without(dialect, tag), place, probe)),
  )
}

/** Asks hop by hop, until one is blocked. A policy that is violated on two hops counts once. */
function predictIn(dialect: Dialect, place: Place, { checks }: Probe): Prediction {
  const seen = new Map<string, string>()
  let policies = { enforce: 0, report: 0 }
  for (const check of checks) {
    const decision = decideIn(dialect, place, check)
    const enforced = decision.results.filter(({ disposition }) => disposition === 'enforce')
    policies = { enforce: enforced.length, report: decision.results.length - enforced.length }
    for (const report of violation(decision, { documentURL: place.self })) {
      const text = `${report.disposition} ${report.effectiveDirective}`
      seen.set(`${report.policy} ${text}`, text)
    }
    if (!decision.allowed) return { allowed: false, violations: sorted(seen), policies }
  }
  return { allowed: true, violations: sorted(seen), policies }
}

function decideIn(dialect: Dialect, { policies, self }: Place, check: Check): Decision {
  return decide(recordsOf(policies), check, { self, dialect })
}

function without(dialect: Dialect, missing: DifferenceTag): Dialect {
  return { name: dialect.name, has: (tag) => tag !== missing && dialect.has(tag) }
}

function sorted(seen: ReadonlyMap<string, string>): readonly string[] {
  return [...seen.values()].toSorted()
}

function isSame(a: Prediction, b: Prediction): boolean {
  return a.allowed === b.allowed && a.violations.join() === b.violations.join()
}
