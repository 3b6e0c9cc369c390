/** One finding of an audit, and how it is put into words. */

import { joinWords } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { FindingId, FindingInfo, Severity } from './weaknesses.ts'
import { FINDINGS } from './weaknesses.ts'

/** One weakness of the policies that were audited. */
export interface AuditFinding {
  readonly id: FindingId
  readonly severity: Severity
  /** The directive that lets it through, or where it is absent the one that would not. */
  readonly directive: string
  /** One sentence without its full stop: what is the case, and what follows from it. */
  readonly message: string
  /** What to use instead: the words between "Use" and "instead". */
  readonly fix: string
  /** The value concerned, as it is written; of several the first. */
  readonly value?: string
  /** All values concerned, where there are several. */
  readonly values?: readonly string[]
  /**
   * The proof: a check that `decide` allows under the same policies and options. Null where nothing
   * that a browser allows would show it: a value without effect, reports that nobody gets, a
   * fallback for old browsers.
   */
  readonly witness: Check | null
  /** The dialect in which `decide` allows the witness, where that is not the one of the audit. */
  readonly dialect?: DialectName
}

/** What is particular to one finding. */
export interface FindingDetails {
  readonly directive: string
  readonly value?: string | undefined
  readonly values?: readonly string[] | undefined
  readonly witness?: Check | undefined
  readonly dialect?: DialectName | undefined
  /** What the policy says, as a clause: the table's meaning follows from it. */
  readonly because: string
}

/**
 * Makes a finding of the table: "script-src has https:, so scripts load from an attacker's host".
 */
export function makeFinding(id: FindingId, details: FindingDetails): AuditFinding {
  const { meaning, fix } = FINDINGS.get(id) as FindingInfo
  return tellFinding(id, { ...details, message: `${details.because}, so ${meaning}`, fix })
}

/** A value of a directive that shows a weakness, with its proof. */
export interface WeakValue {
  readonly directive: string
  readonly value: string
  readonly witness?: Check | undefined
  /** What is known of the value, as the end of a clause: ", and cdn.example serves JSONP". */
  readonly note?: string
}

/**
 * Makes one finding for each directive, however many of its values are weak: "script-src has https:
 * and http:, so …". The proof is that of the first.
 */
export function makeFindings(id: FindingId, weak: readonly WeakValue[]): readonly AuditFinding[] {
  return Array.from(groupBy(weak, ({ directive }) => directive).values(), (group) => {
    const { directive, value, note = '', witness } = group[0] as WeakValue
    const values = [...new Set(group.map((one) => one.value))]
    const because = `${directive} has ${listValues(values)}${note}`
    return makeFinding(id, { directive, value, values, witness, because })
  })
}

/** Groups things by a key, in the order in which the keys first come. */
export function groupBy<Thing>(
  things: Iterable<Thing>,
  keyOf: (thing: Thing) => string,
): ReadonlyMap<string, readonly Thing[]> {
  const groups = new Map<string, Thing[]>()
  for (const thing of things) {
    const key = keyOf(thing)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [thing])
    else group.push(thing)
  }
  return groups
}

/** So many values are named in a message; the others are counted. */
const MOST_NAMED = 3

/** "a", "a and b", "a, b, c and 4 more" */
export function listValues(values: readonly string[]): string {
  if (values.length <= MOST_NAMED) return joinWords(values)
  return `${values.slice(0, MOST_NAMED).join(', ')} and ${values.length - MOST_NAMED} more`
}

/** Makes a finding with its own words. */
export function tellFinding(
  id: FindingId,
  details: Omit<FindingDetails, 'because'> & { readonly message: string; readonly fix: string },
): AuditFinding {
  const { severity } = FINDINGS.get(id) as FindingInfo
  const { directive, message, fix, value, values = [], witness = null, dialect } = details
  return {
    id,
    severity,
    directive,
    message,
    fix,
    ...(value === undefined ? {} : { value }),
    ...(values.length < 2 ? {} : { values }),
    witness,
    ...(dialect === undefined ? {} : { dialect }),
  }
}
