/** Every difference changes an answer: each has a case that it decides. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Check } from '../check/check.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyRecord } from '../policy/policy-input.ts'
import { violation } from '../report/violation.ts'
import type { Dialect } from './dialect.ts'
import { getDialect, makeDialect } from './dialect.ts'
import type { DialectName, DifferenceTag } from './differences.ts'
import { DIFFERENCES } from './differences.ts'

/** A case, and a dialect that answers it otherwise without the difference. */
interface Row {
  readonly tag: DifferenceTag
  readonly dialect: DialectName
  readonly policies: readonly PolicyRecord[]
  readonly check: Check
  readonly self: string | null
}

const file = new URL('../../test-data/differences.json', import.meta.url)
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[]

test.each(rows)('$tag changes what $dialect answers', (row) => {
  const own = getDialect(row.dialect)
  expect(own.has(row.tag)).toBe(true)
  expect(answer(row, own)).not.toBe(answer(row, without(own, row.tag)))
})

test('no difference is without a case', () => {
  const tags = new Set(rows.map(({ tag }) => tag))
  // The draft forgets default-src, so that every dialect has this one, and the code does not ask
  // for it.
  tags.add('hint-tried-against-default-src')
  expect(DIFFERENCES.map(({ tag }) => tag).filter((tag) => !tags.has(tag))).toEqual([])
})

/** What is decided and reported. */
function answer({ policies, check, self }: Row, dialect: Dialect): string {
  const decision = decide(policies, check, { self, dialect })
  const reports = violation(decision, {
    documentURL: 'https://a.test/page',
    sourceFile: 'https://a.test/app.js?v=1',
  })
  return JSON.stringify([decision.allowed, decision.results, reports])
}

function without(dialect: Dialect, missing: DifferenceTag): Dialect {
  const tags = DIFFERENCES.map(({ tag }) => tag)
  return makeDialect(
    dialect.name,
    new Set(tags.filter((tag) => tag !== missing && dialect.has(tag))),
  )
}
