/**
 * Audits against Google's CSP Evaluator on recorded policies: nothing that it finds is missed,
 * every difference has a reason.
 */

import { readFileSync } from 'node:fs'
import { parsePolicyList } from '@cusp/core'
import type { CheckerFunction } from 'csp_evaluator/dist/checks/checker.js'
import type { Finding } from 'csp_evaluator/dist/finding.js'
import { Severity, Type } from 'csp_evaluator/dist/finding.js'
import { CspEvaluator, DEFAULT_CHECKS, STRICTCSP_CHECKS } from 'csp_evaluator'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import { describe, expect, test } from 'vitest'
import type { AuditFinding } from './finding.ts'
import type { FindingId } from './weaknesses.ts'
import { audit } from './audit.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyRecord } from '../policy/policy-input.ts'
import { EXAMPLE_SELF } from '../decide/enforced.ts'

interface Entry {
  readonly site: string
  readonly recorded: string | null
  readonly source: string
  readonly policies: readonly PolicyRecord[]
}

const { entries } = JSON.parse(
  readFileSync(new URL('../../test-data/corpus.json', import.meta.url), 'utf8'),
) as { readonly entries: readonly Entry[] }

/** Its findings, and ours that say the same. */
const COUNTERPARTS: Readonly<Partial<Record<keyof typeof Type, readonly FindingId[]>>> = {
  MISSING_SEMICOLON: ['missing-semicolon'],
  UNKNOWN_DIRECTIVE: ['unknown-directive'],
  INVALID_KEYWORD: ['invalid-value'],
  NONCE_CHARSET: ['invalid-value'],
  MISSING_DIRECTIVES: ['scripts-unrestricted', 'any-object', 'movable-base'],
  SCRIPT_UNSAFE_INLINE: ['inline-script', 'inline-handler'],
  SCRIPT_UNSAFE_EVAL: ['eval'],
  SCRIPT_UNSAFE_HASHES: ['unsafe-hashes'],
  PLAIN_URL_SCHEMES: ['any-script-host', 'data-script', 'any-object', 'movable-base', 'open-base'],
  PLAIN_WILDCARD: ['any-script-host', 'any-object', 'movable-base', 'open-base'],
  SCRIPT_ALLOWLIST_BYPASS: ['script-bypass'],
  OBJECT_ALLOWLIST_BYPASS: ['allowed-objects', 'any-object'],
  NONCE_LENGTH: ['short-nonce'],
  IP_SOURCE: ['ip-host'],
  DEPRECATED_DIRECTIVE: ['deprecated-directive'],
  SRC_HTTP: ['insecure-source', 'upgraded-source', 'insecure-report-endpoint'],
  STRICT_DYNAMIC: ['script-allow-list', 'any-script-host'],
  STRICT_DYNAMIC_NOT_STANDALONE: ['strict-dynamic-alone'],
  UNSAFE_INLINE_FALLBACK: ['no-inline-fallback'],
  ALLOWLIST_FALLBACK: ['no-host-fallback'],
  REQUIRE_TRUSTED_TYPES_FOR_SCRIPTS: ['no-trusted-types'],
}

/** It warns of every allowed host; one finding a directive says the same. */
const ONE_A_DIRECTIVE: ReadonlySet<FindingId> = new Set(['script-allow-list', 'allowed-objects'])

/**
 * Why it finds something that the audit does not find, or rates lower. Closed: what no row explains
 * fails.
 */
const REASONS: Readonly<Record<string, (difference: Difference) => boolean>> = {
  'another policy of the response forbids it': ({ entry, value, theirs, ours }) =>
    ours === undefined &&
    membersOf(entry).length > 1 &&
    findCounterparts(theirs, audit({ value })).length > 0,
  'no browser runs Flash any more: an allowed object is one like any other': ({ theirs, ours }) =>
    theirs.type === Type.OBJECT_ALLOWLIST_BYPASS && ours !== undefined,
}

/** Why the audit finds at medium or above what it does not look for. */
const ADDED: Readonly<Partial<Record<FindingId, string>>> = {
  'not-enforced': 'it takes a policy without its disposition',
  'any-ancestor': 'it has no check of frame-ancestors',
  'any-form-target': 'it has no check of form-action',
  'public-script-host': 'it has no list of hosts where anybody may publish',
  'blob-script': 'it looks for data:, http: and https: only',
  'insecure-source': 'it looks for http:// and passes over http: and ws:',
  'short-nonce': 'it asks for 8 characters, the specification for 128 bits',
  'invalid-value': 'it knows the syntax of keywords only',
}

interface Difference {
  readonly entry: Entry
  readonly value: string
  readonly theirs: Finding
  /** The counterpart that is rated lower. */
  readonly ours: AuditFinding | undefined
}

const isGrave = ({ severity }: AuditFinding): boolean =>
  severity === 'high' || severity === 'medium'

function evaluate(value: string): readonly Finding[] {
  const checks: CheckerFunction[] = STRICTCSP_CHECKS
  return new CspEvaluator(new CspParser(value).csp)
    .evaluate(checks, DEFAULT_CHECKS)
    .filter(({ severity }) => severity !== Severity.NONE)
}

function idsFor(theirs: Finding): readonly FindingId[] {
  const ids = COUNTERPARTS[Type[theirs.type] as keyof typeof Type] ?? []
  const isGuess = theirs.type === Type.SCRIPT_ALLOWLIST_BYPASS && theirs.severity !== Severity.HIGH
  return isGuess ? ['script-allow-list', 'script-bypass'] : ids
}

function findCounterparts(
  theirs: Finding,
  findings: readonly AuditFinding[],
): readonly AuditFinding[] {
  const ids = idsFor(theirs)
  return findings.filter(
    ({ id, directive, value, values = [value] }) =>
      ids.includes(id) &&
      directive === theirs.directive &&
      (theirs.value === undefined || values.includes(theirs.value) || ONE_A_DIRECTIVE.has(id)),
  )
}

/**
 * Those that count: the enforced policies, or all where none is enforced; each member of a header
 * on its own.
 */
function membersOf({ policies }: Entry): readonly string[] {
  const enforced = policies.filter(({ disposition }) => disposition !== 'report')
  return (enforced.length > 0 ? enforced : policies).flatMap(({ value }) =>
    parsePolicyList(value).map(({ policy }) => policy.toString()),
  )
}

describe('the corpus', () => {
  const counts = new Map<string, number>()
  const count = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)

  test.each(entries.map((entry, index) => [`${index} ${entry.site}`, entry] as const))(
    '%s',
    (_, entry) => {
      const findings = audit(entry.policies)
      for (const { witness } of findings) {
        if (witness === null) continue
        expect(decide(entry.policies, witness, { self: EXAMPLE_SELF }).allowed).toBe(true)
      }
      const unexplained: string[] = []
      const matched = new Set<AuditFinding>()
      for (const value of membersOf(entry)) {
        for (const theirs of evaluate(value)) {
          const counterparts = findCounterparts(theirs, findings)
          for (const finding of counterparts) matched.add(finding)
          const ours = counterparts.find(isGrave) ?? counterparts[0]
          const isMuch = theirs.severity <= Severity.MEDIUM
          if (ours !== undefined && (isGrave(ours) || !isMuch)) {
            count('found by both')
            continue
          }
          const reason = Object.entries(REASONS).find(([, explains]) =>
            explains({ entry, value, theirs, ours }),
          )?.[0]
          if (reason === undefined) {
            unexplained.push(
              `${Type[theirs.type]} ${theirs.directive} ${theirs.value}: ${ours?.id}`,
            )
          } else count(`${ours === undefined ? 'not found' : 'rated lower'}: ${reason}`)
        }
      }
      for (const finding of findings) {
        if (matched.has(finding) || !isGrave(finding)) continue
        const reason = ADDED[finding.id]
        if (reason === undefined)
          unexplained.push(`${finding.id} ${finding.directive} ${finding.value}`)
        else count(`added: ${finding.id}, ${reason}`)
      }
      expect(unexplained).toEqual([])
    },
  )

  test('is large, and its differences are few', () => {
    const rows = [...counts].toSorted(([one], [other]) => one.localeCompare(other))
    console.log(
      `${entries.length} entries\n${rows.map((row) => row.toReversed().join(' ')).join('\n')}`,
    )
    expect(entries.length).toBeGreaterThanOrEqual(60)
    expect(counts.get('found by both')).toBeGreaterThan(400)
    const reasons = [...Object.keys(REASONS), ...Object.values(ADDED)]
    const keys = [...counts.keys()]
    expect(reasons.filter((reason) => keys.every((key) => !key.includes(reason)))).toEqual([])
  })
})
