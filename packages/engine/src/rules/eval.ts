/** Code made at run time: eval and its kin, and WebAssembly. */

import type { EvalCheck, WasmCheck } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import type { Result } from './result.ts'
import { allow, noDirective, violate } from './result.ts'
import type { Answer, Rule, Violated } from './rule.ts'
import { clip } from './words.ts'

const CHAIN = getFetchDirectiveFallbackList('script-src')

/** May code be compiled from a string? */
export const evalRule: Rule<EvalCheck> = {
  facts: ['source'],
  prepare:
    (_check, { policies }) =>
    (policy) =>
      ensureCSPDoesNotBlockStringCompilation(policy, policies),
  describe: () => 'eval',
  explain: explainEval,
  areas: [
    {
      effectiveDirective: 'script-src',
      chain: CHAIN,
      kind: 'eval',
      candidates: () => [{ check: { type: 'eval' } }],
    },
  ],
  blockedURL: () => 'eval',
  sample: ({ source = '' }) => ({ text: clip(source), needsKeyword: true }),
}

/** May a WebAssembly module be compiled? */
export const wasmRule: Rule<WasmCheck> = {
  facts: [],
  prepare: () => ensureCSPDoesNotBlockWasmByteCompilation,
  describe: () => 'WebAssembly',
  explain: ({ result }) =>
    result.reason === 'wasm-blocked'
      ? ["'wasm-unsafe-eval' and 'unsafe-eval' are absent"]
      : undefined,
  areas: [
    {
      effectiveDirective: 'script-src',
      chain: CHAIN,
      kind: 'wasm',
      candidates: () => [{ check: { type: 'wasm' } }],
    },
  ],
  blockedURL: () => 'wasm-eval',
  sample: () => null,
  isReported: isWasmReported,
}

/**
 * Asks one policy about eval, Function and string timers. `'trusted-types-eval'` counts where an
 * enforced policy requires trusted types.
 *
 * @see https://w3c.github.io/webappsec-csp/#can-compile-strings
 */
function ensureCSPDoesNotBlockStringCompilation(
  policy: CompiledPolicy,
  { requiresTrustedTypes }: { readonly requiresTrustedTypes: boolean },
): Result {
  return evaluateCode(policy, 'eval-blocked', ({ keywords }) => {
    const unsafeEval = keywords.get("'unsafe-eval'")
    if (unsafeEval !== undefined || !requiresTrustedTypes) return unsafeEval
    return keywords.get("'trusted-types-eval'")
  })
}

/**
 * Asks one policy about compiling WebAssembly.
 *
 * @see https://w3c.github.io/webappsec-csp/#can-compile-wasm-bytes
 */
function ensureCSPDoesNotBlockWasmByteCompilation(policy: CompiledPolicy): Result {
  return evaluateCode(
    policy,
    'wasm-blocked',
    ({ keywords }) => keywords.get("'unsafe-eval'") ?? keywords.get("'wasm-unsafe-eval'"),
  )
}

/** Asks script-src, else default-src, and never the directives of script elements. */
function evaluateCode(
  policy: CompiledPolicy,
  reason: 'eval-blocked' | 'wasm-blocked',
  keywordOf: (list: SourceList) => SourceExpression | undefined,
): Result {
  const directive = findDirective(policy, CHAIN)
  if (directive === undefined) return noDirective('script-src', CHAIN)
  const asked = { effectiveDirective: 'script-src', chain: CHAIN, directive, judged: null }
  const keyword = keywordOf(directive.list)
  return keyword === undefined
    ? violate(asked, reason)
    : allow(asked, 'keyword-allows', keyword.text)
}

function explainEval({ page, result }: Answer<EvalCheck>): readonly string[] | undefined {
  if (result.reason !== 'eval-blocked') return undefined
  const hasKeyword = result.asked.directive?.list.keywords.has("'trusted-types-eval'") === true
  const isVoid = hasKeyword && !page.policies.requiresTrustedTypes
  const note = ", and 'trusted-types-eval' counts only where trusted types are required"
  return [`'unsafe-eval' is absent${isVoid ? note : ''}`]
}

/**
 * WebKit tells nobody. Where one policy is violated, Gecko also names those that allow it by
 * 'unsafe-eval' alone.
 */
function isWasmReported({ result, results, page }: Violated<WasmCheck>): boolean {
  const { dialect } = page.policies
  if (result.violated) return !dialect.has('wasm-not-reported')
  if (result.reason !== 'keyword-allows' || !dialect.has('wasm-reported-beside-violation')) {
    return false
  }
  const isNamed = result.asked.directive?.list.keywords.has("'wasm-unsafe-eval'") === true
  return !isNamed && results.some(({ violated }) => violated)
}
