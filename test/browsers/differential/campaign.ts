/**
 * A campaign: many documents in one browser, what differs confirmed and made small, the rest
 * counted.
 */

import type { DifferenceTag } from '../../../packages/engine/src/dialects/differences.ts'
import { launchBrowser } from '../browser.ts'
import type { Browser, BrowserName } from '../page.ts'
import type { Outcome } from './compare.ts'
import type { Specimen } from './specimen.ts'
import { explainPrediction, findDifferences } from './predict.ts'
import { makeRunner, nextSpecimen, runSpecimens } from './run.ts'
import type { Runner } from './run.ts'
import { runAlone, shrink } from './shrink.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

/** What is asked of a campaign. */
export interface CampaignOptions {
  readonly seed: string
  /** Probes, rounded up to whole documents. */
  readonly cases: number
  /** The number of the one document to run; default all. */
  readonly only?: number | undefined
  /** Kinds that are not drawn, because of how the browser was started. */
  readonly without?: readonly string[] | undefined
  /** Hears how far it is. */
  readonly onProgress?: (progress: Progress) => void
}

interface Progress {
  readonly done: number
  readonly total: number
  readonly unexplained: number
}

/** What came of a campaign. */
export interface CampaignResult {
  readonly browser: BrowserName
  readonly version: string
  readonly seed: string
  readonly documents: number
  readonly cases: number
  /** How many of the cases the policy blocks. */
  readonly blocked: number
  /** Agreements with a prediction that is the specification's too. */
  readonly agreements: number
  /** Agreements with a prediction that a difference of the dialect has changed. */
  readonly explained: number
  /** Explained cases by difference; one that needs several counts for each. */
  readonly byDifference: Readonly<Partial<Record<DifferenceTag, number>>>
  /**
   * Disagreements that went away when the probe ran alone and with more time, and that count as
   * what they then were.
   */
  readonly unstable: readonly Reproduction[]
  readonly unexplained: readonly Reproduction[]
  readonly byKind: Readonly<Record<string, KindCount>>
  readonly seconds: number
}

interface KindCount {
  readonly cases: number
  readonly blocked: number
}

/** A difference that nothing explains in its smallest form, or one that went away. */
export interface Reproduction {
  /** Seed and number of the document, and the probe in it. */
  readonly seed: string
  readonly probe: string
  readonly kind: string
  readonly self: string
  readonly policies: Specimen['policies']
  readonly checks: readonly unknown[]
  readonly task: unknown
  /** What the browser did against what was predicted. */
  readonly differences: readonly string[]
  /** What the engine says. */
  readonly explanation: readonly string[]
}

/** Documents that run in one call of the page: few enough that it ends before its deadline. */
const BATCH = 3

/** Starts a browser and servers, runs a campaign, and ends them. */
export async function runCampaign(
  name: BrowserName,
  options: CampaignOptions,
): Promise<CampaignResult> {
  const browser = await launchBrowser(name, {
    firefoxPreferences: { 'browser.send_pings': true },
  })
  try {
    return await runCampaignIn(browser, options)
  } finally {
    await browser.close()
  }
}

/** Runs a campaign in a browser. Firefox sends pings only where `browser.send_pings` is set. */
export async function runCampaignIn(
  browser: Browser,
  options: CampaignOptions,
): Promise<CampaignResult> {
  const world = await startWorld()
  try {
    return await run({ browser, world, options })
  } finally {
    await world.close()
  }
}

interface Campaign {
  readonly browser: Browser
  readonly world: World
  readonly options: CampaignOptions
}

async function run({ browser, world, options }: Campaign): Promise<CampaignResult> {
  const { seed, only, onProgress } = options
  const started = performance.now()
  const runner = makeRunner(browser, world, options)
  const specimens =
    only === undefined ? enough(runner, options) : [nextSpecimen(runner, `${seed}:${only}`)]
  const total = specimens.reduce((sum, { probes }) => sum + probes.length, 0)
  const tally = makeTally(browser.name)
  for (const batch of batchesOf(specimens)) {
    // oxlint-disable-next-line no-await-in-loop -- one browser, one page
    for (const outcome of await runSpecimens(runner, batch)) {
      // oxlint-disable-next-line no-await-in-loop -- one browser, one page
      tally.add(await settle(runner, outcome))
    }
    onProgress?.({ done: tally.cases(), total, unexplained: tally.unexplained() })
  }
  await runner.page?.close()
  return {
    browser: browser.name,
    version: browser.version,
    seed,
    documents: specimens.length,
    ...tally.result(),
    seconds: Math.round((performance.now() - started) / 1000),
  }
}

/** As many documents as have that many probes. */
function enough(runner: Runner, { seed, cases }: CampaignOptions): readonly Specimen[] {
  const specimens: Specimen[] = []
  let left = cases
  while (left > 0) {
    const specimen = nextSpecimen(runner, `${seed}:${specimens.length}`)
    specimens.push(specimen)
    left -= specimen.probes.length
  }
  return specimens
}

/** A few documents at a time, all of one origin. */
function batchesOf(specimens: readonly Specimen[]): readonly (readonly Specimen[])[] {
  const bySelf = new Map<string, Specimen[]>()
  for (const specimen of specimens) {
    const group = bySelf.get(specimen.self)
    if (group === undefined) bySelf.set(specimen.self, [specimen])
    else group.push(specimen)
  }
  return [...bySelf.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_, index) =>
      group.slice(index * BATCH, (index + 1) * BATCH),
    ),
  )
}

interface Settled {
  readonly outcome: Outcome
  /** What came of it among others, where that was something else. */
  readonly before?: Outcome
}

/** Runs again alone what differs, and makes it small where it still does. */
async function settle(runner: Runner, outcome: Outcome): Promise<Settled> {
  if (outcome.differences.length === 0) return { outcome }
  const again = await runAlone(runner, outcome)
  if (again.differences.length === 0) return { outcome: again, before: outcome }
  return { outcome: await shrink(runner, again) }
}

interface Tally {
  add(settled: Settled): void
  cases(): number
  unexplained(): number
  result(): Omit<CampaignResult, 'browser' | 'documents' | 'seconds' | 'seed' | 'version'>
}

function makeTally(browser: BrowserName): Tally {
  const byDifference: Partial<Record<DifferenceTag, number>> = {}
  const byKind = new Map<string, KindCount>()
  const unexplained: Reproduction[] = []
  const unstable: Reproduction[] = []
  let [cases, blocked, agreements, explained] = [0, 0, 0, 0]
  return {
    add({ outcome, before }) {
      const { specimen, probe, predicted, differences } = outcome
      const isBlocked = !predicted.allowed
      const count = byKind.get(probe.kind) ?? { cases: 0, blocked: 0 }
      byKind.set(probe.kind, {
        cases: count.cases + 1,
        blocked: count.blocked + Number(isBlocked),
      })
      cases += 1
      blocked += Number(isBlocked)
      if (before !== undefined) unstable.push(reproductionOf(before, browser))
      if (differences.length > 0) {
        unexplained.push(reproductionOf(outcome, browser))
        return
      }
      const tags = findDifferences(specimen, probe, browser)
      if (tags === null) agreements += 1
      else explained += 1
      for (const tag of tags ?? []) byDifference[tag] = (byDifference[tag] ?? 0) + 1
    },
    cases: () => cases,
    unexplained: () => unexplained.length,
    result: () => ({
      cases,
      blocked,
      agreements,
      explained,
      byDifference,
      unstable,
      unexplained,
      byKind: Object.fromEntries([...byKind].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    }),
  }
}

function reproductionOf(
  { specimen, probe, differences }: Outcome,
  browser: BrowserName,
): Reproduction {
  const { seed, self, policies } = specimen
  return {
    seed,
    probe: probe.id,
    kind: probe.kind,
    self,
    policies,
    checks: probe.checks,
    task: probe.task,
    differences,
    explanation: explainPrediction(specimen, probe, browser),
  }
}
