/** A generated document: what is published, tried in it and predicted for it. */

import type { PolicyRecord } from '../../../packages/engine/src/index.ts'
import type { Probe } from './probe.ts'

/** A generated document. */
export interface Specimen {
  /** Unique in a run, such as `d12`. */
  readonly id: string
  /** What it was drawn from, such as `7:42`: the seed and the number of the document. */
  readonly seed: string
  readonly self: string
  readonly policies: PolicyTexts
  readonly probes: readonly Probe[]
}

/** Policies as text: one member for each header line and meta element. */
export interface PolicyTexts {
  readonly enforce: readonly string[]
  readonly report: readonly string[]
  readonly meta: readonly string[]
}

/** The policies as the engine takes them, in the order in which a browser gets them. */
export function recordsOf({ enforce, report, meta }: PolicyTexts): readonly PolicyRecord[] {
  return [
    ...enforce.map((value) => ({ value })),
    ...report.map((value) => ({ value, disposition: 'report' as const })),
    ...meta.map((value) => ({ value, source: 'meta' as const })),
  ]
}
