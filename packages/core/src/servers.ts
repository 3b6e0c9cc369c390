/** The headers of a static site, written as configuration of the server in front of it. */

import type { Delivery, Header } from './deliver.ts'
import { deliver, isDelivery } from './deliver.ts'
import { CspError } from './errors.ts'
import type { Policies } from './policies.ts'
import type { Policy } from './policy-type.ts'

/** What a server's configuration is made of: policies, or a delivery of them, without NONCE. */
export type StaticPolicies = Policy | Policies | Delivery

/**
 * The headers as nginx directives, for an `http`, `server` or `location` block: `add_header … always;`. A block with an
 * `add_header` of its own inherits none: repeat them there.
 *
 * @throws CspError `ERR_CSP_NONCE` for a policy with NONCE, which a configuration cannot make anew for each response; as
 *   `deliver` does
 * @see https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
 */
export function nginxConfig(policies: StaticPolicies): string {
  // "$" begins a variable and has no escape; in a URL its percent-encoded form means the same.
  return write(
    policies,
    (name, value) => `add_header ${name} "${value.replaceAll('$', '%24')}" always;`,
  )
}

/**
 * The headers as Apache directives (mod_headers): `Header always set …`.
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
 * @throws CspError as {@link nginxConfig} does
 * @see https://caddyserver.com/docs/caddyfile/directives/header
 */
export function caddyConfig(policies: StaticPolicies): string {
  return `header {\n${write(policies, (name, value) => `\t${name} "${value}"`)}}\n`
}

/** A line for each header; quotes inside a value (Reporting-Endpoints has them) are escaped. */
function write(policies: StaticPolicies, line: (name: string, value: string) => string): string {
  return headersOf(policies)
    .map(([name, value]) => `${line(name, value.replace(/["\\]/g, '\\$&'))}\n`)
    .join('')
}

function headersOf(policies: StaticPolicies): readonly Header[] {
  const delivery = isDelivery(policies) ? policies : deliver(policies)
  if (!delivery.usesNonce) return delivery.headers()
  const message =
    'Cannot write a server configuration: the policy uses NONCE, which must be new for each response, expected hashes: hashSource(content)'
  throw new CspError('ERR_CSP_NONCE', message)
}
