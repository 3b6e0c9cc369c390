/** The transactions of a store. */

import type { KnownGroups } from './known-groups.ts'
import { BOUNDS, emptyFold, groupId, HOUR, mergeFolds } from '../fold/fold.ts'
import type { Fold, FoldedGroup, Sample } from '../fold/fold.ts'
import { readRow } from '../fold/journal-row.ts'
import { largestGroups, limitOf } from '../fold/summarise.ts'
import type { SummaryQuery } from '../store/summary.ts'
import { namedPolicies, readCountRows, readGroup, updateGroup, writeCounts } from './rows.ts'
import { read, write } from './script.ts'
import type { Script } from './script.ts'
import { GROUP_COLUMNS, namesOf, SAMPLE_COLUMNS } from './given-rows.ts'
import { AT_ONCE } from './statements.ts'
import type { StatementRows, Value } from './statements.ts'
import type { GroupRow } from './tables.ts'

const GROUP_NAMES = namesOf(GROUP_COLUMNS)
const SAMPLE_NAMES = namesOf(SAMPLE_COLUMNS)

/**
 * Puts rows of the journal in the place of others. When one of these is gone, somebody else has
 * applied it.
 */
export function* replaceRows(
  ids: readonly number[],
  bodies: readonly string[],
  now: number,
): Script<readonly number[] | undefined> {
  const deleted = yield* write('deleteRows', idRows(ids))
  if (deleted.changes !== ids.length) return undefined
  const added = yield* write(
    'addRow',
    bodies.map((body) => [now, body] as const),
  )
  return added.ids
}

/**
 * Adds a fold to the tables and deletes the rows it came from. When one of these is gone, somebody
 * else has applied it.
 *
 * Of a group that is known nothing but its counts and times change mostly: it is not read again.
 */
export function* applyFold(
  { ids, fold }: { readonly ids: readonly number[]; readonly fold: Fold },
  known: KnownGroups,
): Script<true | undefined> {
  const deleted = yield* write('deleteRows', idRows(ids))
  if (deleted.changes !== ids.length) return undefined
  const groups = sortGroups(fold)
  const covered = groups.filter((group) => known.covers(group))
  const gone = yield* touchGroups(covered)
  const others = groups.filter((group) => !known.covers(group) || gone.has(group))
  const stored = yield* readStored(others)
  const updates = others.map((group) => updateGroup(stored.get(groupId(group)), group))
  const samples = updates.flatMap((update) => update.samples)
  yield* write('addPolicies', inOrder(namedPolicies(samples, fold)))
  yield* write(
    'writeGroups',
    updates.map(({ row }) => GROUP_NAMES.map((name) => row[name])),
  )
  yield* write(
    'writeSamples',
    samples.map((row) => SAMPLE_NAMES.map((name) => row[name])),
  )
  for (const update of updates) known.remember(update)
  yield* write('addHours', inOrder(groups.flatMap(hoursOf)))
  yield* addCounts(fold)
  return true
}

/**
 * What is stored, what is still in the journal included: the groups that a summary lists, and all
 * counts.
 */
export function* readSummary(query: SummaryQuery): Script<Fold> {
  const recent = yield* readJournal()
  const limit = limitOf(query)
  const { project } = query
  const top =
    project === undefined
      ? yield* read('readTop', [[limit]])
      : yield* read('readTopOf', [[project, limit]])
  const stored = { ...emptyFold(), counts: readCountRows(yield* read('readCounts', [[]])) }
  putGroups(stored, top)
  // A group of the journal may have become one of the largest.
  const others = [...recent.groups]
    .filter(([id]) => !stored.groups.has(id))
    .map(([, group]) => group)
  for (const part of inParts(others)) putGroups(stored, yield* read('readGroups', nameRows(part)))
  mergeFolds(stored, recent)
  return yield* addSamples({ ...stored, groups: largestGroups(stored, query) })
}

/** The keys of the groups seen last, what is still in the journal included. */
export function* readRecentKeys(limit: number): Script<readonly string[]> {
  const { groups } = yield* readJournal()
  const stored = yield* read('readRecentKeys', [[limit]])
  const seen = [
    ...[...groups.values()].map(({ key, lastSeen }) => [key, lastSeen] as const),
    ...stored.map(({ key, last_seen: lastSeen }) => [key, lastSeen] as const),
  ]
  const keys = seen.toSorted(([, one], [, other]) => other - one).map(([key]) => key)
  return [...new Set(keys)].slice(0, limit)
}

/** Rows of the journal that were written before, from one id on; as many as are read at once. */
export function* readRows(
  after: number,
  before: number,
): Script<readonly StatementRows['readRows'][]> {
  return yield* read('readRows', [[after, before]])
}

/**
 * Deletes groups and hours that were not seen since then, and returns whether there are more.
 * Counts stay.
 */
export function* forgetOld(cutoff: number): Script<boolean> {
  const groups = nameRows(yield* read('readOldGroups', [[cutoff]]))
  yield* write('deleteSamples', groups)
  yield* write('deleteGroups', groups)
  const hours = yield* write('deleteOldHours', [[Math.floor(cutoff / HOUR)]])
  return groups.length === AT_ONCE.groups || hours.changes === AT_ONCE.hours
}

/**
 * Deletes policies that no sample names, and returns the last one that it has looked at; '' after
 * all.
 */
export function* forgetPolicies(after: string): Script<string> {
  const hashes = yield* read('readHashes', [[after]])
  const last = hashes.at(-1)?.hash
  if (last === undefined) return ''
  yield* write('deletePolicies', [[after, last]])
  return hashes.length < AT_ONCE.policies ? '' : last
}

/** Adds to counts and times, and returns the groups that are not stored any more. */
function* touchGroups(groups: readonly FoldedGroup[]): Script<ReadonlySet<FoldedGroup>> {
  const rows = groups.map(
    ({ project, key, count, firstSeen, lastSeen }) =>
      [count, firstSeen, lastSeen, project, key] as const,
  )
  const { changes } = yield* write('touchGroups', rows)
  if (changes === groups.length) return new Set()
  const stored = yield* readStored(groups)
  return new Set(groups.filter((group) => !stored.has(groupId(group))))
}

function* readStored(groups: readonly FoldedGroup[]): Script<ReadonlyMap<string, GroupRow>> {
  const rows = yield* read('readGroups', nameRows(groups))
  return new Map(rows.map((row) => [groupId(row), row]))
}

function* addCounts(fold: Fold): Script<void> {
  if (fold.counts.size === 0) return
  const stored = readCountRows(yield* read('readCounts', [[]]))
  yield* write('addCounts', inOrder(writeCounts(stored, fold)))
}

function* readJournal(): Script<Fold> {
  const fold = emptyFold()
  let after = 0
  for (;;) {
    const rows = yield* readRows(after, Number.MAX_SAFE_INTEGER)
    for (const { body } of rows) mergeFolds(fold, readRow(body))
    const last = rows.at(-1)
    if (last === undefined) return fold
    after = last.id
  }
}

/** The stored samples of its groups come before those of the journal. */
function* addSamples(fold: Fold): Script<Fold> {
  const rows = yield* read('readSamples', nameRows([...fold.groups.values()]))
  const stored = new Map<string, Sample[]>()
  for (const row of rows) {
    const samples = stored.get(groupId(row)) ?? []
    stored.set(groupId(row), samples)
    samples.push(JSON.parse(row.body) as Sample)
  }
  for (const [id, group] of fold.groups) {
    group.samples = [...(stored.get(id) ?? []), ...group.samples].slice(-BOUNDS.samples)
  }
  const hashes = new Set(
    [...fold.groups.values()].flatMap(({ samples }) => samples.map(({ policy }) => policy)),
  )
  const unknown = [...hashes].filter((hash) => hash !== '' && !fold.policies.has(hash))
  const policies = yield* read(
    'readPolicies',
    unknown.map((hash) => [hash] as const),
  )
  for (const { hash, policy } of policies) fold.policies.set(hash, policy)
  return fold
}

function putGroups({ groups }: Fold, rows: readonly StatementRows['readGroups'][]): void {
  for (const row of rows) groups.set(groupId(row), readGroup(row))
}

function idRows(ids: readonly number[]): readonly (readonly [number])[] {
  return ids.map((id) => [id] as const)
}

function nameRows(
  groups: readonly Pick<FoldedGroup, 'key' | 'project'>[],
): readonly (readonly [string, string])[] {
  return groups.map(({ project, key }) => [project, key] as const)
}

function inParts(groups: readonly FoldedGroup[]): readonly (readonly FoldedGroup[])[] {
  const parts = Math.ceil(groups.length / AT_ONCE.groups)
  return Array.from({ length: parts }, (_, index) =>
    groups.slice(index * AT_ONCE.groups, (index + 1) * AT_ONCE.groups),
  )
}

function hoursOf({
  project,
  key,
  hours,
}: FoldedGroup): readonly (readonly [number, string, string, number])[] {
  return hours.map(([hour, count]) => [hour, project, key, count] as const)
}

/** Every collector takes rows in one order: otherwise two wait for each other. */
function sortGroups({ groups }: Fold): readonly FoldedGroup[] {
  return [...groups.values()].toSorted((one, other) => (groupId(one) < groupId(other) ? -1 : 1))
}

function inOrder<Row extends readonly Value[]>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted(compareRows)
}

function compareRows(one: readonly Value[], other: readonly Value[]): number {
  const index = one.findIndex((value, place) => value !== other[place])
  const [left = 0, right = 0] = [one[index], other[index]]
  return left < right ? -1 : 1
}
