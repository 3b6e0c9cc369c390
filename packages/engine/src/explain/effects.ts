/**
 * Effects: what each value of a policy allows where it stands. Every one is asked of the rules that
 * decide, so that no sentence about a list is a reading of its own.
 */

import type { Policy } from '@cusp/core'
import { DIRECTIVES } from '@cusp/core'
import { asciiLowerCase, hasSources, showSource } from '@cusp/core/internal'
import type { Check, InlineType } from '../check/check.ts'
import type { DecideOptions } from '../decide/decide.ts'
import { EXAMPLE_SELF, oneOfEach } from '../decide/enforced.ts'
import { checkOptions, DECIDE_OPTIONS } from '../decide/options.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { CompiledDirective, CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import { findDirective, makeDirectives, collectPolicies } from '../policy/compiled-policies.ts'
import type { Disposition, PolicySource } from '../policy/policy-input.ts'
import { evaluateInline, readInline } from '../rules/inline.ts'
import type { Asked } from '../rules/result.ts'
import type { Area, Candidate } from '../rules/rule.ts'
import { AREAS, prepare } from '../rules/rules.ts'
import { integrityOf } from '../sources/source-list.ts'
import type { HashSource, SourceExpression } from '../sources/source-expression.ts'
import { readSelf } from '../url/url.ts'
import { exampleURL, PROBE } from '../witness/example-url.ts'

/** How the policy is delivered, beside the circumstances of a decision. */
export interface EffectOptions extends DecideOptions {
  /** Default `enforce`. */
  readonly disposition?: Disposition | undefined
  /** Default `header`. */
  readonly source?: PolicySource | undefined
}

/**
 * What is allowed: a type of check, a kind of inline code, or the effective directive of a request.
 */
export type Allowed = string

/** What one value of a directive does. */
export interface ValueEffect {
  /** As it is written; a nonce that is open is `'nonce-{NONCE}'`. */
  readonly value: string
  /**
   * What it allows, each with a check that `decide` allows; null for code of which only the hash is
   * known. Empty for a value that allows nothing where it stands.
   */
  readonly allows: ReadonlyMap<Allowed, Check | null>
}

/** What one directive does. */
export interface DirectiveEffect {
  readonly name: string
  /** Whether browsers look at the directive at all in such a delivery. */
  readonly counts: boolean
  /** What the directive decides in this policy. */
  readonly decides: ReadonlySet<Allowed>
  readonly values: readonly ValueEffect[]
}

/** A directive and all that is needed to ask about it. */
interface Question {
  readonly directive: CompiledDirective
  readonly policy: CompiledPolicy
  readonly page: Page
}

/** What was found, by the keys of the values. */
interface Found {
  readonly decides: Set<Allowed>
  readonly allows: Map<string, Map<Allowed, Check | null>>
}

const INLINE_TYPES: readonly InlineType[] = [
  'script',
  'navigation',
  'script attribute',
  'style',
  'style attribute',
]

/**
 * Lists what every value of a policy allows by itself, and what every directive decides.
 *
 * @throws CspError `ERR_CSP_CHECK` as `decide` does
 * @example
 * ```ts
 * import { parsePolicy } from '@cusp/core'
 * import { effects } from '@cusp/engine'
 *
 * const { policy } = parsePolicy("script-src 'nonce-r4nd0m' 'unsafe-inline'")
 * const [scripts] = effects(policy)
 * scripts?.values.map(({ value, allows }) => `${value} ${allows.size > 0}`).join(', ') // => 'nonce-r4nd0m' true, 'unsafe-inline' false
 * ```
 */
export function effects(policy: Policy, options: EffectOptions = {}): readonly DirectiveEffect[] {
  checkOptions(options, {
    action: 'list the effects',
    names: [...DECIDE_OPTIONS, 'disposition', 'source'],
  })
  const { self = EXAMPLE_SELF, disposition = 'enforce', source = 'header' } = options
  const dialect = getDialect(options.dialect)
  const directives = new Map(
    [...makeDirectives(policy, dialect)].filter(([name]) => isInForce(name, options)),
  )
  const compiled: CompiledPolicy = { index: 0, policy, disposition, source, directives }
  const page: Page = { self: readSelf(self), policies: collectPolicies([compiled], dialect) }
  return policy.directives.map(({ name, values }) => {
    const directive = directives.get(name)
    return directive === undefined
      ? { name, counts: false, decides: new Set(), values: values.map(withoutEffect) }
      : effectOf({ directive, policy: compiled, page })
  })
}

function isInForce(name: string, { disposition, source }: EffectOptions): boolean {
  const info = DIRECTIVES.get(name)
  if (info === undefined) return true
  const worksInMeta = source !== 'meta' || info.worksInMeta
  return worksInMeta && (disposition !== 'report' || info.worksInReportOnly)
}

function withoutEffect(value: Policy['directives'][number]['values'][number]): ValueEffect {
  return { value: showSource(value), allows: new Map() }
}

function effectOf(question: Question): DirectiveEffect {
  const { directive, page } = question
  const { name, values, list } = directive
  const found: Found = { decides: new Set(), allows: new Map() }
  const keys = new Map<string, string>()
  const expressions = hasSources(name) ? list.expressions : []
  for (const expression of expressions) keys.set(expression.text, keyOf(expression, page))
  const note = (what: Allowed, text: string, check: Check | null): void => {
    const key = keys.get(text) ?? text
    const allows = found.allows.get(key) ?? new Map<Allowed, Check | null>()
    if (!allows.has(what)) allows.set(what, check)
    found.allows.set(key, allows)
  }
  for (const area of AREAS) {
    if (area.kind === 'hint' || findDirective(question.policy, area.chain) !== directive) continue
    const known = askExamples(area, expressions, { question, note })
    const others = directive.list.expressions.filter((expression) => !known.has(expression))
    askArea(area, others, { question, found, note })
  }
  askHashes(question, note)
  return {
    name,
    counts: true,
    decides: found.decides,
    values: values.map((value) => {
      const text = showSource(value)
      return { value: text, allows: found.allows.get(keys.get(text) ?? text) ?? new Map() }
    }),
  }
}

type Note = (what: Allowed, text: string, check: Check | null) => void

/** Asks all that tells lists apart, place by place for the sources of which nothing is known. */
function askArea(
  area: Area,
  varying: readonly SourceExpression[],
  {
    question: { directive, page, policy },
    found,
    note,
  }: { readonly question: Question; readonly found: Found; readonly note: Note },
): void {
  const { expressions } = directive.list
  const input = {
    directives: [directive],
    expressions,
    varying,
    self: page.self,
    dialect: page.policies.dialect,
    isIntersection: false,
    sources: [],
    includesUnlikely: true,
    tellApart: (checks: Parameters<typeof oneOfEach>[0]) =>
      oneOfEach(checks, [{ evaluate: (check) => [prepare(check, page)(policy)] }]),
  }
  for (const { check, alike = [] } of area.candidates(input)) {
    // Code of which only the hash is known is asked about hash by hash.
    if (check === null) continue
    const result = prepare(check, page)(policy)
    if (result.asked.directive?.name !== directive.name) continue
    const what = whatOf(check, area)
    found.decides.add(what)
    if (result.violated || result.expression === null) continue
    const { expression } = result
    for (const text of alike.includes(expression) ? alike : [expression]) note(what, text, check)
  }
}

/**
 * Asks about each source by an example of its own, whether or not another one matches that too.
 * Returns those that are found to allow it.
 */
function askExamples(
  { checkFor, ...area }: Area,
  expressions: readonly SourceExpression[],
  {
    question: { directive, page, policy },
    note,
  }: { readonly question: Question; readonly note: Note },
): ReadonlySet<SourceExpression> {
  const found = new Set<SourceExpression>()
  if (checkFor === undefined) return found
  for (const expression of expressions) {
    const url = exampleURL(expression, { host: `${PROBE}.example`, self: page.self })
    if (url === undefined) continue
    const check = checkFor(url)
    const { reason, asked } = prepare(check, page)(policy)
    const matches = reason === 'url-matches' || reason === 'ancestors-match'
    if (!matches || asked.directive?.name !== directive.name) continue
    note(whatOf(check, area), expression.text, check)
    found.add(expression)
  }
  return found
}

function askHashes({ directive, page, policy }: Question, note: Note): void {
  if (!hasSources(directive.name)) return
  for (const type of INLINE_TYPES) {
    for (const [algorithm, byValue] of directive.list.hashes) {
      for (const [digest, { text }] of byValue) {
        const facts = readInline({ type: 'inline', inline: type }, page)
        facts.digests.set(algorithm, digest)
        const { asked, reason } = evaluateInline(facts, policy)
        if (asked.directive?.name !== directive.name || reason !== 'hash-matches') continue
        note(type, text, null)
        noteUnsafeHashes(type, asked, note)
      }
    }
  }
}

/** A hash counts for attributes and javascript: URLs by the grace of the keyword beside it. */
function noteUnsafeHashes(type: InlineType, { directive }: Asked, note: Note): void {
  const keyword = directive?.list.keywords.get("'unsafe-hashes'")
  if (keyword !== undefined && type !== 'script' && type !== 'style') note(type, keyword.text, null)
}

function whatOf(check: Exclude<Candidate['check'], null>, area: Omit<Area, 'checkFor'>): Allowed {
  if (check.type === 'inline') return check.inline
  if (check.type !== 'request') return check.type
  return area.kind ?? area.effectiveDirective
}

/** The same for values that mean the same: of these a list keeps the first. */
function keyOf(expression: SourceExpression, { policies }: Page): string {
  if (expression.kind === 'keyword') return expression.keyword
  if (expression.kind === 'self') return asciiLowerCase(expression.text)
  if (expression.kind === 'hash') return keyOfHash(expression, policies)
  return expression.text
}

function keyOfHash(hash: HashSource, { dialect }: Page['policies']): string {
  return `hash ${integrityOf(hash, dialect)}`
}
