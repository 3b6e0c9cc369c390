/** Code made at run time: eval and its kin, and WebAssembly. */

import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective, sourceListOf } from '../policy/compiled-policies.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { Finding } from './result.ts'
import { allow, noDirective, violate } from './result.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'

const CHAIN = getFetchDirectiveFallbackList('script-src')

/**
 * Asks one policy about eval, Function and string timers. `'trusted-types-eval'` counts where an enforced policy requires
 * trusted types.
 *
 * @see https://w3c.github.io/webappsec-csp/#can-compile-strings
 */
export function ensureCSPDoesNotBlockStringCompilation(
  policy: CompiledPolicy,
  { requiresTrustedTypes }: { readonly requiresTrustedTypes: boolean },
): Finding {
  return codeCheck(policy, 'eval-blocked', ({ keywords }) => {
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
export function ensureCSPDoesNotBlockWasmByteCompilation(policy: CompiledPolicy): Finding {
  return codeCheck(
    policy,
    'wasm-blocked',
    ({ keywords }) => keywords.get("'unsafe-eval'") ?? keywords.get("'wasm-unsafe-eval'"),
  )
}

/** Asks script-src, else default-src, and never the directives of script elements. */
function codeCheck(
  policy: CompiledPolicy,
  reason: 'eval-blocked' | 'wasm-blocked',
  keywordOf: (list: SourceList) => SourceExpression | undefined,
): Finding {
  const directive = findDirective(policy, CHAIN)
  if (directive === undefined) return noDirective('script-src', CHAIN)
  const asked = { effectiveDirective: 'script-src', directive: directive.name, chain: CHAIN }
  const keyword = keywordOf(sourceListOf(directive))
  return keyword === undefined
    ? violate(asked, reason)
    : allow(asked, 'keyword-allows', keyword.text)
}
