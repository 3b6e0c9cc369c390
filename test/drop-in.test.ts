/** The drop-ins and npm's helmet side by side over real servers, in every framework. */

import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { DIFFERENCES, explain } from '../packages/core/test/helmet-differences.ts'
import type { Observed, Outcome } from '../packages/core/test/helmet-sides.ts'
import { isSame } from '../packages/core/test/helmet-sides.ts'
import type { Spec } from '../packages/core/test/helmet-specs.ts'
import { anySpec } from '../packages/core/test/helmet-specs.ts'
import { table } from '../packages/core/test/helmet-table.ts'
import { runOn } from './drop-in/stage.ts'
import { ours, oursInGeneral, theirs } from './drop-in/stages.ts'

/** Another seed looks at other option sets: CUSP_SEED=7 */
const SEED = Number(process.env['CUSP_SEED'] ?? 831)
const GENERATED = 400

const specs: readonly Spec[] = [
  ...table.map(([, spec]) => spec),
  ...fc.sample(anySpec, { numRuns: GENERATED, seed: SEED }),
]

describe(`${table.length} option sets of the table and ${GENERATED} generated ones, two responses each`, () => {
  let helmets: readonly Observed[] = []
  beforeAll(async () => {
    const [bare] = theirs
    if (bare === undefined) throw new Error('Cannot find helmet on node:http')
    helmets = (await runOn(bare, specs)).observed
  })

  it('helmet sends all kinds', () => {
    const outcomes = helmets.flatMap((each) => (each.kind === 'made' ? each.outcomes : []))
    expect(outcomes.filter(({ kind }) => kind === 'sent').length).toBeGreaterThan(specs.length / 2)
    expect(outcomes.some(({ kind }) => kind === 'next')).toBe(true)
    expect(outcomes.some(({ kind }) => kind === 'thrown')).toBe(true)
    expect(helmets.some(({ kind }) => kind === 'refused')).toBe(true)
  })

  it.each(theirs.map((stage) => [stage.name, stage] as const))(
    'helmet does the same in %s',
    async (name, stage) => {
      const { observed, surprises } = await runOn(stage, specs)
      expect(surprises).toEqual([])
      const isKoa = name.startsWith('Koa')
      for (const [at, each] of observed.entries()) {
        const bare = helmets[at] as Observed
        expect(isSame(isKoa ? thrownAsNext(bare) : bare, each)).toBe(true)
      }
    },
  )

  it.each(ours.map((stage) => [stage.name, stage] as const))(
    'contentSecurityPolicy does as helmet does in %s, but for the named differences',
    async (_name, stage) => {
      const { observed, surprises } = await runOn(stage, specs)
      expect(surprises).toEqual([])
      const names = explainAll(observed, specs.keys())
      expect([...names].toSorted()).toEqual(Object.keys(DIFFERENCES).toSorted())
    },
  )

  it.each(oursInGeneral.map((stage) => [stage.name, stage] as const))(
    "cspMiddleware does as helmet does in %s, where it is given helmet's shape",
    async (_name, stage) => {
      const places = [...specs.keys()].filter((at) => hasHelmetShape(specs[at] as Spec))
      expect(places.length).toBeGreaterThan(specs.length / 2)
      const { observed, surprises } = await runOn(
        stage,
        places.map((at) => specs[at] as Spec),
      )
      expect(surprises).toEqual([])
      explainAll(observed, places)
    },
  )

  function explainAll(observed: readonly Observed[], places: Iterable<number>): Set<string> {
    const names = new Set<string>()
    let same = 0
    for (const [nth, at] of [...places].entries()) {
      const [spec, bare, each] = [
        specs[at] as Spec,
        helmets[at] as Observed,
        observed[nth] as Observed,
      ]
      const differences = explain(spec, bare, each)
      expect(differences, `${JSON.stringify(spec)}: ${JSON.stringify([bare, each])}`).toBeDefined()
      for (const name of differences ?? []) names.add(name)
      if (differences?.length === 0) same += 1
      for (const outcome of each.kind === 'made' ? each.outcomes : []) {
        expect(outcome.kind).not.toBe('thrown')
      }
    }
    expect(same).toBeGreaterThan(observed.length / 2)
    return names
  }
})

/** Koa knows one way for an error. */
function thrownAsNext(observed: Observed): Observed {
  if (observed.kind === 'refused') return observed
  const [first, second] = observed.outcomes
  return { kind: 'made', outcomes: [asNext(first), asNext(second)] }
}

function asNext(outcome: Outcome): Outcome {
  return outcome.kind === 'thrown' ? { ...outcome, kind: 'next' } : outcome
}

/**
 * `cspMiddleware` reads helmet's shape where directives or useDefaults are written, and reportOnly
 * is a boolean.
 */
function hasHelmetShape({ options, shape, useDefaults, reportOnly }: Spec): boolean {
  if (options !== 'record' || (shape === 'absent' && useDefaults === undefined)) return false
  return [undefined, 'undefined', 'true', 'false'].includes(reportOnly)
}
