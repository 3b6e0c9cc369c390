/** The policy that all contenders send, and whether they do. */

import assert from 'node:assert/strict'
import { csp, NONCE, NONE, SELF } from '@cusp/core'

const base = csp()
  .defaultSrc(SELF)
  .baseUri(SELF)
  .fontSrc(SELF, 'https:', 'data:')
  .formAction(SELF)
  .frameAncestors(SELF)
  .imgSrc(SELF, 'data:')
  .objectSrc(NONE)
  .scriptSrc(SELF)
  .scriptSrcAttr(NONE)
  .styleSrc(SELF, 'https:', "'unsafe-inline'")
  .upgradeInsecureRequests()

/** helmet's default policy. */
export const staticPolicy = base

/** helmet's default policy with a nonce for scripts, as its documentation shows. */
export const noncePolicy = base.scriptSrc(NONCE)

const STAND_IN = 'A'.repeat(22)

/** The text of {@link noncePolicy} before and behind the nonce. */
export const [beforeNonce = '', afterNonce = ''] = noncePolicy
  .toString({ nonce: STAND_IN })
  .split(STAND_IN)

/** Throws unless `header` says what {@link staticPolicy} says. */
export function assertStatic(header: unknown): void {
  assert.deepEqual(readDirectives(header), readDirectives(staticPolicy.toString()))
}

/**
 * Throws unless both headers say what {@link noncePolicy} says, each with the nonce that its view
 * saw.
 */
export function assertNonces(headers: readonly [unknown, unknown], seen: readonly unknown[]): void {
  const nonces = headers.map((header) => /'nonce-([^']*)'/.exec(String(header))?.[1])
  for (const [index, header] of headers.entries()) {
    const nonce = nonces[index]
    assert.ok(nonce !== undefined && nonce.length >= 22, `no strong nonce in ${String(header)}`)
    assert.equal(nonce, seen[index], 'the view saw another nonce')
    assert.deepEqual(readDirectives(header), readDirectives(`${beforeNonce}${nonce}${afterNonce}`))
  }
  assert.notEqual(nonces[0], nonces[1], 'two responses share a nonce')
}

/** Each directive with its values; peers differ in order, in spaces and in a last semicolon. */
function readDirectives(header: unknown): Readonly<Record<string, readonly string[]>> {
  assert.equal(typeof header, 'string')
  const texts = String(header).split(';')
  const directives = texts.map((text) => text.trim().split(/\s+/)).filter(([name]) => name !== '')
  return Object.fromEntries(
    directives.map(([name = '', ...values]): [string, readonly string[]] => [name, values]),
  )
}
