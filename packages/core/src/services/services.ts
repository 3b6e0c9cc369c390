/** Additions for services: a policy to merge into the page's own. */

import { joinWords, show } from '../text.ts'
import type { Policy } from '../model/policy.ts'
import { csp, isPolicy } from '../policy/policy-value.ts'
import type { ListDirective } from '../vocabulary/directives.ts'
import { chainOf } from '../vocabulary/directives.ts'
import { refusal } from '../vocabulary/errors.ts'
import { STRICT_DYNAMIC } from '../vocabulary/keywords.ts'
import { checkOptions } from '../vocabulary/options.ts'
import type { ServiceName, ServiceSources } from './entries.ts'
import { SERVICES } from './entries.ts'

/** The services of a page. `true` means what every page with the service needs. */
export interface Services {
  /** Cloudflare Web Analytics. */
  readonly cloudflareAnalytics?: boolean | undefined
  /** Datadog RUM and browser logs of the site US1. `cdn`: its script comes from Datadog's CDN. */
  readonly datadog?: boolean | { readonly replay?: boolean; readonly cdn?: boolean } | undefined
  /** Google Maps JavaScript API. Its scripts and styles also need a nonce. */
  readonly googleMaps?: boolean | undefined
  /** hCaptcha. */
  readonly hcaptcha?: boolean | undefined
  /** Mapbox GL JS. `wasm`: the Standard style or 3D models, which compile WebAssembly. */
  readonly mapbox?: boolean | { readonly wasm?: boolean } | undefined
  /** PayPal FraudNet. */
  readonly paypalFraudnet?: boolean | undefined
  /** PostHog Cloud. */
  readonly posthog?: boolean | undefined
  /**
   * Sentry's browser SDK. `dsn`: the only origin that gets events. `loader`: the script comes from
   * Sentry. `replay`: Session Replay.
   */
  readonly sentry?:
    | boolean
    | { readonly dsn?: string; readonly loader?: boolean; readonly replay?: boolean }
    | undefined
  /** Cloudflare Turnstile. `preClearance`: its clearance cookies. */
  readonly turnstile?: boolean | { readonly preClearance?: boolean } | undefined
}

/** What {@link services} is told of the page. */
export interface ServiceOptions {
  /**
   * The policy that gets the additions. Under its 'strict-dynamic', hosts of scripts are left out:
   * browsers ignore them there.
   */
  readonly for?: Policy | undefined
}

const ACTION = 'add services'
const NAMES = Object.keys(SERVICES) as readonly ServiceName[]

/**
 * Makes the additions for services, as a policy to merge. They hold what the vendors document, and
 * never 'unsafe-inline' or 'unsafe-eval': {@link serviceIssues} says what is missing.
 *
 * @throws CspError `ERR_CSP_INPUT` for a service or an option that is not known
 *
 * @example
 * ```ts
 * import { services, strict } from '@cusp/core/presets'
 *
 * const base = strict().frameSrc("'none'").connectSrc("'self'")
 * const dsn = 'https://key@o1.ingest.sentry.io/2'
 * const additions = services({ sentry: { dsn }, turnstile: true }, { for: base })
 * additions // => connect-src https://o1.ingest.sentry.io; frame-src https://challenges.cloudflare.com
 * base.merge(additions).get('frame-src') // => https://challenges.cloudflare.com
 * ```
 */
export function services(choices: Services, options: ServiceOptions = {}): Policy {
  checkOptions(choices, { action: ACTION, known: NAMES })
  checkOptions(options, { action: ACTION, known: ['for'] })
  const page = readPage(options.for)
  const parts = NAMES.flatMap((name) => sourcesOf(name, choices[name]))
  const wanted = parts.flatMap((part) => Object.entries(part)) as readonly (readonly [
    ListDirective,
    readonly string[],
  ])[]
  return wanted.reduce((policy, [name, sources]) => {
    const directive = placeOf(name, page)
    const useful = isTrustSpread(directive, page) ? sources.filter(isKeywordText) : sources
    return useful.length === 0 ? policy : policy.directive(directive, ...useful)
  }, csp())
}

/** The services that are chosen. */
export function chosenServices(choices: Services): readonly ServiceName[] {
  checkOptions(choices, { action: ACTION, known: NAMES })
  return NAMES.filter((name) => choices[name] !== undefined && choices[name] !== false)
}

function readPage(page: unknown): Policy | undefined {
  if (page === undefined || isPolicy(page)) return page
  throw refusal('ERR_CSP_INPUT', {
    action: ACTION,
    problem: `{ for: ${show(page)} } is not a policy`,
    fix: '{ for: policy }',
    value: page,
  })
}

function sourcesOf(name: ServiceName, choice: unknown): readonly ServiceSources[] {
  if (choice === undefined || choice === false) return []
  const { sources, features = {} } = SERVICES[name]
  if (choice === true) return [sources]
  const known = [...(name === 'sentry' ? ['dsn'] : []), ...Object.keys(features)]
  if (known.length === 0) throw refuseChoice(name, choice, 'true')
  checkOptions(choice, { action: `add the service ${name}`, known })
  const asked = new Map(Object.entries(choice as object))
  const parts = Object.entries(features).flatMap(([feature, part]) => {
    const value: unknown = asked.get(feature)
    if (value === undefined || value === false) return []
    if (value !== true) throw refuseChoice(name, value, `{ ${feature}: true }`)
    return [part]
  })
  const dsn: unknown = asked.get('dsn')
  return [dsn === undefined ? sources : { 'connect-src': [originOf(dsn)] }, ...parts]
}

/** The origin that a DSN sends to. The key in it is public and no part of a source. */
function originOf(dsn: unknown): string {
  const url = typeof dsn === 'string' ? readUrl(dsn) : undefined
  if (url !== undefined && /^https?:/.test(url.origin)) return url.origin
  throw refuseChoice('sentry', dsn, '{ dsn: "https://key@host/project" }')
}

function readUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function refuseChoice(name: ServiceName, value: unknown, fix: string): Error {
  return refusal('ERR_CSP_INPUT', {
    action: `add the service ${name}`,
    problem: `${show(value)} is not a choice of it`,
    fix: joinWords([fix, 'false'], 'or'),
    value,
  })
}

/** Where the page has a list for elements, that list decides for what a service loads. */
function placeOf(name: ListDirective, page: Policy | undefined): ListDirective {
  if (name !== 'script-src' && name !== 'style-src') return name
  const element = `${name}-elem` as const
  return page?.get(element) === undefined ? name : element
}

/** Whether browsers ignore hosts in the list that decides for scripts. */
function isTrustSpread(name: ListDirective, page: Policy | undefined): boolean {
  if (name !== 'script-src' && name !== 'script-src-elem') return false
  const lists = chainOf(name).map((candidate) => page?.get(candidate))
  return lists.find((list) => list !== undefined)?.includes(STRICT_DYNAMIC) === true
}

function isKeywordText(source: string): boolean {
  return source.startsWith("'")
}
