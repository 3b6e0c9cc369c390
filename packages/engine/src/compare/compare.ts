/** Comparisons: what got wider and what narrower from one set of policies to another, each with a check that shows it. */

import { DIRECTIVES } from '@cusp/core'
import type { Check, InlineType, RequestCheck } from '../check/check.ts'
import type { Area, AreaInput } from './areas.ts'
import { AREAS, hashesOf, noncesOf } from './areas.ts'
import type { CompiledDirective } from '../policy/compiled-policies.ts'
import type { DecideOptions } from '../decide/decide.ts'
import { compile } from '../decide/decide.ts'
import { describeCheck } from '../check/describe.ts'
import type { InlineFacts } from '../rules/inline.ts'
import { inlineCheck, readInline } from '../rules/inline.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import type { Judge } from '../decide/judge.ts'
import { EXAMPLE_SELF, makeJudge } from '../decide/judge.ts'
import { oddnessOf } from '../witness/naturalness.ts'
import type { ChangeKind, PolicyChange } from './change.ts'
import type { Finding } from '../rules/result.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import type { HashSource } from '../sources/source-expression.ts'
import { toBase64 } from '../sources/source-list.ts'

/** The circumstances of a comparison. */
export interface CompareOptions extends DecideOptions {
  /** Inline scripts, styles and handlers of the page: with them changes of hashes are shown by their texts. */
  readonly sources?: readonly string[] | undefined
}

/** What is known of one change while it is collected. */
interface Collected {
  readonly change: PolicyChange['change']
  readonly kind: ChangeKind
  readonly directive: string
  readonly effectiveDirectives: Set<string>
  readonly values: Set<string>
  witness: Check | null
  /** Of the witness. */
  oddness: number
  /** Whether no directive governs the witness where it is allowed. */
  isFree: boolean
}

/** Two sides, and what differs between them so far. */
interface Comparison {
  readonly before: Judge
  readonly after: Judge
  readonly changes: Map<string, Collected>
}

const ORDER = [...DIRECTIVES.keys()]
const KIND_BY_REASON: Readonly<Partial<Record<Finding['reason'], ChangeKind>>> = {
  'nonce-matches': 'nonce',
  'integrity-matches': 'hash',
  'hash-matches': 'hash',
}
const INLINE_BY_DIRECTIVE: ReadonlyMap<string, InlineType> = new Map<string, InlineType>([
  ['script-src-elem', 'script'],
  ['script-src-attr', 'script attribute'],
  ['style-src-elem', 'style'],
  ['style-src-attr', 'style attribute'],
])

/**
 * Lists what enforced policies allow after a change and did not before (`wider`), and the other way round (`narrower`).
 * Where it finds nothing, `decide` answers every check alike. Changes of report-only policies block and allow nothing, so they are none.
 *
 * @param before what `decide` takes
 * @param after what `decide` takes
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does
 * @example
 * ```ts
 * import { compare } from '@cusp/engine'
 *
 * const [change] = compare({ value: "img-src 'self'" }, { value: "img-src 'self' cdn.example" })
 * change?.change // 'wider'
 * change?.values // ['cdn.example']
 * change?.witness // { type: 'request', destination: 'image', url: 'https://cdn.example/' }
 * ```
 */
export function compare(
  before: PolicyInput,
  after: PolicyInput,
  options: CompareOptions = {},
): readonly PolicyChange[] {
  const comparison: Comparison = {
    before: makeJudge(before, options),
    after: makeJudge(after, options),
    changes: new Map(),
  }
  for (const area of AREAS) compareArea(area, comparison, options.sources ?? [])
  compareSandboxes(before, after, { comparison, dialect: options.dialect })
  compareUpgrades(comparison)
  const deciding = { ...options, self: options.self === undefined ? EXAMPLE_SELF : options.self }
  const deciders = [compile(before, deciding), compile(after, deciding)] as const
  return Array.from(comparison.changes.values(), (collected) =>
    finish(collected, deciders),
  ).toSorted((one, other) => placeOf(one) - placeOf(other))
}

function compareArea(area: Area, comparison: Comparison, sources: readonly string[]): void {
  const { before, after } = comparison
  const [ours, theirs] = [directivesOf(area, before), directivesOf(area, after)]
  if (signatureOf(ours, before) === signatureOf(theirs, after)) return
  const directives = [...ours.flat(), ...theirs.flat()]
  const { self } = before.basis
  const tellApart = (checks: Iterable<RequestCheck>): readonly RequestCheck[] =>
    oneOfEach(checks, [before, after])
  const input: AreaInput = { directives, self, sources, tellApart }
  const isHint = area.effectiveDirective === 'default-src'
  for (const check of area.checks(input)) {
    const wasAllowed = before.allows(check)
    if (wasAllowed === after.allows(check)) continue
    const change = wasAllowed ? 'narrower' : 'wider'
    // A hint follows what its lists allow: it is worth a word where nothing else says it.
    if (isHint && hasChange(comparison, change)) continue
    collect(check, change, { comparison, effectiveDirective: area.effectiveDirective })
  }
  compareHashes(area, comparison, input)
}

/** The directives that decide in an area, those of each policy. Hints look at all of them. */
function directivesOf(
  { chain, effectiveDirective }: Area,
  { policies }: Judge,
): readonly (readonly CompiledDirective[])[] {
  return policies.map(({ directives }) => {
    const present = chain.map((name) => directives.get(name)).filter((one) => one !== undefined)
    return effectiveDirective === 'default-src' ? present : present.slice(0, 1)
  })
}

/** Two sides with one signature answer alike. */
function signatureOf(lists: readonly (readonly CompiledDirective[])[], { basis }: Judge): string {
  const { upgradesInsecureRequests, requiresTrustedTypes } = basis.policies
  const texts = lists.map((list) => list.map(({ name, values }) => [name, ...values.map(String)]))
  return JSON.stringify([upgradesInsecureRequests, requiresTrustedTypes, texts])
}

/** The first check for each way in which all policies together answer. */
function oneOfEach(
  checks: Iterable<RequestCheck>,
  judges: readonly Judge[],
): readonly RequestCheck[] {
  const byAnswer = new Map<string, RequestCheck>()
  for (const check of checks) {
    const answers = judges.flatMap((judge) => judge.ask(check).map(({ violated }) => violated))
    const key = JSON.stringify(answers)
    if (!byAnswer.has(key)) byAnswer.set(key, check)
  }
  return [...byAnswer.values()]
}

function collect(
  check: Check,
  change: PolicyChange['change'],
  { comparison, effectiveDirective }: { comparison: Comparison; effectiveDirective: string },
): void {
  const [wider, narrower] =
    change === 'wider'
      ? [comparison.after, comparison.before]
      : [comparison.before, comparison.after]
  const allowed = wider.ask(check).find(({ directive }) => directive !== null)
  const blocked = narrower.ask(check).find(({ violated }) => violated)
  const directive = allowed?.directive ?? blocked?.directive ?? effectiveDirective
  const collected = changeOf(comparison, { change, kind: kindOf(check, allowed), directive })
  collected.effectiveDirectives.add(effectiveDirective)
  if (typeof allowed?.expression === 'string') collected.values.add(allowed.expression)
  const oddness = oddnessOf(check)
  if (collected.witness !== null && oddness >= collected.oddness) return
  collected.witness = check
  collected.oddness = oddness
  collected.isFree = allowed === undefined
}

function changeOf(
  { changes }: Comparison,
  { change, kind, directive }: Pick<Collected, 'change' | 'directive' | 'kind'>,
): Collected {
  const key = `${change} ${kind} ${directive}`
  let collected = changes.get(key)
  if (collected === undefined) {
    const sets = { effectiveDirectives: new Set<string>(), values: new Set<string>() }
    collected = { change, kind, directive, ...sets, witness: null, oddness: 0, isFree: false }
    changes.set(key, collected)
  }
  return collected
}

function kindOf(check: Check, allowed: Finding | undefined): ChangeKind {
  if (check.type === 'eval' || check.type === 'wasm' || check.type === 'webrtc') return check.type
  if (check.type === 'trusted-types-policy' || check.type === 'trusted-types-sink') {
    return 'trusted-types'
  }
  if (check.type === 'request') {
    if (check.initiator === 'prefetch') return 'hint'
    if (check.serverCertificateHashes === true) return 'certificate-hashes'
  }
  const byReason = allowed === undefined ? undefined : KIND_BY_REASON[allowed.reason]
  if (byReason !== undefined) return byReason
  if (allowed?.expression?.toLowerCase() === "'strict-dynamic'") return 'strict-dynamic'
  return check.type === 'inline' ? 'inline' : 'url'
}

/** Hashes of inline code whose text is not known: the policies are asked about the digest. */
function compareHashes(area: Area, comparison: Comparison, input: AreaInput): void {
  const type = INLINE_BY_DIRECTIVE.get(area.effectiveDirective)
  if (type === undefined) return
  const { before, after } = comparison
  const nonces = type === 'script' || type === 'style' ? noncesOf(input) : []
  for (const hash of hashesOf(input)) {
    for (const nonce of ['', ...nonces]) {
      const wasAllowed = allowsHash(type, { hash, nonce }, before)
      if (wasAllowed === allowsHash(type, { hash, nonce }, after)) continue
      const change = wasAllowed ? 'narrower' : 'wider'
      const judge = wasAllowed ? before : after
      const facts = factsOf(type, { hash, nonce }, judge)
      const allowed = judge.policies
        .map((policy) => inlineCheck(facts, policy))
        .find(({ directive }) => directive !== null)
      // Without a directive or with 'unsafe-inline' any text shows it.
      if (allowed === undefined || allowed.reason !== 'hash-matches') continue
      const directive = allowed.directive as string
      const collected = changeOf(comparison, { change, kind: 'hash', directive })
      collected.effectiveDirectives.add(area.effectiveDirective)
      collected.values.add(hash.text)
    }
  }
}

interface Credentials {
  readonly hash: HashSource
  readonly nonce: InlineFacts['nonce']
}

function allowsHash(type: InlineType, credentials: Credentials, judge: Judge): boolean {
  const facts = factsOf(type, credentials, judge)
  return judge.policies.every((policy) => !inlineCheck(facts, policy).violated)
}

/** The facts about a text of which only one digest is known. */
function factsOf(type: InlineType, { hash, nonce }: Credentials, { basis }: Judge): InlineFacts {
  const { dialect } = basis.policies
  const facts = readInline({ type: 'inline', inline: type, source: '', nonce }, dialect)
  for (const algorithm of ['sha256', 'sha384', 'sha512'] as const) facts.digests.set(algorithm, '')
  facts.digests.set(hash.algorithm, toBase64(hash.value, dialect))
  return facts
}

function compareSandboxes(
  before: PolicyInput,
  after: PolicyInput,
  { comparison, dialect }: { comparison: Comparison; dialect: DecideOptions['dialect'] },
): void {
  const [ours, theirs] = [sandboxFlags(before, { dialect }), sandboxFlags(after, { dialect })]
  const lifted = ours.flags.filter((flag) => !theirs.flags.includes(flag))
  const set = theirs.flags.filter((flag) => !ours.flags.includes(flag))
  for (const [change, flags] of [
    ['wider', lifted],
    ['narrower', set],
  ] as const) {
    for (const flag of flags) {
      const collected = changeOf(comparison, { change, kind: 'sandbox', directive: 'sandbox' })
      collected.effectiveDirectives.add('sandbox')
      collected.values.add(flag)
    }
  }
}

function compareUpgrades(comparison: Comparison): void {
  const upgraded = comparison.before.basis.policies.upgradesInsecureRequests
  if (upgraded === comparison.after.basis.policies.upgradesInsecureRequests) return
  const directive = 'upgrade-insecure-requests'
  const change = upgraded ? 'wider' : 'narrower'
  changeOf(comparison, { change, kind: 'upgrade', directive }).effectiveDirectives.add(directive)
}

function hasChange({ changes }: Comparison, change: PolicyChange['change']): boolean {
  return [...changes.values()].some((other) => other.change === change && other.kind !== 'hint')
}

function finish(
  collected: Collected,
  [before, after]: readonly [ReturnType<typeof compile>, ReturnType<typeof compile>],
): PolicyChange {
  const { change, kind, directive, effectiveDirectives, values, witness } = collected
  return {
    change,
    kind,
    directive,
    effectiveDirectives: [...effectiveDirectives],
    values: [...values],
    message: describe(collected),
    witness,
    before: witness === null ? null : before.decide(witness),
    after: witness === null ? null : after.decide(witness),
  }
}

function describe({ change, kind, directive, values, witness, isFree }: Collected): string {
  const isWider = change === 'wider'
  const verb = isWider ? 'now allows' : 'no longer allows'
  if (kind === 'upgrade') {
    return `insecure requests are ${isWider ? 'no longer' : 'now'} upgraded`
  }
  const by = values.size === 0 ? '' : ` by ${[...values].slice(0, 3).join(', ')}`
  const more = values.size > 3 ? ` and ${values.size - 3} more` : ''
  if (kind === 'sandbox') return `sandbox ${verb}${by.slice(3)}${more}`
  const what = witness === null ? 'a text with that hash' : describeCheck(witness)
  // What no directive governs none allows: the one that is named forbids it on the other side.
  if (isFree) return `${directive} ${isWider ? 'no longer' : 'now'} forbids ${what}`
  return `${directive} ${verb} ${what}${by}${more}`
}

function placeOf({ change, directive }: PolicyChange): number {
  return (change === 'wider' ? 0 : 1000) + ORDER.indexOf(directive)
}
