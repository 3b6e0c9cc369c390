/** What is wrong or without effect in one value of a directive. */

import { asciiLowerCase, show } from '../text.ts'
import { SANDBOX_TOKENS } from '../vocabulary/directives.ts'
import { NONCE } from '../vocabulary/keywords.ts'
import { MEANT_WORDS } from '../vocabulary/words.ts'
import { isStrongNonce } from '../sources/nonce.ts'
import { directivesOf, fixPlace, isNonce, isUsualHost } from '../sources/source-expression.ts'
import { readSourceExpression } from '../sources/source-parts.ts'
import type { Source } from '../sources/source-types.ts'
import { examineValue, hasSources } from '../sources/values.ts'
import type { Issue } from '../model/issue.ts'
import type { Directive } from '../model/policy.ts'

/** What is found of a value, before its place is told. */
type Finding = Pick<Issue, 'code' | 'severity' | 'message' | 'fix' | 'error'>

const ENCODED_SEPARATOR = /%(?:3b|20)/i
// What a path that names a directory ends in: a segment without a dot, which a file's name has
const DIRECTORY = /\/[^/.]+$/

/** What may be wrong with a valid source. The first that is found is told. */
const SOURCE_CHECKS: readonly ((value: string, directive: string) => Finding | undefined)[] = [
  findStaticNonce,
  findEncodedSeparator,
  findWord,
  findPath,
]

/** Finds the issues of one value of a directive. */
export function findValueIssues(
  { name, values }: Directive,
  index: number,
  at: number,
): readonly Issue[] {
  const value = values[at] as Source
  const finding = findIssue(value, name)
  if (finding === undefined) return []
  const { code, severity, message, fix, error } = finding
  const issue = {
    code,
    severity,
    message,
    fix,
    directive: name,
    position: { directive: index, value: at },
  }
  if (value === NONCE) return [issue]
  return [error === undefined ? { ...issue, value } : { ...issue, value, error }]
}

function findIssue(value: Source, directive: string): Finding | undefined {
  const isSource = hasSources(directive)
  if (value === NONCE) return findEffect(value, directive)
  if (isSource && isUsualHost(value)) return findPath(value)
  const slip = findSlip(value, directive)
  if (slip !== undefined || !isSource) return slip ?? findUnknownToken(value, directive)
  const effect = findEffect(value, directive)
  if (effect !== undefined) return effect
  for (const find of SOURCE_CHECKS) {
    const found = find(value, directive)
    if (found !== undefined) return found
  }
  return undefined
}

/** What the builder refuses. */
function findSlip(value: string, directive: string): Finding | undefined {
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

function findUnknownToken(value: string, directive: string): Finding | undefined {
  if (directive !== 'sandbox' || SANDBOX_TOKENS.includes(asciiLowerCase(value))) return undefined
  const message = `no browser is known to have the sandbox token ${value}`
  const fix = 'a token of the specification'
  return { code: 'unknown-sandbox-token', severity: 'warning', message, fix }
}

function findEffect(value: Source, directive: string): Finding | undefined {
  const directives = directivesOf(value)
  if (directives === undefined || directives.includes(directive)) return undefined
  const message = `${value === NONCE ? 'a nonce' : value} has no effect in ${directive}`
  return { code: 'keyword-without-effect', severity: 'warning', message, fix: fixPlace(value) }
}

function findStaticNonce(value: string): Finding | undefined {
  if (!isNonce(value)) return undefined
  const weakness = isStrongNonce(value.slice("'nonce-".length, -1))
    ? ''
    : ' and shorter than 128 bits'
  const message = `the nonce is written into the policy${weakness}, and a nonce that is the same in two responses protects nothing`
  return { code: 'static-nonce', severity: 'warning', message, fix: 'NONCE' }
}

function findEncodedSeparator(value: string): Finding | undefined {
  if (!ENCODED_SEPARATOR.test(value)) return undefined
  const message = `${value} holds %3B or %20: Firefox decodes them before it judges frames and WebSockets, and reads what follows as another directive or source`
  const fix = 'a path that ends before it'
  return { code: 'encoded-separator', severity: 'warning', message, fix }
}

function findWord(value: string): Finding | undefined {
  const fix = MEANT_WORDS.get(asciiLowerCase(value))
  if (fix === undefined) return undefined
  const message = `${value} is the name of a host here, not a keyword`
  return { code: 'keyword-as-host', severity: 'warning', message, fix }
}

/** A path matches exactly unless it ends in "/", and it has no wildcards. */
function findPath(value: string): Finding | undefined {
  const parts = readSourceExpression(value)
  if (parts.kind !== 'host' || parts.path === '') return undefined
  const origin = value.slice(0, value.length - parts.path.length)
  const star = parts.path.indexOf('*')
  if (star !== -1) {
    const message = `"*" in the path of ${value} is a letter, not a wildcard`
    const fix = show(origin + parts.path.slice(0, parts.path.lastIndexOf('/', star) + 1))
    return { code: 'wildcard-in-path', severity: 'warning', message, fix }
  }
  if (!DIRECTORY.test(parts.path)) return undefined
  const message = `${value} matches this path alone and nothing below it`
  const fix = `${show(`${value}/`)} for all below it`
  return { code: 'exact-path', severity: 'warning', message, fix }
}
