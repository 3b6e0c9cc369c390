/** Makes a difference small: one probe, and no policy, directive or source that it does without. */

import type { Outcome } from './compare.ts'
import type { PolicyTexts } from './specimen.ts'
import type { Runner } from './run.ts'
import { nextSpecimen, runSpecimens } from './run.ts'

/** Documents that may be spent on one difference. */
const BUDGET = 60

/**
 * Runs a probe again, alone in a document of its own and with more time; the policies may be
 * others.
 */
export async function runAlone(
  runner: Runner,
  { specimen, probe }: Pick<Outcome, 'probe' | 'specimen'>,
  policies: PolicyTexts = specimen.policies,
): Promise<Outcome> {
  const again = nextSpecimen(runner, specimen.seed)
  const probes = again.probes.filter(({ id }) => id === probe.id)
  const [outcome] = await runSpecimens(runner, [{ ...again, probes, policies }], {
    isPatient: true,
  })
  if (outcome === undefined)
    throw new Error(`Cannot run ${specimen.seed} ${probe.id} again: it is gone`)
  return outcome
}

/** Takes away whatever the difference stays without. */
export async function shrink(runner: Runner, difference: Outcome): Promise<Outcome> {
  let smallest = difference
  let left = BUDGET
  let isSmaller = true
  while (isSmaller) {
    isSmaller = false
    for (const policies of smallerPolicies(smallest.specimen.policies)) {
      if (left === 0) return smallest
      if (hasTwins(policies)) continue
      left -= 1
      // oxlint-disable-next-line no-await-in-loop -- each step builds on the last
      const outcome = await runAlone(runner, smallest, policies)
      if (outcome.differences.length > 0) {
        smallest = outcome
        isSmaller = true
        break
      }
    }
  }
  return smallest
}

/** The policies with one policy, directive or source less. */
function* smallerPolicies(policies: PolicyTexts): Generator<PolicyTexts> {
  for (const place of ['enforce', 'report', 'meta'] as const) {
    for (const [index, text] of policies[place].entries()) {
      yield { ...policies, [place]: policies[place].toSpliced(index, 1) }
      for (const smaller of smallerTexts(text)) {
        yield { ...policies, [place]: policies[place].with(index, smaller) }
      }
    }
  }
}

function* smallerTexts(text: string): Generator<string> {
  for (const separator of [',', ';']) {
    const parts = text.split(separator)
    if (parts.length === 1) continue
    for (const index of parts.keys()) yield parts.toSpliced(index, 1).join(separator).trim()
  }
  const words = text.split(/(?<=[\s;,])/)
  for (const index of words.keys()) {
    if (index > 0 && !/[;,]\s*$/.test(words[index - 1] ?? ''))
      yield words.toSpliced(index, 1).join('').trim()
  }
}

/** Whether two policies are alike: their events could not be told apart. */
function hasTwins({ enforce, report, meta }: PolicyTexts): boolean {
  const texts = [...enforce, ...report, ...meta].flatMap((text) => text.split(','))
  return new Set(texts.map((text) => text.trim())).size < texts.length
}
