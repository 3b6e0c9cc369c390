/** Audits of recorded policies, against Google's CSP Evaluator. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parsePolicyList } from '@cusp/core'
import type { PolicyRecord } from '@cusp/engine'
import { audit, decide, EXAMPLE_SELF } from '@cusp/engine'
import { CspEvaluator, DEFAULT_CHECKS, STRICTCSP_CHECKS } from 'csp_evaluator'
import type { CheckerFunction } from 'csp_evaluator/dist/checks/checker.js'
import type { Finding } from 'csp_evaluator/dist/finding.js'
import { Type } from 'csp_evaluator/dist/finding.js'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import type { Contender } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import { ENGINE } from './engine-decisions.ts'
import type { Effort, Suite } from './suite.ts'

const EVALUATOR = 'csp_evaluator'
/** The findings that say that an inline script runs. */
const INLINE: ReadonlySet<string> = new Set(['inline-script', 'scripts-unrestricted'])

interface Entry {
  readonly policies: readonly PolicyRecord[]
}

/** Each policy of the corpus that the engine's tests compare the two on. */
const texts = readCorpus()

/** Texts in, findings out. */
export const auditSuite: Suite = {
  id: 'audit',
  module: import.meta.url,
  title: 'An audit',
  note: `The mean of ${texts.length} recorded policies, each from its text to the findings. Cusp proves each finding with a check that the policy allows; csp_evaluator does not.`,
  unit: 'ns',
  references: [EVALUATOR],
  run: (effort) => interleave([cusp(), evaluator()], roundsOf(effort)),
}

function roundsOf(effort: Effort): Parameters<typeof interleave>[1] {
  const count = texts.length
  return effort === 'quick' ? { rounds: 3, warmUp: 1, count } : { rounds: 60, warmUp: 10, count }
}

function cusp(): Contender {
  return {
    name: ENGINE,
    check: () => {
      for (const value of texts) {
        const findings = audit({ value })
        for (const { witness } of findings) {
          if (witness === null) continue
          assert.ok(decide({ value }, witness, { self: EXAMPLE_SELF }).allowed, value)
        }
        const isInline = findings.some(({ id }) => INLINE.has(id))
        assert.equal(isInline, allowsInline(value), value)
      }
    },
    time: (count) => timeCalls(count, (index) => audit({ value: texts[index] ?? '' })),
  }
}

function evaluator(): Contender {
  return {
    name: EVALUATOR,
    check: () => {
      for (const value of texts) {
        const isFound = evaluate(value).some(({ type }) => type === Type.SCRIPT_UNSAFE_INLINE)
        assert.ok(!isFound || allowsInline(value), value)
      }
    },
    time: (count) => timeCalls(count, (index) => evaluate(texts[index] ?? '')),
  }
}

/** As its own page does. */
function evaluate(value: string): readonly Finding[] {
  const checks: CheckerFunction[] = STRICTCSP_CHECKS
  return new CspEvaluator(new CspParser(value).csp).evaluate(checks, DEFAULT_CHECKS)
}

function allowsInline(value: string): boolean {
  const check = { type: 'inline', inline: 'script', source: 'alert(1)' } as const
  return decide({ value }, check, { self: EXAMPLE_SELF }).allowed
}

/** Each policy on its own, for csp_evaluator reads one. */
function readCorpus(): readonly string[] {
  const file = new URL('../../packages/engine/test-data/corpus.json', import.meta.url)
  const { entries } = JSON.parse(readFileSync(file, 'utf8')) as { readonly entries: Entry[] }
  return entries.flatMap(({ policies }) =>
    policies.flatMap(({ value }) => parsePolicyList(value).map(({ policy }) => policy.toString())),
  )
}
