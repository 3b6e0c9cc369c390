/** Whether the policy allows what a report says it forbids: the engine is asked, as the browser that sent the report decides. */

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
export type Verdict = 'allows-code' | 'allows-url' | 'forbids'

/** Asks the policies. */
export type Judge = (violation: Violation) => Verdict

/** The policies that are asked, with a text that no others have. */
interface Asked {
  readonly key: string
  readonly input: PolicyInput
}

/** Where the decision is made. */
interface Circumstances {
  readonly self: string | null
  readonly dialect: DialectName
}

/** A browser that is not known is one of these. */
const EVERY_DIALECT: readonly DialectName[] = ['chromium', 'firefox', 'webkit', 'engines', 'spec']
/** How many compiled policies are remembered. */
const MOST_DECIDERS = 64
const ELEMENT_OR_ATTRIBUTE: Readonly<Record<'script' | 'style', readonly InlineType[]>> = {
  script: ['script', 'script attribute', 'navigation'],
  style: ['style', 'style attribute'],
}
/** What inline code may be, by the directive that is reported. Older browsers do not tell an element from an attribute. */
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
/** The first versions with 'wasm-unsafe-eval'. Others block WebAssembly that the text of the policy allows. */
const WASM_SINCE: ReadonlyMap<string, number> = new Map([
  ['chrome', 97],
  ['edge', 97],
  ['firefox', 102],
  ['safari', 16],
])

/**
 * A judge. It goes by the policy that the report names; by the site's own where the report names none.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy
 */
export function makeJudge(policies: PolicyInput | undefined): Judge {
  const remembered = new Map<string, Decider>()
  return (violation) => {
    const checks = checksFor(violation)
    const asked = policyOf(violation, policies)
    if (checks.length === 0 || asked === undefined) return 'forbids'
    const isCode = violation.blocked.kind !== 'url'
    const self = selfOf(violation.page)
    const isAllowed = dialectsOf(violation.browser).every((dialect) => {
      const decider = remember(remembered, asked, { self, dialect })
      const results = checks.flatMap((check) => decider.decide(check).results)
      return areAllowed(results, isCode, violation.browser)
    })
    if (!isAllowed) return 'forbids'
    return isCode ? 'allows-code' : 'allows-url'
  }
}

/** The policy that the report names. One that was cut says nothing. */
function policyOf(
  { policy, disposition }: Violation,
  own: PolicyInput | undefined,
): Asked | undefined {
  if (policy.length >= LIMITS.policy) return undefined
  if (policy === '') return own === undefined ? undefined : { key: '', input: own }
  const value = withOneNonce(policy)
  const input = { value, disposition: disposition === 'report' ? 'report' : 'enforce' } as const
  return { key: `${input.disposition} ${value}`, input }
}

/** What the browser has asked: more than one check where the report does not tell them apart. */
function checksFor({ blocked, directive }: Violation): readonly Check[] {
  switch (blocked.kind) {
    case 'inline':
      return (INLINE_TYPES.get(directive) ?? []).map((inline) => ({ type: 'inline', inline }))
    case 'eval':
      return [{ type: 'eval' }]
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

/** Parsing a policy is most of what a judgement costs, and policies repeat. */
function remember(
  remembered: Map<string, Decider>,
  { key, input }: Asked,
  circumstances: Circumstances,
): Decider {
  const name = `${circumstances.dialect} ${circumstances.self}\n${key}`
  const known = remembered.get(name)
  if (known !== undefined) return known
  if (remembered.size >= MOST_DECIDERS) remembered.clear()
  const decider = compile(input, circumstances)
  remembered.set(name, decider)
  return decider
}

function selfOf(page: string): string | null {
  return isWebURL(page) && URL.canParse(originOf(page)) ? originOf(page) : null
}

/** Code counts as allowed only by what every version of a browser knows. */
function areAllowed(results: readonly PolicyResult[], isCode: boolean, browser: Browser): boolean {
  if (results.length === 0) return false
  return results.every(({ violated, expression }) => {
    if (violated) return false
    return !isCode || expression === null || isKnownTo(browser, expression.toLowerCase())
  })
}

function isKnownTo({ family, engine, version }: Browser, keyword: string): boolean {
  if (keyword === "'unsafe-inline'" || keyword === "'unsafe-eval'") return true
  // On iOS the version of another browser says nothing about the engine.
  if (keyword !== "'wasm-unsafe-eval'" || (engine === 'webkit' && family !== 'safari')) return false
  return (version ?? 0) >= (WASM_SINCE.get(family) ?? Infinity)
}
