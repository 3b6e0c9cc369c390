/** Policies that Next reads in its own way, and what responses say in their place. */

import type { Policies, Policy } from '@cusp/core'
import { csp, NONCE, NONE, parsePolicy, SELF, strict, STRICT_DYNAMIC } from '@cusp/core'

/** One row: what a proxy is given, and the header that it sends for the nonce N. */
export interface PolicyCase {
  readonly name: string
  readonly input: Policies | Policy
  readonly header: string
}

const NONCED = csp().scriptSrc(NONCE, STRICT_DYNAMIC)

/** Each with something that Next alone would stumble over, but for the first. */
export const CASES: readonly PolicyCase[] = [
  {
    name: 'a plain policy',
    input: csp().defaultSrc(SELF).scriptSrc(SELF, NONCE),
    header: "script-src 'self' 'nonce-N'; default-src 'self'",
  },
  {
    name: 'script-src-attr before script-src',
    input: csp().scriptSrcAttr(NONE).scriptSrc(NONCE),
    header: "script-src 'nonce-N'; script-src-attr 'none'",
  },
  {
    name: 'script-src without the nonce before script-src-elem',
    input: csp().scriptSrc(SELF).scriptSrcElem(NONCE),
    header: "script-src-elem 'nonce-N'; script-src 'self'",
  },
  {
    name: 'the nonce in default-src alone',
    input: csp().scriptSrcAttr(NONE).defaultSrc(SELF, NONCE),
    header: "script-src 'self' 'nonce-N'; script-src-attr 'none'; default-src 'self' 'nonce-N'",
  },
  {
    name: 'upper case',
    input: parsePolicy("IMG-SRC 'self'; SCRIPT-SRC 'self'").policy.scriptSrc(NONCE),
    header: "script-src 'self' 'nonce-N'; img-src 'self'",
  },
  {
    name: 'two policies, the first with one directive',
    input: { enforce: [NONCED, csp().defaultSrc(SELF)] },
    header: "script-src 'nonce-N' 'strict-dynamic';, default-src 'self'",
  },
  {
    name: 'two policies, the second with the nonce',
    input: { enforce: [csp().scriptSrc(SELF), csp().scriptSrc(NONCE)] },
    header: "script-src 'nonce-N';, script-src 'self'",
  },
  {
    name: 'a report-only policy beside an enforced one without a nonce',
    input: { enforce: csp().scriptSrc(SELF), reportOnly: NONCED },
    header: "script-src-for-next 'nonce-N'; script-src 'self'",
  },
  {
    name: 'a nonce for styles in an enforced policy, that for scripts in one that reports',
    input: { enforce: csp().styleSrc(NONCE), reportOnly: NONCED },
    header: "script-src-for-next 'nonce-N'; style-src 'nonce-N'",
  },
  {
    name: 'script-src without a nonce beside a default-src with one',
    input: { enforce: csp().scriptSrc(SELF).defaultSrc(NONCE), reportOnly: NONCED },
    header: "script-src-for-next 'nonce-N'; script-src 'self'; default-src 'nonce-N'",
  },
  { name: 'a report-only policy alone', input: { reportOnly: strict() }, header: '' },
]
