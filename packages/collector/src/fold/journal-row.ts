/**
 * A fold as the text of a row of the journal, and back. Its form belongs to the version of the
 * schema.
 */

import type { BlockedKind, ReportedDisposition } from '@cusp/reports'
import type { KeptReport } from '../store/batch.ts'
import type { CountKind, Fold, FoldedGroup, Sample } from './fold.ts'
import { groupId, startGroup } from './fold.ts'

/**
 * A turn brings few reports of one group: most of its groups are one report, which says all of it.
 */
interface Row {
  readonly reports: readonly ReportRow[]
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

/** Writes a fold. */
export function writeRow({ groups, counts, policies, size }: Fold): string {
  const reports: ReportRow[] = []
  const others: GroupOfRow[] = []
  for (const group of groups.values()) {
    const [sample] = group.samples
    if (group.count === 1 && sample !== undefined) {
      reports.push([group.project, group.key, group.class, group.reason, writeSample(sample)])
    } else others.push(writeGroup(group))
  }
  const row: Row = {
    reports,
    groups: others,
    counts: [...counts].map(([kind, names]) => [kind, [...names]]),
    policies: [...policies],
    size,
  }
  return JSON.stringify(row)
}

/** Reads what {@link writeRow} has written. */
export function readRow(text: string): Fold {
  const { reports, groups, counts, policies, size } = JSON.parse(text) as Row
  const all = [...reports.map(readReport), ...groups.map(readGroup)]
  return {
    groups: new Map(all.map((group) => [groupId(group), group])),
    counts: new Map(counts.map(([kind, names]) => [kind, new Map(names)])),
    policies: new Map(policies),
    size,
  }
}

function readReport([project, key, className, reason, row]: ReportRow): FoldedGroup {
  const violation = readSample(row)
  return startGroup({ project, key, class: className, reason, violation }, violation)
}

function readGroup(group: GroupOfRow): FoldedGroup {
  return { ...group, samples: group.samples.map(readSample) }
}

function writeGroup(group: FoldedGroup): GroupOfRow {
  return { ...group, samples: group.samples.map(writeSample) }
}

function writeSample(sample: Sample): SampleRow {
  const { blocked, source, browser } = sample
  return [
    sample.page,
    sample.referrer,
    blocked.kind,
    blocked.url,
    sample.directive,
    sample.disposition,
    sample.policy,
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
