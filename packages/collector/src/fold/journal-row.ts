/**
 * What came together, or a fold, as the text of a row of the journal, and back as a fold. Its form
 * belongs to the version of the schema.
 */

import type { BlockedKind, ReportedDisposition, Violation } from '@cusp/reports'
import type { Batch, KeptReport } from '../store/batch.ts'
import type { CountKind, Fold, FoldedGroup, Sample } from './fold.ts'
import { addSample, countBatch, emptyFold, groupId, keepPolicy } from './fold.ts'

interface Row {
  /** What came together. */
  readonly reports: readonly ReportRow[]
  /** What was folded already. */
  readonly groups: readonly GroupOfRow[]
  readonly counts: readonly (readonly [CountKind, readonly (readonly [string, number])[]])[]
  readonly policies: readonly (readonly [hash: string, policy: string])[]
  readonly size: number
}

type GroupOfRow = Omit<FoldedGroup, 'samples'> & { readonly samples: readonly SampleRow[] }

type ReportRow = readonly [
  project: string,
  key: string,
  className: KeptReport['class'],
  reason: KeptReport['reason'],
  sample: SampleRow,
]

/** Without the names, a sample is a third as long, and written three times as fast. */
type SampleRow = readonly [
  page: string,
  referrer: string,
  kind: BlockedKind,
  url: string,
  directive: string,
  disposition: ReportedDisposition,
  policy: string,
  file: string | null,
  line: number | null,
  column: number | null,
  sample: string,
  status: number | null,
  family: Sample['browser']['family'],
  version: number | null,
  engine: Sample['browser']['engine'],
  app: Sample['browser']['app'],
  age: number | null,
  seenAt: number,
]

/** Writes what came together: nothing of it is folded yet, because somebody waits. */
export function writeBatches(batches: readonly Batch[]): string {
  const { counts, policies } = emptyFold()
  const reports: ReportRow[] = []
  for (const batch of batches) {
    for (const { project, key, class: className, reason, violation } of batch.reports) {
      const policy = keepPolicy(policies, violation.policy)
      reports.push([project, key, className, reason, writeSample(violation, policy)])
    }
    countBatch(counts, batch)
  }
  return writeRow({ reports, groups: [], counts, policies, size: reports.length })
}

/** Writes a fold. */
export function writeFold({ groups, counts, policies, size }: Fold): string {
  const written = Array.from(groups.values(), writeGroup)
  return writeRow({ reports: [], groups: written, counts, policies, size })
}

function writeRow({
  counts,
  policies,
  ...rest
}: Omit<Row, 'counts' | 'policies'> & Pick<Fold, 'counts' | 'policies'>): string {
  const row: Row = {
    ...rest,
    counts: Array.from(counts, ([kind, names]) => [kind, [...names]] as const),
    policies: [...policies],
  }
  return JSON.stringify(row)
}

/** Reads what {@link writeBatches} or {@link writeFold} has written. */
export function readRow(text: string): Fold {
  const { reports, groups, counts, policies, size } = JSON.parse(text) as Row
  const fold: Fold = {
    groups: new Map(groups.map(readGroup).map((group) => [groupId(group), group])),
    counts: new Map(counts.map(([kind, names]) => [kind, new Map(names)])),
    policies: new Map(policies),
    size,
  }
  for (const [project, key, className, reason, row] of reports) {
    const violation = readSample(row)
    addSample(fold, { project, key, class: className, reason, violation }, violation)
  }
  return fold
}

function readGroup(group: GroupOfRow): FoldedGroup {
  return { ...group, samples: group.samples.map(readSample) }
}

function writeGroup(group: FoldedGroup): GroupOfRow {
  return { ...group, samples: group.samples.map((sample) => writeSample(sample, sample.policy)) }
}

function writeSample(sample: Violation, policy: string): SampleRow {
  const { blocked, source, browser } = sample
  return [
    sample.page,
    sample.referrer,
    blocked.kind,
    blocked.url,
    sample.directive,
    sample.disposition,
    policy,
    source.file,
    source.line,
    source.column,
    sample.sample,
    sample.status,
    browser.family,
    browser.version,
    browser.engine,
    browser.app,
    sample.age,
    sample.seenAt,
  ]
}

function readSample(row: SampleRow): Sample {
  const [page, referrer, kind, url, directive, disposition, policy, file, line, column, ...rest] =
    row
  const [sample, status, family, version, engine, app, age, seenAt] = rest
  return {
    page,
    referrer,
    blocked: { kind, url },
    directive,
    disposition,
    policy,
    source: { file, line, column },
    sample,
    status,
    browser: { family, version, engine, app },
    age,
    seenAt,
  }
}
