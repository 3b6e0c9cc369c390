/**
 * Widening: the values of a directive when more is allowed and nothing that was allowed is taken
 * away.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-fallback-list
 */

import { show } from '../text.ts'
import type { DirectiveInfo, DirectiveName, ListDirective } from '../vocabulary/directives.ts'
import { chainOf, DIRECTIVES } from '../vocabulary/directives.ts'
import { refusal } from '../vocabulary/errors.ts'
import {
  NONCE,
  NONCE_DIRECTIVES,
  NONE,
  SCRIPT_DIRECTIVES,
  STRICT_DYNAMIC,
  UNSAFE_INLINE,
} from '../vocabulary/keywords.ts'
import { hasKeyword, isNone, isNonceOrHash } from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import type { Policy } from '../model/policy.ts'

const WIDENABLE = new Set(['source-list', 'ancestor-source-list', 'sandbox', 'trusted-types'])

/** Whether the directive is a list of permissions, so that a longer list allows more. */
export function isWidenable(name: string): name is ListDirective {
  return WIDENABLE.has(DIRECTIVES.get(name)?.grammar ?? '')
}

/**
 * The values of `name` with `sources` allowed as well. They start from the list that decides now.
 * Undefined where all of them are allowed already, and where nothing restricts: there the new
 * directive would only restrict.
 *
 * @throws CspError `ERR_CSP_NOT_WIDER` for what could take something away
 */
export function widenedValues(
  policy: Policy,
  name: string,
  sources: readonly Source[],
): readonly Source[] | undefined {
  const info = DIRECTIVES.get(name)
  if (info === undefined || !isWidenable(name)) {
    refuse(name, undefined, { problem: `${name} is not a list of permissions`, fix: setting(name) })
  }
  if (sources.some(isNone)) {
    refuse(name, NONE, { problem: "'none' allows nothing", fix: setting(name, '[NONE]') })
  }
  const decisive = chainOf(info.name).find((candidate) => policy.get(candidate) !== undefined)
  if (decisive === undefined) return undefined
  const base = (policy.get(decisive) as readonly Source[]).filter((value) => !isNone(value))
  if (sources.every((source) => base.includes(source))) return undefined
  if (isAnyWorkerAllowed(name, decisive, base)) return undefined
  for (const source of sources) checkWider(name, base, source)
  if (decisive !== name) checkHeirs(policy, info, decisive)
  return [...new Set([...base, ...sources])]
}

/** Refuses a source that would make another one void. */
function checkWider(name: string, base: readonly Source[], source: Source): void {
  if (source === STRICT_DYNAMIC && !hasKeyword(base, STRICT_DYNAMIC)) {
    const problem = "'strict-dynamic' makes the hosts of the list void"
    refuse(name, source, { problem, fix: setting(name) })
  }
  if (isNonceOrHash(source) && isInlineInForce(name, base)) {
    const what = source === NONCE ? 'a nonce' : show(source)
    const problem = `${what} makes 'unsafe-inline' void`
    refuse(name, source, { problem, fix: `${setting(name)} without 'unsafe-inline'` })
  }
}

/** 'unsafe-inline' is void beside a nonce or hash, and for scripts beside 'strict-dynamic'. */
function isInlineInForce(name: string, base: readonly Source[]): boolean {
  if (!NONCE_DIRECTIVES.includes(name) || !hasKeyword(base, UNSAFE_INLINE)) return false
  if (base.some(isNonceOrHash)) return false
  // WebKit lets 'strict-dynamic' in script-src-attr itself leave 'unsafe-inline' in force.
  if (name === 'script-src-attr') return true
  return !(SCRIPT_DIRECTIVES.includes(name) && hasKeyword(base, STRICT_DYNAMIC))
}

/**
 * Where script-src decides for workers, its 'strict-dynamic' allows any worker. The same keyword in
 * worker-src would allow none.
 */
function isAnyWorkerAllowed(name: string, decisive: string, base: readonly Source[]): boolean {
  return name === 'worker-src' && decisive === 'script-src' && hasKeyword(base, STRICT_DYNAMIC)
}

/**
 * A new directive also decides for absent ones that fall back to it, as child-src does for workers.
 * Each of them must have been decided by the list that was copied.
 */
function checkHeirs(policy: Policy, info: DirectiveInfo, decisive: DirectiveName): void {
  for (const heir of DIRECTIVES.values()) {
    if (!(heir.fallback as readonly string[]).includes(info.name)) continue
    const chain = chainOf(heir.name)
    const before = chain.find((candidate) => policy.get(candidate) !== undefined) as DirectiveName
    const comesFirst = chain.indexOf(info.name) < chain.indexOf(before)
    if (comesFirst && before !== decisive) {
      const problem = `${heir.name} is absent and follows ${before}, and a new ${info.name} would decide for it`
      refuse(info.name, undefined, { problem, fix: `${setting(heir.name)} before this call` })
    }
  }
}

function setting(name: string, values = '…'): string {
  return `set(${show(name)}, ${values})`
}

function refuse(
  directive: string,
  value: unknown,
  why: { readonly problem: string; readonly fix: string },
): never {
  const action = `allow more in ${directive}`
  throw refusal('ERR_CSP_NOT_WIDER', { action, ...why, directive, value })
}
