/**
 * Whether the policy allows what a report says it forbids: the engine is asked, as the browser that
 * sent the report decides.
 */

import type {
  Check,
  Decider,
  DialectName,
  InlineType,
  PolicyInput,
  PolicyResult,
} from '@cusp/engine'
import { compile } from '@cusp/engine'
import type { Browser } from '../model/browser.ts'
import type { Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import { isWebURL, originOf } from '../url/url-text.ts'
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
const ELEMENT_OR_ATTRIBUTE: Readonly<Record<'script' | 'style', readonly InlineType[]>> = {
  script: ['script', 'script attribute', 'navigation'],
  style: ['style', 'style attribute'],
}
/**
 * What inline code may be, by the directive that is reported. Older browsers do not tell an element
 * from an attribute.
 */
const INLINE_TYPES: ReadonlyMap<string, readonly InlineType[]> = new Map<
  string,
  readonly InlineType[]
>([
  ['script-src', ELEMENT_OR_ATTRIBUTE.script],
  ['script-src-elem', ['script', 'navigation']],
  ['script-src-attr', ['script attribute']],
  ['style-src', ELEMENT_OR_ATTRIBUTE.style],
  ['style-src-elem', ['style']],
  ['style-src-attr', ['style attribute']],
  ['default-src', [...ELEMENT_OR_ATTRIBUTE.script, ...ELEMENT_OR_ATTRIBUTE.style]],
])
const DESTINATIONS: ReadonlyMap<string, string> = new Map([
  ['connect-src', ''],
  ['font-src', 'font'],
  ['frame-src', 'iframe'],
  ['fenced-frame-src', 'fencedframe'],
  ['img-src', 'image'],
  ['manifest-src', 'manifest'],
  ['media-src', 'video'],
  ['object-src', 'object'],
  ['script-src', 'script'],
  ['script-src-elem', 'script'],
  ['style-src', 'style'],
  ['style-src-elem', 'style'],
  ['worker-src', 'worker'],
])
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
  const checks = checksFor(violation)
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

/** What the browser has asked: more than one check where the report does not tell them apart. */
function checksFor({ blocked, directive }: Violation): readonly Check[] {
  switch (blocked.kind) {
    case 'inline':
      return (INLINE_TYPES.get(directive) ?? []).map((inline) => ({ type: 'inline', inline }))
    case 'eval':
      // script-src was asked, so that no plain string was refused before.
      return [{ type: 'eval', trusted: true }]
    case 'wasm':
      return [{ type: 'wasm' }]
    case 'url':
      return checksForURL(blocked.url, directive)
    default:
      return []
  }
}

function checksForURL(url: string, directive: string): readonly Check[] {
  if (!isWebURL(url) || !URL.canParse(url)) return []
  if (directive === 'form-action') return [{ type: 'form-action', url }]
  const destination = DESTINATIONS.get(directive)
  return destination === undefined ? [] : [{ type: 'request', url, destination }]
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
