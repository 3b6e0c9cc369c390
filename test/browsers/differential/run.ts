/** Runs generated documents in a browser and compares what it did with what the engine said. */

import type { Browser, Page } from '../page.ts'
import { compare } from './compare.ts'
import type { Outcome } from './compare.ts'
import { generate } from './generate.ts'
import type { Specimen } from './specimen.ts'
import type { Observation } from './observation.ts'
import { predict } from './predict.ts'
import type { Probe } from './probe.ts'
import type { World } from './world.ts'

/** What runs specimens. */
export interface Runner {
  readonly browser: Browser
  readonly world: World
  readonly without: readonly string[]
  /** How many documents it has run. */
  count: number
  page: Page | undefined
  origin: string
}

/** How documents are run. */
export interface RunOptions {
  /** Waits longer for everything, to see whether a difference is only a matter of time. */
  readonly isPatient?: boolean
}

/** Kinds that give no sign where they are allowed. */
const SILENT_KINDS: ReadonlySet<string> = new Set(['ping', 'poster', 'prefetch'])

/** Prepares a browser to run specimens. */
export function makeRunner(
  browser: Browser,
  world: World,
  { without = [] }: { readonly without?: readonly string[] | undefined } = {},
): Runner {
  return { browser, world, without, count: 0, page: undefined, origin: '' }
}

/**
 * Generates a document for a runner: the same seed makes the same one but for its id, so that no
 * address comes twice.
 */
export function nextSpecimen(runner: Runner, seed: string): Specimen {
  runner.count += 1
  const { browser, world, without } = runner
  const id = `d${runner.count}`
  return generate({ seed, id, browser: browser.name, ports: world.ports, without })
}

/** Runs documents that stand on one origin. */
export async function runSpecimens(
  runner: Runner,
  specimens: readonly Specimen[],
  { isPatient = false }: RunOptions = {},
): Promise<readonly Outcome[]> {
  const [first] = specimens
  if (first === undefined) return []
  const { world } = runner
  const page = await standOn(runner, first.self)
  const works = specimens.map((specimen) => {
    world.publish(specimen.id, specimen)
    return {
      id: specimen.id,
      tasks: specimen.probes.map((probe) => taskFor(runner, { specimen, probe, isPatient })),
    }
  })
  world.takeArrivals()
  const observed = await page.evaluate<readonly (readonly Observation[])[]>(
    `return differential.run(${JSON.stringify(works)})`,
  )
  const arrivals = world.takeArrivals()
  const events = observed.flat()
  return specimens.flatMap((specimen) =>
    specimen.probes.map((probe) =>
      compare({
        specimen,
        probe,
        observations: events,
        arrivals,
        predicted: predict(specimen, probe, runner.browser.name),
      }),
    ),
  )
}

interface Assignment {
  readonly specimen: Specimen
  readonly probe: Probe
  readonly isPatient: boolean
}

/** A probe's task, with what the page has to know to wait for no longer than it needs. */
function taskFor(runner: Runner, { specimen, probe, isPatient }: Assignment): object {
  const { allowed, violations } = predict(specimen, probe, runner.browser.name)
  const isQuick = probe.arrival === null || SILENT_KINDS.has(probe.kind)
  const patience = (isQuick ? 400 : 2500) * (isPatient ? 2 : 1)
  return {
    ...probe.task,
    isSlow: probe.task.isSlow || isPatient,
    expected: violations.length,
    isBlocked: !allowed,
    patience,
  }
}

async function standOn(runner: Runner, origin: string): Promise<Page> {
  if (runner.page !== undefined && runner.origin === origin) return runner.page
  const url = `${origin}/driver`
  if (runner.page === undefined) runner.page = await runner.browser.open(url)
  else await runner.page.goto(url)
  runner.origin = origin
  return runner.page
}
