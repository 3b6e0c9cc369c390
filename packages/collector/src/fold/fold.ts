/** Reports, counted in groups: what many reports come down to, whatever their number. */

import { causeKey, isNoise } from '@cusp/reports'
import type {
  Browser,
  ClassReason,
  ReportedDisposition,
  Violation,
  ViolationClass,
} from '@cusp/reports'
import { OVERFLOW } from '../store/batch.ts'
import type { Batch, KeptReport } from '../store/batch.ts'
import { hashPolicy } from './policy-hash.ts'

/** How much of a group is kept beside its counts, and how many names are counted. */
export const BOUNDS: {
  readonly pages: number
  readonly browsers: number
  readonly samples: number
  readonly names: number
  /** Policies that no sample names any longer. */
  readonly policies: number
} = Object.freeze({ pages: 10, browsers: 10, samples: 3, names: 100, policies: 500 })

/** Milliseconds of an hour. */
export const HOUR = 3_600_000

/**
 * What is counted without a group: reports of other types by their type, what was no report by its
 * reason, violations by project.
 */
export type CountKind = 'other' | 'rejected' | 'total'

/** A violation whose `policy` is the hash of it: see {@link Fold.policies}. */
export type Sample = Violation

/** What is known of a group. Plain data to JSON. Folding changes it. */
export interface FoldedGroup {
  readonly project: string
  readonly key: string
  class: ViolationClass
  reason: ClassReason
  readonly directive: string
  readonly blocked: string
  readonly disposition: ReportedDisposition
  count: number
  firstSeen: number
  lastSeen: number
  /** The first ones. */
  pages: readonly string[]
  /** The first ones. */
  browsers: readonly string[]
  /** How many in which hour since 1970. */
  hours: (readonly [hour: number, count: number])[]
  /** The latest ones, the newest last. */
  samples: Sample[]
}

/** Numbers by kind, then by name. */
type Counted = Map<CountKind, Map<string, number>>

/** Many reports, folded. Folding changes it. */
export interface Fold {
  readonly groups: Map<string, FoldedGroup>
  readonly counts: Counted
  /** The texts of the policies that samples name, by their hashes. */
  readonly policies: Map<string, string>
  /** How many violations are in it. */
  size: number
}

/** A fold of nothing. */
export function emptyFold(): Fold {
  return { groups: new Map(), counts: new Map(), policies: new Map(), size: 0 }
}

/** Adds what a request has brought. */
export function foldBatch(fold: Fold, batch: Batch): void {
  for (const report of batch.reports) foldReport(fold, report)
  fold.size += batch.reports.length
  countBatch(fold.counts, batch)
  limitPolicies(fold)
}

/** Counts what a request has brought. */
export function countBatch(counts: Counted, { reports, rejected, others }: Batch): void {
  for (const { project } of reports) count(counts, { kind: 'total', name: project }, 1)
  for (const [name, number] of Object.entries(rejected)) {
    count(counts, { kind: 'rejected', name }, number)
  }
  for (const [name, number] of Object.entries(others)) {
    count(counts, { kind: 'other', name }, number)
  }
}

/** Keeps the text of a policy, which thousands of samples have, and returns its hash. */
export function keepPolicy(policies: Map<string, string>, policy: string): string {
  if (policy === '') return ''
  const hash = hashPolicy(policy)
  if (!policies.has(hash)) policies.set(hash, storable(policy))
  return hash
}

/**
 * Adds a fold to another one. The first one is changed; the second one must not be used after that.
 */
export function mergeFolds(fold: Fold, newer: Fold): void {
  for (const [id, group] of newer.groups) {
    const known = fold.groups.get(id)
    if (known === undefined) fold.groups.set(id, group)
    else mergeGroups(known, group)
  }
  for (const [kind, names] of newer.counts) {
    for (const [name, number] of names) count(fold.counts, { kind, name }, number)
  }
  for (const [hash, policy] of newer.policies) fold.policies.set(hash, policy)
  fold.size += newer.size
  limitPolicies(fold)
}

/** Adds what is known of a group to what was known before. The first one is changed. */
export function mergeGroups(group: FoldedGroup, newer: FoldedGroup): void {
  if (takesClassOf(group, newer)) {
    group.class = newer.class
    group.reason = newer.reason
  }
  group.count += newer.count
  group.firstSeen = Math.min(group.firstSeen, newer.firstSeen)
  group.lastSeen = Math.max(group.lastSeen, newer.lastSeen)
  group.pages = unite(group.pages, newer.pages, BOUNDS.pages)
  group.browsers = unite(group.browsers, newer.browsers, BOUNDS.browsers)
  for (const [hour, number] of newer.hours) addHour(group, hour, number)
  group.samples = [...group.samples, ...newer.samples].slice(-BOUNDS.samples)
}

/** Takes out the groups that were not seen since then, and the hours before it. The counts stay. */
export function forgetGroups({ groups }: Fold, cutoff: number): void {
  const firstHour = Math.floor(cutoff / HOUR)
  for (const [id, group] of groups) {
    if (group.lastSeen < cutoff) groups.delete(id)
    else group.hours = group.hours.filter(([hour]) => hour >= firstHour)
  }
}

/** The name of a group in {@link Fold.groups}: a project may have an overflow group of its own. */
export function groupId({ project, key }: Pick<FoldedGroup, 'key' | 'project'>): string {
  return `${project}\n${key}`
}

/**
 * The name under which something is counted. Types of reports come from outside: above a number of
 * them, the rest has one name. Projects are configured.
 */
export function countedName(
  names: ReadonlyMap<string, number>,
  { kind, name }: { readonly kind: CountKind; readonly name: string },
): string {
  const hasRoom = kind === 'total' || names.size < BOUNDS.names || names.has(name)
  return hasRoom ? name : OVERFLOW
}

/** Samples give way to newer ones: their policies are no longer named. */
function limitPolicies({ groups, policies }: Fold): void {
  if (policies.size <= BOUNDS.policies + groups.size * BOUNDS.samples) return
  const named = new Set<string>()
  for (const { samples } of groups.values()) for (const { policy } of samples) named.add(policy)
  for (const hash of policies.keys()) if (!named.has(hash)) policies.delete(hash)
}

function count(
  counts: Counted,
  { kind, name }: { readonly kind: CountKind; readonly name: string },
  number: number,
): void {
  if (number === 0) return
  let names = counts.get(kind)
  if (names === undefined) counts.set(kind, (names = new Map()))
  const counted = countedName(names, { kind, name: storable(name) })
  names.set(counted, (names.get(counted) ?? 0) + number)
}

function foldReport(fold: Fold, report: KeptReport): void {
  const { violation } = report
  addSample(fold, report, { ...violation, policy: keepPolicy(fold.policies, violation.policy) })
}

/** Adds a report to its group, and nothing to the counts. */
export function addSample(fold: Fold, report: KeptReport, sample: Sample): void {
  const id = groupId(report)
  const known = fold.groups.get(id)
  if (known === undefined) fold.groups.set(id, startGroup(report, sample))
  else addReport(known, report, sample)
}

/** What is known of a group after its first report. */
function startGroup(report: KeptReport, sample: Sample): FoldedGroup {
  const { violation, key, project } = report
  const { seenAt, page } = violation
  const isOverflow = key === OVERFLOW
  return {
    project,
    key,
    class: report.class,
    reason: report.reason,
    // The overflow group has violations of every kind.
    directive: isOverflow ? '' : storable(violation.directive),
    blocked: isOverflow ? '' : storable(causeKey(violation)),
    disposition: isOverflow ? 'unknown' : violation.disposition,
    count: 1,
    firstSeen: seenAt,
    lastSeen: seenAt,
    pages: page === '' ? [] : [page],
    browsers: [nameOf(violation.browser)],
    hours: [[Math.floor(seenAt / HOUR), 1]],
    samples: [sample],
  }
}

function addReport(group: FoldedGroup, report: KeptReport, sample: Sample): void {
  const { seenAt, page, browser } = report.violation
  if (takesClassOf(group, report)) {
    group.class = report.class
    group.reason = report.reason
  }
  group.count++
  if (seenAt < group.firstSeen) group.firstSeen = seenAt
  if (seenAt > group.lastSeen) group.lastSeen = seenAt
  if (page !== '') group.pages = addTo(group.pages, page, BOUNDS.pages)
  group.browsers = addTo(group.browsers, nameOf(browser), BOUNDS.browsers)
  addHour(group, Math.floor(seenAt / HOUR), 1)
  if (group.samples.length >= BOUNDS.samples) group.samples.shift()
  group.samples.push(sample)
}

/**
 * The latest class counts, but noise never hides what is none: one forged report would be enough
 * for that.
 */
export function takesClassOf(
  group: Pick<FoldedGroup, 'class'>,
  newer: Pick<FoldedGroup, 'class'>,
): boolean {
  return !isNoise(newer.class) || isNoise(group.class)
}

function addHour({ hours }: FoldedGroup, hour: number, number: number): void {
  const index = hours.findIndex(([known]) => known === hour)
  const before = hours[index]
  if (before === undefined) hours.push([hour, number])
  else hours[index] = [hour, number + before[1]]
}

function unite(
  known: readonly string[],
  newer: readonly string[],
  most: number,
): readonly string[] {
  return newer.reduce((list, text) => addTo(list, text, most), known)
}

/** The same list where there is nothing to add. */
function addTo(known: readonly string[], text: string, most: number): readonly string[] {
  return known.length >= most || known.includes(text) ? known : [...known, text]
}

function nameOf({ family, version }: Browser): string {
  return version === null ? family : `${family} ${version}`
}

/**
 * PostgreSQL takes no text with a NUL in it, and from SQLite it comes back without what follows.
 * JSON escapes it, so that only what is stored as it is needs this.
 */
function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}
