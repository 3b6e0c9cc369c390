/**
 * Policies ready for decisions: directives by name, source lists compiled when they are first
 * asked.
 */

import type { Policy } from '@cusp/core'
import { DIRECTIVES, NONCE } from '@cusp/core'
import { asciiLowerCase } from '@cusp/core/internal'
import type { Dialect } from '../dialects/dialect.ts'
import type { SourceList } from '../sources/source-list.ts'
import { makeSourceList } from '../sources/source-list.ts'
import type { Origin } from '../url/url.ts'
import type { DeliveredPolicy, Disposition, PolicyInput, PolicySource } from './policy-input.ts'
import { readPolicies } from './policy-input.ts'

/** A directive with its values. Its source list is compiled when something first asks for it. */
export class CompiledDirective {
  readonly name: string
  readonly values: readonly (string | typeof NONCE)[]
  readonly dialect: Dialect
  private compiledList: SourceList | undefined
  private valueSet: ReadonlySet<string | typeof NONCE> | undefined

  constructor(name: string, values: CompiledDirective['values'], dialect: Dialect) {
    this.name = name
    this.values = values
    this.dialect = dialect
    this.compiledList = undefined
    this.valueSet = undefined
  }

  /** The values as a source list. */
  get list(): SourceList {
    this.compiledList ??= makeSourceList(this.values, this)
    return this.compiledList
  }

  /** Whether the value is among the values, letter by letter. */
  has(value: string): boolean {
    this.valueSet ??= new Set(this.values)
    return this.valueSet.has(value)
  }
}

/** Directives by name. */
export type Directives = ReadonlyMap<string, CompiledDirective>

/** One policy. */
export interface CompiledPolicy {
  /** Among all policies, from 0. */
  readonly index: number
  readonly policy: Policy
  readonly disposition: Disposition
  readonly source: PolicySource
  /** Only those that have an effect where the policy came from. */
  readonly directives: Directives
}

/** All policies of a response. */
export interface CompiledPolicies {
  readonly dialect: Dialect
  readonly list: readonly CompiledPolicy[]
  /** Whether an enforced policy has upgrade-insecure-requests. */
  readonly upgradesInsecureRequests: boolean
  /** Whether an enforced policy makes the origin of the document opaque. */
  readonly sandboxesOrigin: boolean
  /** Whether an enforced policy requires trusted types for scripts. */
  readonly requiresTrustedTypes: boolean
}

/** A page: its policies and its origin, for which `'self'` stands; null is an opaque origin. */
export interface Page {
  readonly policies: CompiledPolicies
  readonly self: Origin | null
}

const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/

const byPolicy = new WeakMap<Policy, Map<Dialect, Directives>>()

/**
 * Compiles policies; the directives of one policy value are compiled once.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy
 */
export function compilePolicies(input: PolicyInput, dialect: Dialect): CompiledPolicies {
  return collectPolicies(
    readPolicies(input, dialect).map((delivered, index) =>
      compilePolicy(delivered, index, dialect),
    ),
    dialect,
  )
}

/** The policies of one disposition alone, as enforced ones. */
export function enforceOnly(
  { list, dialect }: CompiledPolicies,
  wanted: Disposition,
): CompiledPolicies {
  const enforced = list
    .filter(({ disposition }) => disposition === wanted)
    .map(({ index, policy, source, directives }): CompiledPolicy => ({
      index,
      policy,
      source,
      directives,
      disposition: 'enforce',
    }))
  return collectPolicies(enforced, dialect)
}

/** The first directive of a chain that the policy has. */
export function findDirective(
  policy: CompiledPolicy,
  chain: readonly string[],
): CompiledDirective | undefined {
  const { directives } = policy
  // By index: an iterator costs a twentieth of a decision (`pnpm bench decisions`).
  for (let index = 0; index < chain.length; index++) {
    const directive = directives.get(chain[index] as string)
    if (directive !== undefined) return directive
  }
  return undefined
}

/**
 * Whether the policy requires trusted types for the sink group `'script'`, the only one there is.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#require-trusted-types-for-csp-directive
 */
export function requiresTrustedTypesForScript({ directives }: CompiledPolicy): boolean {
  const directive = directives.get('require-trusted-types-for')
  if (directive === undefined) return false
  if (!directive.dialect.has('trusted-types-group-in-any-case')) return directive.has("'script'")
  return directive.values.some(
    (value) => value !== NONCE && asciiLowerCase(String(value)) === "'script'",
  )
}

/** Compiles the directives of a policy. */
export function makeDirectives(policy: Policy, dialect: Dialect): Directives {
  const directives = new Map<string, CompiledDirective>()
  for (const { name, values } of policy.directives) {
    const isDropped =
      dialect.has('control-characters-drop-directive') && hasControlCharacter([name, ...values])
    if (!isDropped) directives.set(name, new CompiledDirective(name, values, dialect))
  }
  return directives
}

function compilePolicy(
  { policy, disposition, source, wasParsedHere }: DeliveredPolicy,
  index: number,
  dialect: Dialect,
): CompiledPolicy {
  // A policy that was parsed here is a value that nobody will ask about again.
  const all = wasParsedHere ? makeDirectives(policy, dialect) : compileOnce(policy, dialect)
  const directives = source === 'meta' ? effectiveInMeta(all) : all
  return { index, policy, disposition, source, directives }
}

/** What policies of one page are together. */
export function collectPolicies(
  list: readonly CompiledPolicy[],
  dialect: Dialect,
): CompiledPolicies {
  const enforced = list.filter(({ disposition }) => disposition === 'enforce')
  return {
    dialect,
    list,
    upgradesInsecureRequests: enforced.some(({ directives }) =>
      directives.has('upgrade-insecure-requests'),
    ),
    sandboxesOrigin: enforced.some(sandboxesOrigin),
    requiresTrustedTypes: enforced.some(requiresTrustedTypesForScript),
  }
}

/** Whether the policy makes the origin of its document opaque. */
function sandboxesOrigin({ directives }: CompiledPolicy): boolean {
  const directive = directives.get('sandbox')
  if (directive === undefined) return false
  return !directive.values.some((value) => asciiLowerCase(String(value)) === 'allow-same-origin')
}

function compileOnce(policy: Policy, dialect: Dialect): Directives {
  let byDialect = byPolicy.get(policy)
  if (byDialect === undefined) {
    byDialect = new Map()
    byPolicy.set(policy, byDialect)
  }
  let directives = byDialect.get(dialect)
  if (directives === undefined) {
    directives = makeDirectives(policy, dialect)
    byDialect.set(dialect, directives)
  }
  return directives
}

function hasControlCharacter(tokens: readonly (string | typeof NONCE)[]): boolean {
  return tokens.some((token) => token !== NONCE && CONTROL_CHARACTER.test(token))
}

/**
 * A meta element has no frame-ancestors, sandbox and report-uri. @see
 * https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy
 */
function effectiveInMeta(directives: Directives): Directives {
  return new Map([...directives].filter(([name]) => DIRECTIVES.get(name)?.worksInMeta !== false))
}
