/**
 * Policies in a form in which Next finds the nonce. Next takes the first directive of the whole
 * header whose name begins with `script-src`, else with `default-src`, up to the next semicolon,
 * and of that the first nonce between white space.
 *
 * @see https://github.com/vercel/next.js v16.4.6, app-render/get-script-nonce-from-header.tsx
 */

import type { Directive, Policy } from '@cusp/core'
import { NONCE } from '@cusp/core'

/** Browsers do not know this directive, and do nothing with it. */
const FOR_NEXT = 'script-src-for-next'

/** The value of the request header: Next reads nothing of it but the nonce. */
export function requestValue(nonce: string): string {
  return `script-src 'nonce-${nonce}'`
}

/**
 * The value of the response header, which Next also puts in the place of the request's. It says
 * what the policies say: the order of directives and of policies means nothing to browsers.
 */
export function responseValue(policies: readonly Policy[], nonce: string): string {
  const leading = policies.find((policy) => leadOf(policy) !== undefined)
  const rest = policies.filter((policy) => policy !== leading)
  const texts = rest.map((policy) => policy.toString({ nonce }))
  if (leading === undefined) {
    // Only a policy that reports has the nonce, and Next does not read that beside another one.
    return [`${FOR_NEXT} 'nonce-${nonce}'`, texts.join(', ')].join('; ')
  }
  // The semicolon ends a directive for Next, to which the comma is a part of it.
  return [writeLeading(leading, nonce), ...texts].join(texts.length === 0 ? '' : ';, ')
}

/** The directive that has the nonce of scripts: the fallback only where it decides. */
function leadOf(policy: Policy): Directive | undefined {
  const names = ['script-src', 'script-src-elem']
  if (policy.get('script-src') === undefined) names.push('default-src')
  const withNonce = policy.directives.filter(({ values }) => values.includes(NONCE))
  return names
    .map((name) => withNonce.find((directive) => directive.name === name))
    .find((directive) => directive !== undefined)
}

/** The directive with the nonce first, and where that is the fallback, as what it stands for. */
function writeLeading(policy: Policy, nonce: string): string {
  const lead = leadOf(policy)
  const parts = policy.toString({ nonce }).split('; ')
  const at = policy.directives.findIndex((directive) => directive === lead)
  const first = parts[at] ?? ''
  const others = parts.filter((_, index) => index !== at)
  if (lead?.name !== 'default-src') return [first, ...others].join('; ')
  return [first.replace('default-src', 'script-src'), ...parts].join('; ')
}
