/**
 * Widening: the values a directive gets when more is allowed and nothing that was allowed is taken away.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-fallback-list
 */

import type { DirectiveInfo } from './directives.ts'
import { chainOf, DIRECTIVES } from './directives.ts'
import { CspError, show } from './errors.ts'
import { asciiLowerCase } from './examined.ts'
import { KEYWORDS, NONCE, STRICT_DYNAMIC, UNSAFE_INLINE } from './keywords.ts'
import type { Policy } from './policy-type.ts'
import { isNone, isNonceOrHash } from './source-expression.ts'
import type { Source } from './source-types.ts'

const WIDENABLE = new Set(['source-list', 'ancestor-source-list', 'sandbox', 'trusted-types'])
/** Where 'strict-dynamic' makes 'unsafe-inline' void; default-src also decides for styles, where it does not. */
const SCRIPT_RULES = new Set(['script-src', 'script-src-elem', 'script-src-attr'])

/** Whether the directive is a list of permissions, so that a longer list allows more. */
export function isWidenable(name: string): boolean {
  return WIDENABLE.has(DIRECTIVES.get(name)?.grammar ?? '')
}

/**
 * The values of `name` with `sources` allowed as well, starting from its effective list; undefined where nothing
 * restricted it, so that writing the directive would only tighten.
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
  const decisive = chainOf(name).find((candidate) => policy.get(candidate) !== undefined)
  if (decisive === undefined) return undefined
  const base = (policy.get(decisive) as readonly Source[]).filter((value) => !isNone(value))
  for (const source of sources) checkWider(info, base, source)
  if (decisive !== name) checkHeirs(policy, info, decisive)
  return [...new Set([...base, ...sources])]
}

/** A source that would make another one void is no widening. */
function checkWider(info: DirectiveInfo, base: readonly Source[], source: Source): void {
  const { name } = info
  if (isNone(source)) refuse(name, source, "'none' allows nothing", `set(${show(name)}, [NONE])`)
  if (info.grammar !== 'source-list' || base.includes(source)) return
  if (source === STRICT_DYNAMIC) {
    refuse(
      name,
      source,
      "'strict-dynamic' makes the hosts of the list void",
      `set(${show(name)}, …)`,
    )
  }
  const isCrypto = source === NONCE || isNonceOrHash(source)
  if (isCrypto && isInlineInForce(info, base)) {
    const expected = `set(${show(name)}, …) without 'unsafe-inline'`
    refuse(name, source, `${shown(source)} makes the list's 'unsafe-inline' void`, expected)
  }
}

/** 'unsafe-inline' is void beside a nonce or hash, and for scripts beside 'strict-dynamic'. */
function isInlineInForce(info: DirectiveInfo, base: readonly Source[]): boolean {
  const has = (keyword: string): boolean =>
    base.some((value) => typeof value === 'string' && asciiLowerCase(value) === keyword)
  if (!KEYWORDS.get(UNSAFE_INLINE)?.includes(info.name) || !has(UNSAFE_INLINE)) return false
  if (base.some((value) => value === NONCE || isNonceOrHash(value))) return false
  return !(SCRIPT_RULES.has(info.name) && has(STRICT_DYNAMIC))
}

/**
 * A directive that comes into being also decides for the absent ones behind it (child-src for workers). Each of these
 * must have been decided by the list that was copied.
 */
function checkHeirs(policy: Policy, info: DirectiveInfo, decisive: string): void {
  for (const heir of DIRECTIVES.values()) {
    if (!(heir.fallback as readonly string[]).includes(info.name)) continue
    const chain = chainOf(heir.name)
    const before = chain.find((candidate) => policy.get(candidate) !== undefined) as string
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
