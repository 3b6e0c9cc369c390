/**
 * Whether the policy allows what a report says it forbids: the engine is asked, as the browser that
 * sent the report decides.
 */

import type { Decider, DialectName, PolicyInput, PolicyResult } from '@cusp/engine'
import { compile } from '@cusp/engine'
import type { Browser } from '../model/browser.ts'
import type { Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import { isWebURL, originOf } from '../url/url-text.ts'
import { checksOf } from './checks-of.ts'
import { withOneNonce } from './policy-text.ts'

/** What the policies say about a violation. */
type Verdict = 'allows-code' | 'allows-url' | 'forbids'

/** Asks the policies. */
export type Judge = (violation: Violation) => Verdict

/** The policies that are asked, with what they have answered. */
interface Asked {
  readonly input: PolicyInput
  readonly deciders: Map<string, Decider>
}

/** A browser that is not known is one of these. */
const EVERY_DIALECT: readonly DialectName[] = ['chromium', 'firefox', 'webkit', 'engines', 'spec']
/** How many policies are remembered, and of each, for how many pages and browsers. */
const MOST_POLICIES = 32
const MOST_DECIDERS = 16
/**
 * The first versions with 'wasm-unsafe-eval'. Others block WebAssembly that the text of the policy
 * allows.
 */
const WASM_SINCE: ReadonlyMap<string, number> = new Map([
  ['chrome', 97],
  ['edge', 97],
  ['firefox', 102],
  ['safari', 16],
])

/**
 * A judge. It goes by the policy that the report names; by the site's own where the report names
 * none.
 */
export function makeJudge(policies: PolicyInput | undefined): Judge {
  const own = policies === undefined ? undefined : askable(policies)
  const remembered = new Map<string, Asked>()
  return (violation) => {
    const { policy } = violation
    // One that was cut says nothing.
    if (policy.length >= LIMITS.policy) return 'forbids'
    if (policy === '') return own === undefined ? 'forbids' : decideOn(own, violation)
    return decideOn(rememberPolicy(remembered, violation), violation)
  }
}

function rememberPolicy(remembered: Map<string, Asked>, { policy, disposition }: Violation): Asked {
  const input = {
    value: withOneNonce(policy),
    disposition: disposition === 'report' ? 'report' : 'enforce',
  } as const
  const key = `${input.disposition} ${input.value}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  if (remembered.size >= MOST_POLICIES) remembered.clear()
  const asked = askable(input)
  remembered.set(key, asked)
  return asked
}

function askable(input: PolicyInput): Asked {
  return { input, deciders: new Map() }
}

function decideOn(asked: Asked, violation: Violation): Verdict {
  const checks = checksOf(violation)
  if (checks.length === 0) return 'forbids'
  const isCode = violation.blocked.kind !== 'url'
  const self = selfOf(violation.page)
  const isAllowed = dialectsOf(violation.browser).every((dialect) => {
    const decider = rememberDecider(asked, self, dialect)
    const results = checks.flatMap((check) => decider.decide(check).results)
    return areAllowed(results, violation)
  })
  if (!isAllowed) return 'forbids'
  return isCode ? 'allows-code' : 'allows-url'
}

function dialectsOf({ engine }: Browser): readonly DialectName[] {
  return engine === 'unknown' ? EVERY_DIALECT : [engine]
}

/** Parsing a policy is most of what a judgement costs. */
function rememberDecider(
  { input, deciders }: Asked,
  self: string | null,
  dialect: DialectName,
): Decider {
  const key = `${dialect} ${self}`
  const known = deciders.get(key)
  if (known !== undefined) return known
  if (deciders.size >= MOST_DECIDERS) deciders.clear()
  const decider = compile(input, { self, dialect })
  deciders.set(key, decider)
  return decider
}

function selfOf(page: string): string | null {
  return isWebURL(page) && URL.canParse(originOf(page)) ? originOf(page) : null
}

/** Code counts as allowed only by what every version of a browser knows. */
function areAllowed(
  results: readonly PolicyResult[],
  { blocked: { kind }, browser }: Violation,
): boolean {
  if (results.length === 0) return false
  return results.every(({ violated, expression }) => {
    if (violated) return false
    if (kind === 'url' || expression === null) return true
    const keyword = expression.toLowerCase()
    return isKnownTo(browser, keyword) && !(kind === 'wasm' && isNamedBeside(browser, keyword))
  })
}

/** Whether the browser reports WebAssembly that this policy allows and another policy blocked. */
function isNamedBeside({ engine }: Browser, keyword: string): boolean {
  return keyword === "'unsafe-eval'" && (engine === 'firefox' || engine === 'unknown')
}

function isKnownTo({ family, engine, version }: Browser, keyword: string): boolean {
  if (keyword === "'unsafe-inline'" || keyword === "'unsafe-eval'") return true
  // On iOS the version of another browser says nothing about the engine.
  if (keyword !== "'wasm-unsafe-eval'" || (engine === 'webkit' && family !== 'safari')) return false
  return (version ?? 0) >= (WASM_SINCE.get(family) ?? Infinity)
}
