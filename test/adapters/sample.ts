/** Policies and handlers that the rows share. */

import { csp, CspError, NONCE, NONE, SELF, STRICT_DYNAMIC } from '@cusp/core'
import { expect } from 'vitest'
import type { Handler } from './harness.ts'

/** Without a nonce. */
export const plain = csp().defaultSrc(SELF).objectSrc(NONE)
export const plainHeader = "default-src 'self'; object-src 'none'"

/** With a nonce, and an endpoint. */
export const nonced = csp()
  .scriptSrc(NONCE, STRICT_DYNAMIC)
  .baseUri(NONE)
  .reportTo('csp', '/csp-reports')

/** Another one with a nonce, and an endpoint of its own. */
export const next = csp().scriptSrc(NONCE).styleSrc(NONCE).reportTo('next', '/next-reports')

export const CSP = 'content-security-policy'
export const REPORT_ONLY = 'content-security-policy-report-only'
export const ENDPOINTS = 'reporting-endpoints'

/** A page that shows its nonce. */
export const page: Handler = (visit) => {
  visit.answer(`nonce=${visit.csp.nonce}`)
}

/** A page that asks for nothing. */
export const hello: Handler = (visit) => {
  visit.answer('hello')
}

/** The nonces of a header, or of a page. */
export function noncesOf(text: string | undefined): readonly string[] {
  return [...(text ?? '').matchAll(/nonce[-=]([A-Za-z0-9+/_=-]+)/g)].map(([, nonce]) => nonce ?? '')
}

/** Asserts that it is our error, by its code, and that its message says all of `words`. */
export function expectCspError(error: unknown, code: string, ...words: readonly string[]): void {
  expect(error).toBeInstanceOf(CspError)
  expect(error).toMatchObject({ code })
  for (const word of words) expect((error as CspError).message).toContain(word)
}

/** The error that a call throws. */
export function errorOf(call: () => unknown): unknown {
  try {
    return void call()
  } catch (error) {
    return error
  }
}
