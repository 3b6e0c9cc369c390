/** Compares what a browser did with what the engine said. */

import type { Specimen } from './specimen.ts'
import type { Observation, SeenViolation } from './observation.ts'
import type { Prediction } from './predict.ts'
import type { Probe } from './probe.ts'

/** One probe's outcome. */
export interface Outcome {
  readonly specimen: Specimen
  readonly probe: Probe
  readonly predicted: Prediction
  readonly sign: string
  /** What does not agree, one phrase each; empty for agreement. */
  readonly differences: readonly string[]
}

interface Comparison {
  readonly specimen: Specimen
  readonly probe: Probe
  readonly predicted: Prediction
  /** Those of all documents that ran together. */
  readonly observations: readonly Observation[]
  readonly arrivals: ReadonlySet<string>
}

/** Compares violations, effect and arrival of one probe. */
export function compare({
  specimen,
  probe,
  predicted,
  observations,
  arrivals,
}: Comparison): Outcome {
  const own = observations.find(({ document, id }) => document === specimen.id && id === probe.id)
  const events = eventsOf(probe, `${specimen.id}.${probe.id}`, observations)
  const seen = violationsOf(events, predicted.policies)
  const { allowed, violations } = predicted
  const differences: string[] = []
  if (seen.join() !== violations.join()) {
    differences.push(`violations [${seen.join(', ')}], expected [${violations.join(', ')}]`)
  }
  if (own === undefined) differences.push('was not run')
  else if (own.effect !== null && own.effect !== allowed) {
    differences.push(`effect ${own.effect}, expected ${allowed}`)
  }
  if (probe.arrival !== null && hasArrived(probe.arrival, arrivals) !== allowed) {
    differences.push(allowed ? 'no request, expected one' : 'a request, expected none')
  }
  return { specimen, probe, predicted, sign: own?.sign ?? 'none', differences }
}

/** Known by its token alone: WebKit's network layer decodes letters of the path. */
function hasArrived(token: string, arrivals: ReadonlySet<string>): boolean {
  const pattern = `?t=${token}&`
  return Array.from(arrivals).some((path) => path.includes(pattern))
}

/**
 * Those that name the probe's own address, whenever they came, and those that name nobody's and
 * came in its turn.
 */
function eventsOf(
  { kind }: Probe,
  token: string,
  observations: readonly Observation[],
): readonly SeenViolation[] {
  return observations.flatMap(({ document, id, events }) =>
    events.filter(({ blockedURI, effectiveDirective }) => {
      const named = /[?&]t=(d\d+\.p\d+)/.exec(blockedURI)?.[1]
      if (named !== undefined) return token === named
      // Chromium asks about the empty URL when the last base goes.
      if (effectiveDirective === 'base-uri' && blockedURI === '') return false
      // A base is judged again whenever another one comes or goes.
      return (
        token === `${document}.${id}` &&
        (effectiveDirective !== 'base-uri') === (kind !== 'base-uri')
      )
    }),
  )
}

/**
 * One for each policy that says so: browsers may fire several events for one violation. Firefox
 * writes one policy in two ways where it handed it to another process, so that no more are counted
 * than there are policies.
 */
function violationsOf(
  events: readonly SeenViolation[],
  policies: Prediction['policies'],
): readonly string[] {
  const policiesBySaying = new Map<string, Set<string>>()
  for (const { disposition, effectiveDirective, originalPolicy } of events) {
    const saying = `${disposition} ${effectiveDirective}`
    const known = policiesBySaying.get(saying) ?? new Set()
    const limit = disposition === 'report' ? policies.report : policies.enforce
    policiesBySaying.set(saying, known.size < limit ? known.add(originalPolicy) : known)
  }
  return [...policiesBySaying]
    .flatMap(([saying, known]) => Array.from(known, () => saying))
    .toSorted()
}
