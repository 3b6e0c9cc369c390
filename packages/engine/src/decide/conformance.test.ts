/** The conformance cases of WPT, Servo's crate and MDN, see test-data/conformance/README.md. */

import { parsePolicyList } from '@cusp/core'
import { afterAll, describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { DialectName } from '../dialects/differences.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import type { ConformanceCase } from '../../test/conformance.ts'
import {
  checksOf,
  isDecisionCase,
  isParseCase,
  isSandboxCase,
  readCases,
} from '../../test/conformance.ts'
import { violation } from '../report/violation.ts'

/**
 * The dialects that agree with a case the draft disagrees with; none has Servo's older rule for
 * hints.
 */
const DIALECTS_OF_DIVERGENCE: ReadonlyMap<string | undefined, readonly DialectName[]> = new Map([
  ['control-characters', ['engines', 'chromium', 'firefox', 'webkit']],
  ['about-blank', ['engines', 'chromium', 'firefox', 'webkit']],
  ['nonce-whitespace', ['chromium']],
  ['resource-hint', []],
])

const counts = new Map<string, number>()

describe.each(['wpt', 'wpt_gen', 'rust', 'seed'])('%s.json', (file) => {
  const cases = readCases(file)
  const decisions = cases.filter(isDecisionCase)

  test.each(decisions.filter(({ spec }) => spec === 'agrees'))('$id', (conformanceCase) => {
    expect(answer(conformanceCase, 'spec')).toBe(conformanceCase.expected)
    expect(detailsOf(conformanceCase)).toEqual(pinnedBy(conformanceCase))
    count(file)
  })

  const diverging = decisions.filter(({ spec }) => spec === 'diverges')
  test.each(diverging)('$id, by $divergence', (conformanceCase) => {
    const dialects = DIALECTS_OF_DIVERGENCE.get(conformanceCase.divergence) as DialectName[]
    const answers = new Set(dialects.map((dialect) => answer(conformanceCase, dialect)))
    expect([...answers].filter((one) => one !== conformanceCase.expected)).toEqual([])
    expect(answer(conformanceCase, 'spec')).not.toBe(conformanceCase.expected)
    count(file)
  })

  test.each(cases.filter(isSandboxCase))('$id', ({ policy, expected }) => {
    const { sandboxed, allow } = sandboxFlags({ value: policy })
    expect({ sandboxed, allow }).toEqual(expected)
    count(file)
  })

  test.each(cases.filter(isParseCase))('$id', ({ header, expected }) => {
    const parsed = parsePolicyList(header).map(({ policy }) => policy.toJSON().directives)
    expect(parsed).toEqual(expected)
    count(file)
  })
})

afterAll(() => {
  for (const [file, passed] of counts) {
    console.log(`${file}.json: ${passed} of ${readCases(file).length} cases`)
  }
})

function answer(conformanceCase: ConformanceCase, dialect: DialectName): 'allowed' | 'blocked' {
  const options = { self: conformanceCase.selfOrigin, dialect }
  const isAllowed = checksOf(conformanceCase).every(
    (check) => decide(conformanceCase.policies, check, options).allowed,
  )
  return isAllowed ? 'allowed' : 'blocked'
}

/** What a case says of its violations. */
interface Details {
  readonly reports: number | undefined
  readonly effectiveDirective: string | undefined
  readonly directive: string | undefined
  readonly violationUrl: string | undefined
  readonly sample: string | undefined
}

function pinnedBy(conformanceCase: ConformanceCase): Details {
  return {
    reports: conformanceCase.expectedReports,
    effectiveDirective: conformanceCase.expectedEffectiveDirective,
    directive: conformanceCase.expectedDirective,
    violationUrl: conformanceCase.expectedViolationUrl,
    sample: conformanceCase.expectedSample,
  }
}

/**
 * The same of the decision, as far as the case pins it. A source's violated directive is the asked
 * or the found one.
 */
function detailsOf(conformanceCase: ConformanceCase): Details {
  const { policies, selfOrigin: self } = conformanceCase
  const pinned = pinnedBy(conformanceCase)
  const decisions = checksOf(conformanceCase).map((check) =>
    decide(policies, check, { self, dialect: 'spec' }),
  )
  const violated = decisions.flatMap(({ results }) => results.filter((result) => result.violated))
  const reports = decisions.flatMap((decision) =>
    violation(decision, { documentURL: 'https://web-platform.test/' }),
  )
  const effective = violated.map(({ effectiveDirective }) => effectiveDirective)
  const found = violated.map(({ directive }) => directive)
  const named = [...effective, ...found].find((name) => name === pinned.directive)
  return {
    reports: pinned.reports === undefined ? undefined : violated.length,
    effectiveDirective: effective.find((name) => name === pinned.effectiveDirective) ?? undefined,
    directive: named ?? undefined,
    violationUrl: reports.find(({ blockedURL }) => blockedURL === pinned.violationUrl)?.blockedURL,
    sample: reports.find(({ sample }) => sample === pinned.sample)?.sample,
  }
}

function count(file: string): void {
  counts.set(file, (counts.get(file) ?? 0) + 1)
}
