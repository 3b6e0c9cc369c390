/** What is wrong or without effect in one value of a directive. */

import { asciiLowerCase, joinWords, show } from '../text.ts'
import { KEYWORDS, NONCE, NONCE_DIRECTIVES } from '../vocabulary/keywords.ts'
import { isStrongNonce } from '../sources/nonce.ts'
import { isNonceOrHash } from '../sources/source-expression.ts'
import { readSourceExpression } from '../sources/source-parts.ts'
import type { Source } from '../sources/source-types.ts'
import { examineValue, hasSources } from '../sources/values.ts'
import type { Issue } from '../model/issue.ts'
import type { Directive } from '../model/policy.ts'

/** What is found of a value, before its place is told. */
type Finding = Pick<Issue, 'code' | 'severity' | 'message' | 'fix' | 'error'>

const ENCODED_SEPARATOR = /%(?:3b|20)/i

/** What may be wrong with a valid source. The first that is found is told. */
const SOURCE_CHECKS: readonly ((value: Source, directive: string) => Finding | undefined)[] = [
  findEffect,
  findStaticNonce,
  findEncodedSeparator,
]

/** Finds the issues of one value of a directive. */
export function findValueIssues(
  { name, values }: Directive,
  index: number,
  at: number,
): readonly Issue[] {
  const value = values[at] as Source
  const finding = findSlip(value, name) ?? findSourceIssue(value, name)
  if (finding === undefined) return []
  const position = { directive: index, value: at }
  return [{ ...finding, directive: name, position, ...(value === NONCE ? {} : { value }) }]
}

/** What the builder refuses. */
function findSlip(value: Source, directive: string): Finding | undefined {
  if (value === NONCE) return undefined
  const examined = examineValue(directive, value)
  if ('text' in examined) return findComma(value, examined.text)
  const { problem, fix, code } = examined
  return { code: 'invalid-value', severity: 'error', message: problem, fix, error: code }
}

/** The builder escapes a comma in a path or URL. Sent as it is, it would end the policy. */
function findComma(value: string, escaped: string): Finding | undefined {
  if (!value.includes(',')) return undefined
  const message = `${show(value)} holds a ",", and in a header what follows it is another policy`
  return { code: 'unescaped-comma', severity: 'error', message, fix: show(escaped) }
}

function findSourceIssue(value: Source, directive: string): Finding | undefined {
  if (!hasSources(directive)) return undefined
  for (const find of SOURCE_CHECKS) {
    const found = find(value, directive)
    if (found !== undefined) return found
  }
  return undefined
}

function findEffect(value: Source, directive: string): Finding | undefined {
  const directives =
    value === NONCE || isNonceOrHash(value) ? NONCE_DIRECTIVES : KEYWORDS.get(asciiLowerCase(value))
  if (directives === undefined || directives.includes(directive)) return undefined
  const message = `${value === NONCE ? 'a nonce' : value} has no effect in ${directive}`
  const fix = directives.length === 0 ? 'no such keyword' : `it in ${joinWords(directives, 'or')}`
  return { code: 'keyword-without-effect', severity: 'warning', message, fix }
}

function findStaticNonce(value: Source): Finding | undefined {
  const parts = value === NONCE ? undefined : readSourceExpression(value)
  if (parts?.kind !== 'nonce') return undefined
  const weakness = isStrongNonce(parts.nonce) ? '' : ' and shorter than 128 bits'
  const message = `the nonce is written into the policy${weakness}, and a nonce that is the same in two responses protects nothing`
  const fix = 'NONCE'
  return { code: 'static-nonce', severity: 'warning', message, fix }
}

function findEncodedSeparator(value: Source): Finding | undefined {
  if (value === NONCE || !ENCODED_SEPARATOR.test(value)) return undefined
  const message = `${value} holds %3B or %20: Firefox decodes them before it judges frames and WebSockets, and reads what follows as another directive or source`
  const fix = 'a path that ends before it'
  return { code: 'encoded-separator', severity: 'warning', message, fix }
}
