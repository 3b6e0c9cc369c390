/**
 * Subsumption: whether some policies are at least as strict as others, as Embedded Enforcement asks it of a response.
 *
 * @see https://w3c.github.io/webappsec-cspee/#subsumption
 */

import { DIRECTIVES, csp } from '@cusp/core'
import { asciiLowerCase } from '../text.ts'
import type { InlineType } from '../check/check.ts'
import type { CompiledDirective, CompiledPolicy } from '../policy/compiled-policies.ts'
import {
  findDirective,
  requiresTrustedTypesForScript,
  sourceListOf,
} from '../policy/compiled-policies.ts'
import type { DecideOptions } from '../decide/decide.ts'
import {
  getEffectiveDirectiveForInlineChecks,
  getFetchDirectiveFallbackList,
} from '../policy/fallback.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import type { Judge } from '../decide/judge.ts'
import { makeJudge } from '../decide/judge.ts'
import type { MatchContext } from '../sources/match-context.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { hasNonceOrHash, isNoneList } from '../sources/source-list.ts'
import { doesURLListSubsume } from './subsume-sources.ts'

/** Two lists of one directive, and what matching depends on. */
interface Pair {
  readonly a: SourceList
  readonly b: SourceList
  readonly context: MatchContext
}

/** One policy on each side. */
interface Sides {
  readonly a: CompiledPolicy
  readonly b: CompiledPolicy
  readonly judgeA: Judge
  readonly judgeB: Judge
}

/** Asks whether policy A is satisfied by policy B in one respect. */
type Rule = (sides: Sides) => boolean

const URL_DIRECTIVES = [
  'connect-src',
  'font-src',
  'frame-src',
  'fenced-frame-src',
  'img-src',
  'manifest-src',
  'media-src',
  'object-src',
] as const
const DOCUMENT_DIRECTIVES = ['base-uri', 'form-action', 'frame-ancestors'] as const
const INLINE_TYPES: readonly InlineType[] = [
  'script',
  'navigation',
  'script attribute',
  'style',
  'style attribute',
]
const FETCH_DIRECTIVES = [...DIRECTIVES.values()]
  .filter(({ name, fallback }) => name === 'default-src' || fallback.length > 0)
  .map(({ name }) => name)

const RULES: readonly Rule[] = [
  ...[...URL_DIRECTIVES, ...DOCUMENT_DIRECTIVES].map((name) => listRule(name, doesURLPartSubsume)),
  listRule('style-src-elem', doStyleRequestsSubsume),
  scriptRule('script-src-elem'),
  scriptRule('worker-src'),
  ...INLINE_TYPES.map((type) =>
    listRule(getEffectiveDirectiveForInlineChecks(type), (pair) => doesInlineSubsume(pair, type)),
  ),
  listRule('connect-src', ({ a, b }) => isKeywordCovered("'unsafe-webtransport-hashes'", a, b)),
  evalRule,
  listRule('script-src', isWasmCovered),
  hintRule,
  trustedTypesRule,
  ({ a, b }) => !requiresTrustedTypesForScript(a) || requiresTrustedTypesForScript(b),
  ({ a, b }) => !upgrades(a) || upgrades(b),
  webrtcRule,
]

/**
 * Whether everything that `b` allows is allowed by `a` too: whether a response with `b` is as strict as an embedder that
 * requires `a` wants it. Each enforced policy of `a` must be met by one of `b`.
 *
 * It follows Embedded Enforcement's definition. Its algorithm is left where it breaks that definition: lists fall back as they
 * do in browsers, nonces are compared (the algorithm takes any nonce for any other, so that an embedder cannot guess), and
 * upgrade-insecure-requests on one side alone makes lists of URLs incomparable, as the two sides then see other URLs. It may
 * answer no where only several sources or several policies together are as strict; it never answers yes in error.
 *
 * @param a the required policies
 * @param b those of the response
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does
 * @see https://w3c.github.io/webappsec-cspee/#subsumption
 * @example
 * ```ts
 * import { subsumes } from '@cusp/engine'
 *
 * subsumes({ value: 'img-src https:' }, { value: "default-src 'none'; img-src https://cdn.example" }) // true
 * ```
 */
export function subsumes(a: PolicyInput, b: PolicyInput, options: DecideOptions = {}): boolean {
  const judgeA = makeJudge(a, options)
  const judgeB = makeJudge(b, options)
  // Without a policy nothing is restricted: that meets what requires nothing.
  const others = [...judgeB.policies, unrestricted()]
  const isMet = judgeA.policies.every((policy) =>
    RULES.every((rule) => others.some((other) => rule({ a: policy, b: other, judgeA, judgeB }))),
  )
  const { dialect } = options
  const { flags } = sandboxFlags(b, { dialect })
  return isMet && sandboxFlags(a, { dialect }).flags.every((flag) => flags.includes(flag))
}

function upgrades({ directives }: CompiledPolicy): boolean {
  return directives.has('upgrade-insecure-requests')
}

function unrestricted(): CompiledPolicy {
  const policy = csp()
  return { index: -1, policy, disposition: 'enforce', source: 'header', directives: new Map() }
}

/** A rule about the lists that decide for an effective directive. */
function listRule(effectiveDirective: string, subsume: (pair: Pair) => boolean): Rule {
  const chain = getFetchDirectiveFallbackList(effectiveDirective)
  return (sides) => {
    const directives = decisive(chain, sides)
    if (typeof directives === 'boolean') return directives
    return subsume(pairOf(directives, effectiveDirective, sides))
  }
}

/** Scripts and workers: by the rules of scripts where a script directive decides, by URL alone elsewhere. */
function scriptRule(effectiveDirective: string): Rule {
  const chain = getFetchDirectiveFallbackList(effectiveDirective)
  const isScript = ({ name }: CompiledDirective): boolean =>
    name.startsWith('script-src') ||
    (name === 'default-src' && effectiveDirective === 'script-src-elem')
  return (sides) => {
    const directives = decisive(chain, sides)
    if (typeof directives === 'boolean') return directives
    const { a, b, context } = pairOf(directives, effectiveDirective, sides)
    return doScriptRequestsSubsume({
      a: isScript(directives.a) ? a : withoutCredentials(a),
      b: isScript(directives.b) ? b : withoutCredentials(b),
      context,
    })
  }
}

/** The directives that decide on both sides; true where nothing is required, false where B has none. */
function decisive(
  chain: readonly string[],
  { a, b }: Sides,
): boolean | { readonly a: CompiledDirective; readonly b: CompiledDirective } {
  const required = findDirective(a, chain)
  if (required === undefined) return true
  const returned = findDirective(b, chain)
  return returned === undefined ? false : { a: required, b: returned }
}

function pairOf(
  directives: { readonly a: CompiledDirective; readonly b: CompiledDirective },
  directive: string,
  sides: Sides,
): Pair {
  const { policies, self } = sides.judgeA.basis
  const context = { self, redirectCount: 0, dialect: policies.dialect, directive }
  const [a, b] = [sourceListOf(directives.a), sourceListOf(directives.b)]
  return { a: areComparable(sides) ? a : onlyStar(a), b, context }
}

function withoutCredentials(list: SourceList): SourceList {
  return {
    ...list,
    keywords: new Map(),
    nonces: new Map(),
    hashes: new Map(),
    expressions: urlsOf(list),
  }
}

function onlyStar(list: SourceList): SourceList {
  return {
    ...list,
    expressions: list.expressions.filter((one) => isStar(one) || !isURLSource(one)),
  }
}

function urlsOf({ expressions }: SourceList): SourceList['expressions'] {
  return expressions.filter(isURLSource)
}

function isURLSource({ kind }: SourceExpression): boolean {
  return kind === 'star' || kind === 'self' || kind === 'scheme' || kind === 'host'
}

function doesURLPartSubsume({ a, b, context }: Pair): boolean {
  return doesURLListSubsume(a.expressions, b.expressions, context)
}

function doStyleRequestsSubsume(pair: Pair): boolean {
  return areNoncesCovered(pair) && doesURLPartSubsume(pair)
}

/** Nonces, integrity, then 'strict-dynamic' or URLs, as the pre-request check of scripts goes. */
function doScriptRequestsSubsume(pair: Pair): boolean {
  const { a, b } = pair
  if (!areNoncesCovered(pair) || !areIntegritiesCovered(pair)) return false
  if (hasStrictDynamic(b)) return hasStrictDynamic(a)
  if (hasStrictDynamic(a)) return urlsOf(b).length === 0
  return doesURLPartSubsume(pair)
}

/**
 * Inline code of one type.
 *
 * @see https://w3c.github.io/webappsec-cspee/#subsume-source-list
 */
function doesInlineSubsume({ a, b }: Pair, type: InlineType): boolean {
  if (doesAllowAllInline(a, type)) return true
  if (doesAllowAllInline(b, type)) return false
  if (type === 'script' || type === 'style') {
    if (!areNoncesCovered({ a, b }) || !areHashesCovered({ a, b })) return false
    return type === 'style' || !hasStrictDynamic(b) || hasStrictDynamic(a)
  }
  if (!b.keywords.has("'unsafe-hashes'") || b.hashes.size === 0) return true
  return a.keywords.has("'unsafe-hashes'") && areHashesCovered({ a, b })
}

/** @see https://w3c.github.io/webappsec-csp/#allow-all-inline */
function doesAllowAllInline(list: SourceList, type: InlineType): boolean {
  if (!list.keywords.has("'unsafe-inline'") || hasNonceOrHash(list)) return false
  return type.startsWith('style') || !hasStrictDynamic(list)
}

function areNoncesCovered({ a, b }: Pick<Pair, 'a' | 'b'>): boolean {
  return [...b.nonces.keys()].every((nonce) => a.nonces.has(nonce))
}

function areHashesCovered({ a, b }: Pick<Pair, 'a' | 'b'>): boolean {
  return [...b.hashes].every(([algorithm, byValue]) => {
    const covering = a.hashes.get(algorithm)
    return [...byValue.keys()].every((value) => covering?.has(value))
  })
}

/** Integrity is compared as it is written. */
function areIntegritiesCovered({ a, b }: Pick<Pair, 'a' | 'b'>): boolean {
  const written = new Set(integritiesOf(a))
  return integritiesOf(b).every((text) => written.has(text))
}

function integritiesOf(list: SourceList): readonly string[] {
  if (list.hashes.size === 0) return []
  return list.expressions
    .filter((expression) => expression.kind === 'hash')
    .map(({ algorithm, value }) => `${algorithm}-${value}`)
}

function hasStrictDynamic({ keywords }: SourceList): boolean {
  return keywords.has("'strict-dynamic'")
}

function isKeywordCovered(keyword: string, a: SourceList, b: SourceList): boolean {
  return a.keywords.has(keyword) || !b.keywords.has(keyword)
}

function isWasmCovered({ a, b }: Pair): boolean {
  return allowsWasm(a) || !allowsWasm(b)
}

function allowsWasm({ keywords }: SourceList): boolean {
  return keywords.has("'unsafe-eval'") || keywords.has("'wasm-unsafe-eval'")
}

function evalRule(sides: Sides): boolean {
  const directives = decisive(getFetchDirectiveFallbackList('script-src'), sides)
  if (typeof directives === 'boolean') return directives
  const isAllowed = allowsEval(sourceListOf(directives.a), sides.judgeA)
  return isAllowed || !allowsEval(sourceListOf(directives.b), sides.judgeB)
}

function allowsEval({ keywords }: SourceList, { basis }: Judge): boolean {
  if (keywords.has("'unsafe-eval'")) return true
  return basis.policies.requiresTrustedTypes && keywords.has("'trusted-types-eval'")
}

/** Hints may go where any list allows, in policies with default-src. */
function hintRule(sides: Sides): boolean {
  const directives = decisive(['default-src'], sides)
  if (typeof directives === 'boolean') return directives
  const { context } = pairOf(directives, 'default-src', sides)
  const required = fetchSourcesOf(sides.a)
  const comparable = areComparable(sides) ? required : required.filter(isStar)
  return doesURLListSubsume(comparable, fetchSourcesOf(sides.b), context)
}

function fetchSourcesOf({ directives }: CompiledPolicy): SourceList['expressions'] {
  return FETCH_DIRECTIVES.flatMap((name) => {
    const directive = directives.get(name)
    return directive === undefined ? [] : sourceListOf(directive).expressions
  })
}

/** Where one side upgrades URLs and the other does not, they see different ones. */
function areComparable({ judgeA, judgeB }: Sides): boolean {
  return (
    judgeA.basis.policies.upgradesInsecureRequests ===
    judgeB.basis.policies.upgradesInsecureRequests
  )
}

/** `*` matches a URL before its upgrade and after it. */
function isStar({ kind }: SourceExpression): boolean {
  return kind === 'star'
}

/** @see https://w3c.github.io/trusted-types/dist/spec/#trusted-types-csp-directive */
function trustedTypesRule(sides: Sides): boolean {
  const directives = decisive(['trusted-types'], sides)
  if (typeof directives === 'boolean') return directives
  if (isNoneList(sourceListOf(directives.b))) return true
  const [required, returned] = [valuesOf(directives.a), valuesOf(directives.b)]
  return returned.every(
    (value) =>
      required.includes(value) ||
      value === "'none'" ||
      (required.includes('*') && value !== "'allow-duplicates'"),
  )
}

/** Values with keywords in lower case; names keep theirs. */
function valuesOf({ values }: CompiledDirective): readonly string[] {
  return values.map((value) => {
    const text = String(value)
    return text.startsWith("'") ? asciiLowerCase(text) : text
  })
}

function webrtcRule({ a, b }: Sides): boolean {
  return allowsWebrtc(a) || !allowsWebrtc(b)
}

function allowsWebrtc({ directives }: CompiledPolicy): boolean {
  const values = directives.get('webrtc')?.values
  return values === undefined || (values.length === 1 && /^'allow'$/i.test(String(values[0])))
}
