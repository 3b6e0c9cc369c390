/** The headers of a static site, written as configuration of the server in front of it. */

import type { Delivery, Header } from './deliver.ts'
import { deliver, isDelivery } from './deliver.ts'
import type { Policy } from './model/policy.ts'
import type { Policies } from './policy/policies.ts'
import { examineValue } from './sources/values.ts'
import { show } from './text.ts'
import { DIRECTIVES } from './vocabulary/directives.ts'
import { refusal } from './vocabulary/errors.ts'

/** What a server's configuration is made of: policies, or a delivery of them, without NONCE. */
export type StaticPolicies = Policy | Policies | Delivery

/** How a server reads a quoted text of its configuration. */
interface Syntax {
  readonly server: string
  readonly escape: (text: string) => string
  /** What the server would replace, and what it is to the server. */
  readonly expanded: RegExp
  readonly meaning: string
  /** The longest text in bytes, escapes included. */
  readonly longest: number
}

/** "$" begins a variable and has no escape. In a URL its percent-encoded form means the same. */
const NGINX: Syntax = {
  server: 'nginx',
  escape: (text) => text.replace(/["\\]/g, '\\$&').replaceAll('$', '%24'),
  expanded: /\$/,
  meaning: 'the beginning of a variable',
  // A token of the configuration has to fit into a buffer of 4096 bytes (NGX_CONF_BUFFER), with its
  // quotes.
  longest: 4093,
}

/**
 * "%" begins a format specifier, "%%" is the letter itself. mod_headers reads backslashes a second
 * time.
 */
const APACHE: Syntax = {
  server: 'Apache',
  escape: (text) =>
    text.replaceAll('\\', '\\'.repeat(4)).replaceAll('"', '\\"').replaceAll('%', '%%'),
  expanded: /\$\{/,
  meaning: 'the beginning of a variable',
  longest: Infinity,
}

/** A backslash is one unless a quote follows, and then it cannot be written. */
const CADDY: Syntax = {
  server: 'Caddy',
  escape: (text) => text.replaceAll('"', '\\"'),
  expanded: /\{|\\(?="|$)/,
  meaning: 'the beginning of a placeholder or an escape',
  longest: Infinity,
}

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
 *   every time; `ERR_CSP_SERVER` for what the server would replace and for a header that is too
 *   long for it; and as `deliver` does
 * @see https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
 */
export function nginxConfig(policies: StaticPolicies): string {
  return write(policies, NGINX, (name, value) => `add_header ${name} ${value} always;`)
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
  return write(policies, APACHE, (name, value) => `Header always set ${name} ${value}`)
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
  return `header {\n${write(policies, CADDY, (name, value) => `\t${name} ${value}`)}}\n`
}

/** Writes a line for each header. */
function write(
  policies: StaticPolicies,
  syntax: Syntax,
  line: (name: string, value: string) => string,
): string {
  const delivery = isDelivery(policies) ? policies : deliver(policies)
  for (const policy of [...delivery.enforce, ...delivery.reportOnly]) checkPolicy(policy, syntax)
  return headersOf(delivery)
    .map(([name, value]) => `${line(name, quote(name, value, syntax))}\n`)
    .join('')
}

/**
 * Refuses values that the server would replace, URLs aside: there "$" is percent-encoded and the
 * rest cannot be.
 */
function checkPolicy({ directives }: Policy, { server, expanded, meaning }: Syntax): void {
  for (const { name, values } of directives) {
    const value = values.find((candidate) => {
      const text = String(candidate)
      return expanded.test(text) && !(DIRECTIVES.has(name) && 'text' in examineValue(name, text))
    })
    if (value === undefined) continue
    throw refusal('ERR_CSP_SERVER', {
      action: `write ${name} for ${server}`,
      problem: `${show(value)} holds what is ${meaning} to ${server}`,
      fix: 'another value',
      directive: name,
      value,
    })
  }
}

function quote(name: string, value: string, { server, escape, longest }: Syntax): string {
  const escaped = escape(value)
  if (escaped.length <= longest) return `"${escaped}"`
  throw refusal('ERR_CSP_SERVER', {
    action: `write ${name} for ${server}`,
    problem: `it has ${escaped.length} bytes and ${server} reads no text over ${longest}`,
    fix: "a shorter policy, with 'strict-dynamic' or wildcards in place of host lists",
    value,
  })
}

function headersOf(delivery: Delivery): readonly Header[] {
  if (!delivery.usesNonce) return delivery.headers()
  throw refusal('ERR_CSP_NONCE', {
    action: 'write a server configuration',
    problem: 'the policy uses NONCE, which must be new for each response',
    fix: 'hashes made with hashSource(content)',
  })
}
