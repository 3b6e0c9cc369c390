/**
 * What is wrong, void or without effect in one directive: its name, its place in a delivery, its
 * list.
 */

import { asciiLowerCase, show } from '../text.ts'
import {
  DIRECTIVE_NAME,
  DIRECTIVES,
  nearestDirective,
  REMOVED_DIRECTIVES,
} from '../vocabulary/directives.ts'
import { INLINE_DIRECTIVES, NONCE, showSource } from '../vocabulary/keywords.ts'
import { isHash, isNone, isNonceOrHash } from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import { hasSources, mayBeEmpty, mostValues } from '../sources/values.ts'
import type { DeliveryKind, Issue, IssueDetails } from '../model/issue.ts'
import type { Directive } from '../model/policy.ts'
import { findValueIssues } from './value-issues.ts'
import { findOverruled, readFacts } from './void-sources.ts'

// letters and dashes before the first character that no name has
const KNOWN_START = /^[a-z-]+(?=[^a-z0-9-])/

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
    ...findDuplicates(directive, index),
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
  const glued = findGlued(name)
  if (glued !== undefined) return [glued]
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

/** A directive and its first value without the space between them. */
function findGlued(name: string): Finding | undefined {
  const [known = ''] = KNOWN_START.exec(name) ?? []
  const value = name.slice(known.length).replace(/^[:=]+/, '')
  if (value === '' || !DIRECTIVES.has(known)) return undefined
  const message = `the space behind ${known} is missing in ${show(name)}`
  const fix = show(`${known} ${value}`)
  return { code: 'invalid-directive', severity: 'error', message, fix }
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
 * browsers. A hash that counts for no attribute is no such fallback.
 */
function findVoidSources({ name, values }: Directive, index: number): readonly Issue[] {
  if (!INLINE_DIRECTIVES.includes(name)) return []
  const facts = readFacts(name, values)
  return values.flatMap((value, at): readonly Issue[] => {
    const found = findOverruled(value, facts)
    if (found === undefined || value === NONCE) return []
    const { problem, fix } = found
    const place = { directive: name, value, position: { directive: index, value: at } }
    if (isHash(value)) {
      return [
        { code: 'keyword-without-effect', severity: 'warning', message: problem, fix, ...place },
      ]
    }
    const message = `${problem}: only old browsers use it`
    return [
      { code: 'void-source', severity: 'info', message, fix: 'the list without it', ...place },
    ]
  })
}

/** Values that stand in their list a second time. */
function findDuplicates({ name, values }: Directive, index: number): readonly Issue[] {
  if (!DIRECTIVES.has(name) || values.length < 2) return []
  const seen = new Set<Source>()
  return values.flatMap((value, at): readonly Issue[] => {
    const key = comparable(value)
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    const message = `${showSource(value)} stands in ${name} twice`
    return [
      {
        code: 'duplicate-value',
        severity: 'info',
        message,
        fix: 'it once',
        directive: name,
        position: { directive: index, value: at },
        // Only a parser keeps a value twice, and it knows texts alone.
        value: showSource(value),
      },
    ]
  })
}

/** Paths, nonces and hashes differ by case; keywords, tokens, schemes and hosts do not. */
function comparable(value: Source): Source {
  return value === NONCE || value.includes('/') || isNonceOrHash(value)
    ? value
    : asciiLowerCase(value)
}
