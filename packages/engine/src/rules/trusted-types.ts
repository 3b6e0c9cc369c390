/**
 * Trusted Types: which policies may be created, and whether plain strings reach the sinks that want
 * a trusted type.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#integration-with-content-security-policy
 */

import { asciiLowerCase, show } from '@cusp/core/internal'
import type { TrustedTypesPolicyCheck, TrustedTypesSinkCheck } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { requiresTrustedTypesForScript } from '../policy/compiled-policies.ts'
import { shorten } from '../text.ts'
import { PROBE } from '../witness/example-url.ts'
import type { AreaInput } from './area-input.ts'
import { representativesOf } from './area-input.ts'
import { checkList } from './facts.ts'
import type { Reason, Result } from './result.ts'
import { allow, noDirective, violate } from './result.ts'
import type { Candidate, Rule } from './rule.ts'
import { clip } from './words.ts'

const CHAIN: readonly string[] = Object.freeze(['trusted-types'])
const SINK_CHAIN: readonly string[] = Object.freeze(['require-trusted-types-for'])
// tt-policy-name = 1*( ALPHA / DIGIT / "-" / "#" / "=" / "_" / "/" / "@" / "." / "%" )
const POLICY_NAME = /^[\w#=/@.%-]+$/
/** What the Function constructor puts before the code: the same for all of them. */
const ANONYMOUS = /^(?:async )?function\*? anonymous/
/** Why a plain string is blocked, as a clause. */
export const WANTS_TRUSTED_TYPE = 'the sink wants a trusted type'
const WORDS: ReadonlyMap<Reason, string> = new Map<Reason, string>([
  ['duplicate-name', "the name is taken and 'allow-duplicates' is absent"],
  ['name-mismatch', 'the name is not in the list'],
])

/** May a Trusted Types policy be created? */
export const trustedTypesPolicyRule: Rule<TrustedTypesPolicyCheck> = {
  facts: ['name', 'created'],
  validate: ({ created = [] }) =>
    checkList(created, 'created', 'the names of the policies that exist'),
  prepare:
    (check, { policies }) =>
    (policy) =>
      shouldTrustedTypePolicyCreationBeBlocked(check, policy, policies),
  describe: ({ name }) => `the Trusted Types policy ${show(shorten(name))}`,
  explain({ result }) {
    const words = WORDS.get(result.reason)
    return words === undefined ? undefined : [words]
  },
  areas: [{ effectiveDirective: 'trusted-types', chain: CHAIN, kind: 'trusted-types', candidates }],
  blockedURL: () => 'trusted-types-policy',
  sample: ({ name }) => ({ text: clip(name), needsKeyword: false }),
}

/** May a plain string reach a DOM sink that wants a trusted type? */
export const trustedTypesSinkRule: Rule<TrustedTypesSinkCheck> = {
  facts: ['sink', 'source'],
  prepare: () => shouldSinkTypeMismatchViolationBeBlocked,
  describe: ({ sink }) => `a plain string for ${shorten(sink)}`,
  explain: ({ result }) =>
    result.reason === 'trusted-type-required' ? [WANTS_TRUSTED_TYPE] : undefined,
  areas: [
    {
      effectiveDirective: 'require-trusted-types-for',
      chain: SINK_CHAIN,
      kind: 'trusted-types',
      candidates: () => [{ check: { type: 'trusted-types-sink', sink: 'Element innerHTML' } }],
    },
  ],
  blockedURL: () => 'trusted-types-sink',
  sample: ({ sink, source = '' }) => {
    const code = sink === 'Function' ? source.replace(ANONYMOUS, '') : source
    return { text: `${sink}|${clip(code)}`, needsKeyword: false }
  },
}

/**
 * Asks one policy whether a Trusted Types policy may be created.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#should-block-create-policy
 */
function shouldTrustedTypePolicyCreationBeBlocked(
  { name, created = [] }: TrustedTypesPolicyCheck,
  policy: CompiledPolicy,
  { dialect }: { readonly dialect: Dialect },
): Result {
  const directive = policy.directives.get('trusted-types')
  if (directive === undefined) return noDirective('trusted-types', CHAIN)
  const asked = { effectiveDirective: 'trusted-types', chain: CHAIN, directive, judged: null }
  const { values } = directive
  const isNone = values.every((value) => isKeyword(value, "'none'"))
  if (isNone) return violate(asked, 'nothing-allowed')
  const allowsDuplicates = values.some((value) => isKeyword(value, "'allow-duplicates'"))
  if (created.includes(name) && !allowsDuplicates) return violate(asked, 'duplicate-name')
  const isName = POLICY_NAME.test(name)
  if (isName && directive.has(name)) return allow(asked, 'name-matches', name)
  const isTaken = isName || (name === '' && dialect.has('empty-trusted-types-name-allowed'))
  const wildcardCounts = isTaken || !dialect.has('odd-trusted-types-name-refused')
  const star = values.find((value) => isWildcard(value, dialect))
  if (wildcardCounts && star !== undefined) return allow(asked, 'name-matches', String(star))
  return violate(asked, 'name-mismatch')
}

/**
 * Asks one policy whether a plain string may reach a sink of the group `'script'`.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#should-block-sink-type-mismatch
 */
export function shouldSinkTypeMismatchViolationBeBlocked(policy: CompiledPolicy): Result {
  const directive = policy.directives.get('require-trusted-types-for')
  if (directive === undefined) return noDirective('require-trusted-types-for', SINK_CHAIN)
  const effectiveDirective = 'require-trusted-types-for'
  const asked = { effectiveDirective, chain: SINK_CHAIN, directive, judged: null }
  return requiresTrustedTypesForScript(policy)
    ? violate(asked, 'trusted-type-required', "'script'")
    : allow(asked, 'not-applicable', null)
}

/**
 * Every name, one that is not named, one that is no name by the grammar; each new and a second
 * time.
 */
function* candidates({ directives }: AreaInput): Generator<Candidate> {
  const written = directives.flatMap(({ values }) =>
    values.filter((value) => typeof value === 'string').map((value) => ({ value, text: value })),
  )
  const named = representativesOf(written, (value) => [
    POLICY_NAME.test(value),
    ...directives.map((directive) => directive.has(value)),
  ])
  const unnamed = unnamedIn(directives)
  const names = [...named, { value: unnamed, alike: [] }, { value: `${unnamed}?`, alike: [] }]
  for (const { value: name, alike } of names) {
    yield { check: { type: 'trusted-types-policy', name }, alike }
    yield { check: { type: 'trusted-types-policy', name, created: [name] }, alike }
  }
}

/** A name that no list has, with a question mark behind it or without. */
function unnamedIn(directives: AreaInput['directives']): string {
  const isNamed = (name: string): boolean =>
    directives.some((directive) => directive.has(name) || directive.has(`${name}?`))
  let name = PROBE
  for (let index = 1; isNamed(name); index++) name = `${PROBE}-${index}`
  return name
}

function isWildcard(value: string | symbol, dialect: Dialect): boolean {
  if (value === '*') return true
  return String(value).startsWith('*') && dialect.has('trusted-types-star-begins-wildcard')
}

function isKeyword(value: string | symbol, keyword: string): boolean {
  return typeof value === 'string' && asciiLowerCase(value) === keyword
}
