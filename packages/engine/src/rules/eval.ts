/** Code made at run time: eval and its kin, and WebAssembly. */

import type { EvalCheck, WasmCheck } from '../check/check.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { evaluateInTurn } from './handover.ts'
import type { Result } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'
import type { Answer, Evaluate, Rule, Violated } from './rule.ts'
import { shouldSinkTypeMismatchViolationBeBlocked, WANTS_TRUSTED_TYPE } from './trusted-types.ts'
import { clip } from './words.ts'

const CHAIN = getFetchDirectiveFallbackList('script-src')

/** May code be compiled from a string? */
export const evalRule: Rule<EvalCheck> = {
  facts: ['source', 'trusted'],
  prepare: prepareEval,
  describe: () => 'eval',
  explain: explainEval,
  areas: [
    {
      effectiveDirective: 'script-src',
      chain: CHAIN,
      kind: 'eval',
      // What a plain string meets before is the area of sinks.
      candidates: () => [{ check: { type: 'eval', trusted: true } }],
    },
  ],
  blockedURL: ({ result }) =>
    result.reason === 'trusted-type-required' ? 'trusted-types-sink' : 'eval',
  sample: ({ source = '' }, { reason }) =>
    reason === 'trusted-type-required'
      ? { text: `eval|${clip(source)}`, needsKeyword: false }
      : { text: clip(source), needsKeyword: true },
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

/** A plain string is first asked about as what reaches a sink, by all policies. */
function prepareEval({ trusted = false }: EvalCheck, { policies }: Page): Evaluate {
  const compileString: Evaluate = (policy) =>
    ensureCSPDoesNotBlockStringCompilation(policy, policies)
  if (trusted) return compileString
  return evaluateInTurn(refusePlainString, compileString, policies.list)
}

/** Blink does not refuse them beside 'trusted-types-eval'. */
function refusePlainString(policy: CompiledPolicy): Result {
  const result = shouldSinkTypeMismatchViolationBeBlocked(policy)
  const keywords = findDirective(policy, CHAIN)?.list.keywords
  const isSpared =
    result.violated &&
    result.asked.directive?.dialect.has('plain-eval-allowed-by-trusted-types-eval') === true &&
    keywords?.has("'trusted-types-eval'") === true &&
    !keywords.has("'unsafe-eval'")
  return isSpared ? notApplicable() : result
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
  if (result.reason === 'trusted-type-required') return [WANTS_TRUSTED_TYPE]
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
