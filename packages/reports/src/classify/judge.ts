/** Whether the policy allows what a report says it forbids: the engine is asked, as the browser that sent the report decides. */

import type { Check, Decider, DialectName, InlineType, PolicyInput, PolicyResult } from '@cusp/engine'
import { compile } from '@cusp/engine'
import type { Browser } from '../model/browser.ts'
import type { Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import { isWebURL, originOf } from '../url/url-text.ts'

/** What the policies say about a violation. */
export type Verdict = 'allows-code' | 'allows-url' | 'forbids'

/** Asks the policies. */
export type Judge = (violation: Violation) => Verdict

/** A browser that is not known is one of these. */
const EVERY_DIALECT: readonly DialectName[] = ['chromium', 'firefox', 'webkit', 'engines', 'spec']
/** How many compiled policies are remembered. */
const MOST_DECIDERS = 64
const ELEMENT_OR_ATTRIBUTE: Readonly<Record<'script' | 'style', readonly InlineType[]>> = {
  script: ['script', 'script attribute', 'navigation'],
  style: ['style', 'style attribute'],
}
/** What inline code may be, by the directive that is reported. Older browsers do not tell an element from an attribute. */
const INLINE_TYPES: ReadonlyMap<string, readonly InlineType[]> = new Map<string, readonly InlineType[]>([
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
    const input = policyOf(violation, policies)
    if (checks.length === 0 || input === undefined) return 'forbids'
    const results = dialectsOf(violation.browser).map((dialect) => {
      const decider = remember(remembered, { violation, input, dialect })
      return () => checks.flatMap((check) => decider.decide(check).results)
    })
    const isCode = checks[0]?.type !== 'request' && checks[0]?.type !== 'form-action'
    const isAllowed = results.every((ask) => areAllowed(ask(), isCode, violation))
    if (!isAllowed) return 'forbids'
    return isCode ? 'allows-code' : 'allows-url'
  }
}

/** The policy that the report names. One that was cut says nothing. */
function policyOf({ policy, disposition }: Violation, own: PolicyInput | undefined): PolicyInput | undefined {
  if (policy === '') return own
  if (policy.length >= LIMITS.policy) return undefined
  return { value: policy, disposition: disposition === 'report' ? 'report' : 'enforce' }
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
  { violation, input, dialect }: { violation: Violation; input: PolicyInput; dialect: DialectName },
): Decider {
  const self = selfOf(violation.page)
  const key = `${dialect} ${violation.disposition} ${self}\n${violation.policy}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  if (remembered.size >= MOST_DECIDERS) remembered.clear()
  const decider = compile(input, { self, dialect })
  remembered.set(key, decider)
  return decider
}

function selfOf(page: string): string | null {
  return isWebURL(page) && URL.canParse(originOf(page)) ? originOf(page) : null
}

/** Code counts as allowed only by what every version of a browser knows. */
function areAllowed(results: readonly PolicyResult[], isCode: boolean, { browser }: Violation): boolean {
  if (results.length === 0) return false
  return results.every(({ violated, expression }) => {
    if (violated) return false
    return !isCode || expression === null || isKnownTo(browser, expression.toLowerCase())
  })
}

function isKnownTo({ family, version }: Browser, keyword: string): boolean {
  if (keyword === "'unsafe-inline'" || keyword === "'unsafe-eval'") return true
  return keyword === "'wasm-unsafe-eval'" && (version ?? 0) >= (WASM_SINCE.get(family) ?? Infinity)
}
