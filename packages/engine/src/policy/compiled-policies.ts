/** Policies ready for decisions: directives by name, source lists compiled when they are first asked. */

import type { Policy } from '@cusp/core'
import { DIRECTIVES, NONCE } from '@cusp/core'
import type { Dialect } from '../dialects/dialect.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { Disposition, PolicyInput, PolicySource } from './policy-input.ts'
import { readPolicies } from './policy-input.ts'
import type { SourceList } from '../sources/source-list.ts'
import { makeSourceList } from '../sources/source-list.ts'

/** A directive with its values, and its source list once something asked for it. */
export interface CompiledDirective {
  readonly name: string
  readonly values: readonly (string | typeof NONCE)[]
  readonly dialect: Dialect
  list: SourceList | undefined
}

/** One policy. */
export interface CompiledPolicy {
  /** Among all policies, from 0. */
  readonly index: number
  readonly policy: Policy
  readonly disposition: Disposition
  readonly source: PolicySource
  /** Only those that have an effect where the policy came from. */
  readonly directives: ReadonlyMap<string, CompiledDirective>
}

/** All policies of a response. */
export interface CompiledPolicies {
  readonly dialect: Dialect
  readonly list: readonly CompiledPolicy[]
  /** Whether an enforced policy has upgrade-insecure-requests. */
  readonly upgradesInsecureRequests: boolean
  /** Whether an enforced policy requires trusted types for scripts. */
  readonly requiresTrustedTypes: boolean
}

type Directives = ReadonlyMap<string, CompiledDirective>

const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/

const byPolicy = new WeakMap<Policy, Map<DialectName, Directives>>()

/**
 * Compiles policies; the directives of one policy value are compiled once.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is no policy
 */
export function compilePolicies(input: PolicyInput, dialect: Dialect): CompiledPolicies {
  const list = readPolicies(input, dialect).map((delivered, index) => {
    const { policy, disposition, source, isFresh } = delivered
    const all = isFresh ? makeDirectives(policy, dialect) : compileDirectives(policy, dialect)
    const directives = source === 'meta' ? effectiveInMeta(all) : all
    return { index, policy, disposition, source, directives }
  })
  const enforced = list.filter(({ disposition }) => disposition === 'enforce')
  return {
    dialect,
    list,
    upgradesInsecureRequests: enforced.some(({ directives }) =>
      directives.has('upgrade-insecure-requests'),
    ),
    requiresTrustedTypes: enforced.some(requiresTrustedTypesForScript),
  }
}

/** The compiled source list of a directive. */
export function sourceListOf(directive: CompiledDirective): SourceList {
  directive.list ??= makeSourceList(directive.values, directive)
  return directive.list
}

/** The first directive of a chain that the policy has. */
export function findDirective(
  policy: CompiledPolicy,
  chain: readonly string[],
): CompiledDirective | undefined {
  const { directives } = policy
  // By index: an iterator is measurable here.
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
  const values = directives.get('require-trusted-types-for')?.values
  return values !== undefined && values.includes("'script'")
}

function compileDirectives(policy: Policy, dialect: Dialect): Directives {
  let byDialect = byPolicy.get(policy)
  if (byDialect === undefined) {
    byDialect = new Map()
    byPolicy.set(policy, byDialect)
  }
  let directives = byDialect.get(dialect.name)
  if (directives === undefined) {
    directives = makeDirectives(policy, dialect)
    byDialect.set(dialect.name, directives)
  }
  return directives
}

/** Compiles the directives of a policy. */
export function makeDirectives(policy: Policy, dialect: Dialect): Directives {
  const directives = new Map<string, CompiledDirective>()
  for (const { name, values } of policy.directives) {
    const isDropped =
      dialect.has('control-characters-drop-directive') && hasControlCharacter([name, ...values])
    if (!isDropped) directives.set(name, { name, values, dialect, list: undefined })
  }
  return directives
}

function hasControlCharacter(tokens: readonly (string | typeof NONCE)[]): boolean {
  return tokens.some((token) => token !== NONCE && CONTROL_CHARACTER.test(token))
}

/** A meta element has no frame-ancestors, sandbox and report-uri. @see https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy */
function effectiveInMeta(directives: Directives): Directives {
  return new Map([...directives].filter(([name]) => DIRECTIVES.get(name)?.worksInMeta !== false))
}
