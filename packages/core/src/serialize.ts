/**
 * A policy as text. Serialised once; the nonce is all that is put in later.
 *
 * @see https://w3c.github.io/webappsec-csp/#serialize-policy
 */

import { CspError } from './errors.ts'
import { NONCE } from './keywords.ts'
import { isStrongNonce } from './nonce.ts'
import type { Policy } from './policy-type.ts'
import { show } from './text.ts'

/** Text in pieces, with the nonce between each two of them; one piece where no nonce is used. */
export type Template = readonly string[]

/** Where a policy keeps its template: to keep it in a WeakMap costs 0.3 µs. */
export const TEMPLATE: unique symbol = Symbol.for('@cusp/core.template')

/** The serialised policy, made once per policy value. */
export function templateOf(policy: Policy): Template {
  return (policy as unknown as { readonly [TEMPLATE]: Template })[TEMPLATE]
}

/** Joins templates into one, with `separator` between their texts. */
export function joinTemplates(list: readonly Template[], separator: string): Template {
  const pieces: string[] = []
  for (const template of list) {
    const [first = '', ...rest] = template
    if (pieces.length === 0) pieces.push(first)
    else pieces.push([pieces.pop(), separator, first].join(''))
    pieces.push(...rest)
  }
  return pieces
}

/**
 * Puts the nonce into a template.
 *
 * @throws CspError `ERR_CSP_NONCE_MISSING` when it needs one, `ERR_CSP_NONCE` when it is weak or malformed
 */
export function fill(template: Template, nonce: string | undefined): string {
  if (template.length === 1) return template[0] as string
  if (nonce === undefined) {
    const message = 'Cannot write the policy: it uses NONCE, expected { nonce: createNonce() }'
    throw new CspError('ERR_CSP_NONCE_MISSING', message)
  }
  checkNonce(nonce)
  return template.join(nonce)
}

/**
 * Refuses a nonce that a browser would ignore or somebody could guess.
 *
 * @throws CspError `ERR_CSP_NONCE`
 */
export function checkNonce(nonce: unknown): asserts nonce is string {
  if (isStrongNonce(nonce)) return
  const expected = '22 or more letters of base64, new for each response: createNonce()'
  throw new CspError('ERR_CSP_NONCE', `Cannot use the nonce ${show(nonce)}, expected ${expected}`, {
    value: nonce,
  })
}

/** Put together by join, which makes flat text: what `+=` makes is a tree that each response would walk through. */
export function makeTemplate(policy: Policy): Template {
  const pieces: string[] = []
  let parts: string[] = []
  let separator = ''
  for (const { name, values } of policy.directives) {
    parts.push(separator, name)
    separator = '; '
    if (!values.includes(NONCE)) {
      if (values.length > 0) parts.push(' ', [...values].join(' '))
      continue
    }
    for (const value of values) {
      if (value === NONCE) {
        parts.push(" 'nonce-")
        pieces.push(parts.join(''))
        parts = ["'"]
      } else parts.push(' ', value)
    }
  }
  pieces.push(parts.join(''))
  return pieces
}
