/** The headers of a static site, written as configuration of the server in front of it. */

import type { Delivery, Header } from './deliver.ts'
import { deliver, isDelivery } from './deliver.ts'
import { refusal } from './vocabulary/errors.ts'
import type { Policies } from './policy/policies.ts'
import type { Policy } from './model/policy.ts'

/** What a server's configuration is made of: policies, or a delivery of them, without NONCE. */
export type StaticPolicies = Policy | Policies | Delivery

/**
 * The headers as nginx directives, for an `http`, `server` or `location` block: `add_header …
 * always;`. A block with an `add_header` of its own inherits none: repeat them there.
 *
 * @example
 * ```ts
 * import { csp } from '@cusp/core'
 * import { nginxConfig } from '@cusp/core/servers'
 *
 * const policy = csp().defaultSrc("'self'")
 * nginxConfig(policy) // => add_header Content-Security-Policy "default-src 'self'" always;
 * ```
 *
 * @throws CspError `ERR_CSP_NONCE` for a policy with NONCE: a configuration sends the same text
 *   every time; and as `deliver` does
 * @see https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
 */
export function nginxConfig(policies: StaticPolicies): string {
  // "$" begins a variable and has no escape. In a URL its percent-encoded form means the same.
  return write(
    policies,
    (name, value) => `add_header ${name} "${value.replaceAll('$', '%24')}" always;`,
  )
}

/**
 * The headers as Apache directives (mod_headers): `Header always set …`.
 *
 * @example
 * ```ts
 * import { csp } from '@cusp/core'
 * import { apacheConfig } from '@cusp/core/servers'
 *
 * const policy = csp().defaultSrc("'self'")
 * apacheConfig(policy) // => Header always set Content-Security-Policy "default-src 'self'"
 * ```
 *
 * @throws CspError as {@link nginxConfig} does
 * @see https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header
 */
export function apacheConfig(policies: StaticPolicies): string {
  // "%" begins a format specifier, "%%" is the letter itself.
  return write(
    policies,
    (name, value) => `Header always set ${name} "${value.replaceAll('%', '%%')}"`,
  )
}

/**
 * The headers as a Caddyfile directive: one `header` block.
 *
 * @example
 * ```ts
 * import { csp } from '@cusp/core'
 * import { caddyConfig } from '@cusp/core/servers'
 *
 * const [, line] = caddyConfig(csp().defaultSrc("'self'")).split('\n')
 * line?.trim() // => Content-Security-Policy "default-src 'self'"
 * ```
 *
 * @throws CspError as {@link nginxConfig} does
 * @see https://caddyserver.com/docs/caddyfile/directives/header
 */
export function caddyConfig(policies: StaticPolicies): string {
  return `header {\n${write(policies, (name, value) => `\t${name} "${value}"`)}}\n`
}

/** Writes a line for each header. Quotes in a value, which Reporting-Endpoints has, are escaped. */
function write(policies: StaticPolicies, line: (name: string, value: string) => string): string {
  return headersOf(policies)
    .map(([name, value]) => `${line(name, value.replace(/["\\]/g, '\\$&'))}\n`)
    .join('')
}

function headersOf(policies: StaticPolicies): readonly Header[] {
  const delivery = isDelivery(policies) ? policies : deliver(policies)
  if (!delivery.usesNonce) return delivery.headers()
  throw refusal('ERR_CSP_NONCE', {
    action: 'write a server configuration',
    problem: 'the policy uses NONCE, which must be new for each response',
    fix: 'hashes made with hashSource(content)',
  })
}
