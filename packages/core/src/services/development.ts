/** Additions for a dev server. */

import { show } from '../text.ts'
import type { Policy } from '../model/policy.ts'
import { csp } from '../policy/policy-value.ts'
import { refusal } from '../vocabulary/errors.ts'
import { UNSAFE_INLINE } from '../vocabulary/keywords.ts'
import { checkNoArguments } from '../vocabulary/options.ts'

/**
 * Makes the additions for a dev server, as a policy to merge: the WebSocket of hot reload on this
 * machine, and styles that it puts into the page.
 *
 * @throws CspError `ERR_CSP_INPUT` where NODE_ENV is neither 'development' nor 'test'. It is often
 *   unset in production, so unset is refused as well.
 *
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { development } from '@cusp/core/presets'
 *
 * const policy = csp().defaultSrc(SELF)
 * const isDevelopment = process.env['NODE_ENV'] === 'development'
 * const served = isDevelopment ? policy.merge(development()) : policy
 * ```
 */
export function development(): Policy
export function development(...unexpected: readonly unknown[]): Policy {
  checkNoArguments('development', unexpected)
  const environment = readEnvironment()
  if (environment !== 'development' && environment !== 'test') {
    throw refusal('ERR_CSP_INPUT', {
      action: 'make the policy for development',
      problem: `NODE_ENV is ${show(environment)}, not "development" or "test"`,
      fix: 'strict() in production, and NODE_ENV=development on your machine',
      value: environment,
    })
  }
  return csp().connectSrc('ws://localhost:*', 'ws://127.0.0.1:*').styleSrc(UNSAFE_INLINE)
}

function readEnvironment(): string | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> }
  }
  return process?.env?.['NODE_ENV']
}
