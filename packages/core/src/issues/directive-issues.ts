/**
 * What is wrong, void or without effect in one directive: its name, its place in a delivery, its
 * list.
 */

import { show } from '../text.ts'
import {
  DIRECTIVE_NAME,
  DIRECTIVES,
  nearestDirective,
  REMOVED_DIRECTIVES,
} from '../vocabulary/directives.ts'
import {
  NONCE,
  NONCE_DIRECTIVES,
  SCRIPT_DIRECTIVES,
  STRICT_DYNAMIC,
  UNSAFE_INLINE,
} from '../vocabulary/keywords.ts'
import {
  hasKeyword,
  isKeyword,
  isNone,
  isNonceOrHash,
  isURLSource,
} from '../sources/source-expression.ts'
import { hasSources, mayBeEmpty, mostValues } from '../sources/values.ts'
import type { DeliveryKind, Issue, IssueDetails } from '../model/issue.ts'
import type { Directive } from '../model/policy.ts'
import { findValueIssues } from './value-issues.ts'

/** What is found of a directive, before its place is told. */
type Finding = Pick<Issue, 'code' | 'severity' | 'message' | 'fix'>

/** Finds the issues of one directive of a policy. */
export function findDirectiveIssues(
  directive: Directive,
  index: number,
  delivery: DeliveryKind,
): readonly Issue[] {
  const details = { directive: directive.name, position: { directive: index } }
  const findings = [
    ...findNameIssues(directive),
    ...findDeliveryIssues(directive, delivery),
    ...findListIssues(directive),
  ]
  return [
    ...findings.map((finding) => withPlace(finding, details)),
    ...findVoidSources(directive, index),
    ...directive.values.flatMap((_, at) => findValueIssues(directive, index, at)),
  ]
}

function withPlace(finding: Finding, details: IssueDetails): Issue {
  return { ...finding, ...details }
}

function findNameIssues({ name, values }: Directive): readonly Finding[] {
  if (DIRECTIVES.has(name)) return findObsolete(name)
  const replacement = REMOVED_DIRECTIVES.get(name)
  if (replacement !== undefined) {
    const message = `browsers no longer know ${name}`
    return [{ code: 'removed-directive', severity: 'warning', message, fix: replacement }]
  }
  const nearest = nearestDirective(name)
  if (nearest !== undefined) {
    const message = `${show(name)} is not a directive`
    return [{ code: 'misspelt-directive', severity: 'error', message, fix: nearest }]
  }
  if (!DIRECTIVE_NAME.test(name)) {
    const message = `${show(name)} is not the name of a directive`
    const fix = 'letters, digits and "-"'
    return [{ code: 'invalid-directive', severity: 'error', message, fix }]
  }
  const effect = values.length === 0 ? '' : ', so its values do nothing'
  const message = `no browser is known to have ${name}${effect}`
  const fix = 'a directive of the specification'
  return [{ code: 'unknown-directive', severity: 'warning', message, fix }]
}

function findObsolete(name: string): readonly Finding[] {
  if (name !== 'block-all-mixed-content') return []
  const message = `${name} is obsolete: browsers block or upgrade mixed content without it`
  return [{ code: 'deprecated-directive', severity: 'warning', message, fix: 'no directive' }]
}

function findDeliveryIssues({ name }: Directive, delivery: DeliveryKind): readonly Finding[] {
  const info = DIRECTIVES.get(name)
  if (delivery === 'meta' && info?.worksInMeta === false) {
    const message = `${name} has no effect in a meta tag`
    const fix = 'splitForMeta() and a header'
    return [{ code: 'no-effect-in-meta', severity: 'error', message, fix }]
  }
  if (delivery === 'report-only' && info?.worksInReportOnly === false) {
    const message = `${name} has no effect in a report-only policy`
    const fix = 'it in the enforced policy'
    return [{ code: 'no-effect-in-report-only', severity: 'warning', message, fix }]
  }
  return []
}

function findListIssues({ name, values }: Directive): readonly Finding[] {
  const info = DIRECTIVES.get(name)
  if (info === undefined) return []
  const findings: Finding[] = []
  if (values.length === 0 && !mayBeEmpty(info)) {
    const message = `${name} is empty, which ${hasSources(name) ? 'allows nothing' : 'does nothing'}`
    const fix = "'none' to allow nothing or no directive at all"
    findings.push({ code: 'empty-directive', severity: 'warning', message, fix })
  }
  if (values.length > 1 && values.some(isNone)) {
    const message = "'none' stands beside other values, where browsers ignore it"
    const fix = "'none' alone or the other values without it"
    findings.push({ code: 'none-with-others', severity: 'warning', message, fix })
  }
  if (values.length > mostValues(info) && info.grammar !== 'none') {
    const message = `${name} has ${values.length} values and takes one`
    findings.push({ code: 'too-many-values', severity: 'error', message, fix: 'one value' })
  }
  return findings
}

/**
 * Sources that others of the list make void. Often they are meant so, as a fallback for old
 * browsers.
 */
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
      {
        code: 'void-source',
        severity: 'info',
        message: `${value} is void beside ${cause}: only old browsers use it`,
        fix: 'the list without it',
        directive: name,
        value,
        position: { directive: index, value: at },
      },
    ]
  })
}
