/**
 * Widening: the values a directive gets when more is allowed and nothing that was allowed is taken away.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-fallback-list
 */

import type { DirectiveInfo, DirectiveName } from './directives.ts'
import { chainOf, DIRECTIVES } from './directives.ts'
import { CspError } from './errors.ts'
import {
  NONCE,
  NONCE_DIRECTIVES,
  NONE,
  SCRIPT_DIRECTIVES,
  STRICT_DYNAMIC,
  UNSAFE_INLINE,
} from './keywords.ts'
import type { Policy } from './policy-type.ts'
import { hasKeyword, isNone, isNonceOrHash } from './source-expression.ts'
import type { Source } from './source-types.ts'
import { show } from './text.ts'

const WIDENABLE = new Set(['source-list', 'ancestor-source-list', 'sandbox', 'trusted-types'])

/** Whether the directive is a list of permissions, so that a longer list allows more. */
export function isWidenable(name: string): boolean {
  return WIDENABLE.has(DIRECTIVES.get(name)?.grammar ?? '')
}

/**
 * The values of `name` with `sources` allowed as well, starting from its effective list; undefined where all of them are
 * allowed already, or nothing restricted it, so that writing the directive would only tighten.
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
    refuse(name, undefined, `${name} is no list of permissions`, `set(${show(name)}, …)`)
  }
  if (sources.some(isNone)) {
    refuse(name, NONE, "'none' allows nothing", `set(${show(name)}, [NONE])`)
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

/** A source that would make another one void is no widening. */
function checkWider(name: string, base: readonly Source[], source: Source): void {
  if (source === STRICT_DYNAMIC && !hasKeyword(base, STRICT_DYNAMIC)) {
    refuse(
      name,
      source,
      "'strict-dynamic' makes the hosts of the list void",
      `set(${show(name)}, …)`,
    )
  }
  if (isNonceOrHash(source) && isInlineInForce(name, base)) {
    const expected = `set(${show(name)}, …) without 'unsafe-inline'`
    refuse(name, source, `${shown(source)} makes the list's 'unsafe-inline' void`, expected)
  }
}

/** 'unsafe-inline' is void beside a nonce or hash, and for scripts beside 'strict-dynamic'. */
function isInlineInForce(name: string, base: readonly Source[]): boolean {
  if (!NONCE_DIRECTIVES.includes(name) || !hasKeyword(base, UNSAFE_INLINE)) return false
  if (base.some(isNonceOrHash)) return false
  return !(SCRIPT_DIRECTIVES.includes(name) && hasKeyword(base, STRICT_DYNAMIC))
}

/** Where script-src decides for workers, its 'strict-dynamic' allows any; in worker-src itself it would allow none. */
function isAnyWorkerAllowed(name: string, decisive: string, base: readonly Source[]): boolean {
  return name === 'worker-src' && decisive === 'script-src' && hasKeyword(base, STRICT_DYNAMIC)
}

/**
 * A directive that comes into being also decides for the absent ones behind it (child-src for workers). Each of these
 * must have been decided by the list that was copied.
 */
function checkHeirs(policy: Policy, info: DirectiveInfo, decisive: DirectiveName): void {
  for (const heir of DIRECTIVES.values()) {
    if (!(heir.fallback as readonly string[]).includes(info.name)) continue
    const chain = chainOf(heir.name)
    const before = chain.find((candidate) => policy.get(candidate) !== undefined) as DirectiveName
    const comesFirst = chain.indexOf(info.name) < chain.indexOf(before)
    if (comesFirst && before !== decisive) {
      const what = `${heir.name} is absent and follows ${before}, so a new ${info.name} would take over`
      refuse(info.name, undefined, what, `set(${show(heir.name)}, …) first`)
    }
  }
}

function shown(source: Source): string {
  return source === NONCE ? 'a nonce' : show(source)
}

function refuse(directive: string, value: unknown, what: string, expected: string): never {
  throw new CspError(
    'ERR_CSP_NOT_WIDER',
    `Cannot allow more in ${directive}: ${what}, expected ${expected}`,
    { directive, value },
  )
}
