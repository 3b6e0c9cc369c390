/** What is wrong, void or without effect in one directive. */

import { DIRECTIVES, nearestDirective, REMOVED_DIRECTIVES } from './directives.ts'
import type { DeliveryKind, Issue } from './issue.ts'
import { makeIssue } from './issue.ts'
import {
  KEYWORDS,
  NONCE,
  NONCE_DIRECTIVES,
  SCRIPT_DIRECTIVES,
  STRICT_DYNAMIC,
  UNSAFE_INLINE,
} from './keywords.ts'
import { isStrongNonce } from './nonce.ts'
import type { Directive } from './policy-type.ts'
import { hasKeyword, isKeyword, isNone, isNonceOrHash, isURLSource } from './source-expression.ts'
import type { Source } from './source-types.ts'
import { examineValue, hasSources, mayBeEmpty, mostValues } from './values.ts'
import { asciiLowerCase, show } from './text.ts'

const DIRECTIVE_NAME = /^[a-z0-9-]+$/
const ENCODED_SEPARATOR = /%(?:3b|20)/i

/** Finds the issues of one directive of a policy. */
export function findDirectiveIssues(
  directive: Directive,
  index: number,
  delivery: DeliveryKind,
): readonly Issue[] {
  return [
    ...findNameIssues(directive, index),
    ...findDeliveryIssues(directive, index, delivery),
    ...findListIssues(directive, index),
    ...directive.values.flatMap((value, at) => findValueIssues(directive, value, index, at)),
  ]
}

function findNameIssues({ name, values }: Directive, index: number): readonly Issue[] {
  const details = { directive: name, position: { directive: index } }
  const info = DIRECTIVES.get(name)
  if (info !== undefined) {
    if (info.name !== 'block-all-mixed-content') return []
    const fix = 'no directive: browsers block or upgrade mixed content anyway'
    return [makeIssue('deprecated-directive', 'warning', `${name} is obsolete`, fix, details)]
  }
  const replacement = REMOVED_DIRECTIVES.get(name)
  if (replacement !== undefined) {
    return [
      makeIssue(
        'removed-directive',
        'warning',
        `browsers no longer know ${name}`,
        replacement,
        details,
      ),
    ]
  }
  const nearest = nearestDirective(name)
  if (nearest !== undefined) {
    return [
      makeIssue('misspelt-directive', 'error', `${show(name)} is no directive`, nearest, details),
    ]
  }
  if (!DIRECTIVE_NAME.test(name)) {
    const message = `${show(name)} is no directive's name`
    return [makeIssue('invalid-directive', 'error', message, 'letters, digits and "-"', details)]
  }
  const message = `no browser is known to have ${name}${values.length === 0 ? '' : ', so its values do nothing'}`
  return [
    makeIssue('unknown-directive', 'warning', message, 'a directive of the specification', details),
  ]
}

function findDeliveryIssues(
  { name }: Directive,
  index: number,
  delivery: DeliveryKind,
): readonly Issue[] {
  const info = DIRECTIVES.get(name)
  const details = { directive: name, position: { directive: index } }
  if (delivery === 'meta' && info?.worksInMeta === false) {
    const message = `${name} has no effect in a meta tag`
    return [
      makeIssue('no-effect-in-meta', 'error', message, 'a header: see splitForMeta()', details),
    ]
  }
  if (delivery === 'report-only' && info?.worksInReportOnly === false) {
    const message = `${name} has no effect in a report-only policy`
    return [
      makeIssue('no-effect-in-report-only', 'warning', message, 'the enforced policy', details),
    ]
  }
  return []
}

function findListIssues(directive: Directive, index: number): readonly Issue[] {
  const { name, values } = directive
  const info = DIRECTIVES.get(name)
  const details = { directive: name, position: { directive: index } }
  if (info === undefined) return []
  if (values.length === 0 && !mayBeEmpty(info)) {
    const message = `${name} is empty, which ${hasSources(name) ? 'allows nothing' : 'does nothing'}`
    return [
      makeIssue(
        'empty-directive',
        'warning',
        message,
        "'none' to allow nothing, or no directive",
        details,
      ),
    ]
  }
  const issues: Issue[] = []
  if (values.length > 1 && values.some(isNone)) {
    const message = "'none' stands beside other values, where browsers ignore it"
    issues.push(
      makeIssue('none-with-others', 'warning', message, "'none' alone, or the others", details),
    )
  }
  if (values.length > mostValues(info) && info.grammar !== 'none') {
    const message = `${name} has ${values.length} values and takes one`
    issues.push(makeIssue('too-many-values', 'error', message, 'one value', details))
  }
  return [...issues, ...findVoidSources(directive, index)]
}

/** Sources that others of the list make void. Often meant so, as a fallback for old browsers: only good to know. */
function findVoidSources({ name, values }: Directive, index: number): readonly Issue[] {
  if (!NONCE_DIRECTIVES.includes(name)) return []
  const hasCrypto = values.some(isNonceOrHash)
  const isStrict = SCRIPT_DIRECTIVES.includes(name) && hasKeyword(values, STRICT_DYNAMIC)
  return values.flatMap((value, at) => {
    if (value === NONCE) return []
    const isInline = isKeyword(value, UNSAFE_INLINE)
    const isVoid = isInline ? hasCrypto || isStrict : isStrict && isURLSource(value)
    if (!isVoid) return []
    const cause = isInline && hasCrypto ? 'a nonce or hash' : STRICT_DYNAMIC
    return [
      makeIssue(
        'void-source',
        'info',
        `${value} is void beside ${cause}; only old browsers use it`,
        'no such source, unless it is meant for old browsers',
        { directive: name, value, position: { directive: index, value: at } },
      ),
    ]
  })
}

function findValueIssues(
  { name }: Directive,
  value: Source,
  index: number,
  at: number,
): readonly Issue[] {
  const position = { directive: index, value: at }
  const text = value === NONCE ? undefined : value
  const details = { directive: name, position, ...(text === undefined ? {} : { value: text }) }
  if (text !== undefined) {
    const examined = examineValue(name, text)
    if (!('text' in examined)) {
      const { problem, expected, code } = examined
      return [makeIssue('invalid-value', 'error', problem, expected, { ...details, error: code })]
    }
  }
  if (!hasSources(name)) return []
  const isCrypto = text === undefined || isNonceOrHash(text)
  const effective = isCrypto ? NONCE_DIRECTIVES : KEYWORDS.get(asciiLowerCase(text))
  if (effective !== undefined && !effective.includes(name)) {
    const what = text === undefined ? 'a nonce' : text
    const fix = effective.length === 0 ? 'no such keyword' : `it in ${effective.join(', ')}`
    return [
      makeIssue(
        'keyword-without-effect',
        'warning',
        `${what} has no effect in ${name}`,
        fix,
        details,
      ),
    ]
  }
  if (text !== undefined && /^'nonce-/i.test(text)) {
    const isWeak = !isStrongNonce(text.slice(7, -1))
    const message = `the nonce is written into the policy${isWeak ? ' and shorter than 128 bits' : ''}: if it is the same in two responses, it protects nothing`
    return [
      makeIssue('static-nonce', 'warning', message, 'NONCE, a new one for each response', details),
    ]
  }
  if (text !== undefined && ENCODED_SEPARATOR.test(text)) {
    const message = `${text}: Firefox decodes %3B and %20 before it judges frames and WebSockets, where what follows is another directive or source`
    return [
      makeIssue('encoded-separator', 'warning', message, 'a path that ends before it', details),
    ]
  }
  return []
}
