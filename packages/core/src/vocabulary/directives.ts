/**
 * Every directive as data: its kind, value grammar, fallback chain, where it works and its status.
 *
 * @see https://w3c.github.io/webappsec-csp/#csp-directives
 */

import { suggest } from './suggest.ts'

/**
 * Directives whose value is a list of sources, with `default-src` or another directive behind them.
 */
export type FetchDirective =
  | 'child-src'
  | 'connect-src'
  | 'default-src'
  | 'fenced-frame-src'
  | 'font-src'
  | 'frame-src'
  | 'img-src'
  | 'manifest-src'
  | 'media-src'
  | 'object-src'
  | 'script-src'
  | 'script-src-attr'
  | 'script-src-elem'
  | 'style-src'
  | 'style-src-attr'
  | 'style-src-elem'
  | 'worker-src'

/** Directives whose value lists what is allowed; the ones that `allow` and `merge` can widen. */
export type ListDirective =
  | FetchDirective
  | 'base-uri'
  | 'form-action'
  | 'frame-ancestors'
  | 'sandbox'
  | 'trusted-types'

/** Every directive with a method of its own. */
export type DirectiveName =
  | ListDirective
  | 'block-all-mixed-content'
  | 'report-to'
  | 'report-uri'
  | 'require-trusted-types-for'
  | 'treat-as-public-address'
  | 'upgrade-insecure-requests'
  | 'webrtc'

/** How the value of a directive is written. */
export type ValueGrammar =
  | 'source-list'
  | 'ancestor-source-list'
  | 'sandbox'
  | 'trusted-types'
  | 'trusted-types-sinks'
  | 'webrtc'
  | 'uri-references'
  | 'token'
  | 'none'

/** One row of the directive table. */
export interface DirectiveInfo {
  /** Lower-case name. */
  readonly name: DirectiveName
  /** How its value is written. */
  readonly grammar: ValueGrammar
  /** The directives that decide in its absence, nearest first. */
  readonly fallback: readonly FetchDirective[]
  /** Whether it has an effect in a meta tag. */
  readonly worksInMeta: boolean
  /** Whether it has an effect in a report-only policy. */
  readonly worksInReportOnly: boolean
  /** `experimental`: in a draft, or in one engine only. */
  readonly status: 'current' | 'deprecated' | 'experimental'
}

/** The name of a directive in lower case: `1*( ALPHA / DIGIT / "-" )`. */
export const DIRECTIVE_NAME: RegExp = /^[a-z0-9-]+$/

type Row = Omit<DirectiveInfo, 'name'>

const BASE: Row = {
  grammar: 'source-list',
  fallback: [],
  worksInMeta: true,
  worksInReportOnly: true,
  status: 'current',
}
const FETCH: Row = { ...BASE, fallback: ['default-src'] }
const FLAG: Row = { ...BASE, grammar: 'none', worksInReportOnly: false }

const TABLE: Readonly<Record<DirectiveName, Row>> = {
  'default-src': BASE,
  'script-src': FETCH,
  'script-src-elem': { ...FETCH, fallback: ['script-src', 'default-src'] },
  'script-src-attr': { ...FETCH, fallback: ['script-src', 'default-src'] },
  'style-src': FETCH,
  'style-src-elem': { ...FETCH, fallback: ['style-src', 'default-src'] },
  'style-src-attr': { ...FETCH, fallback: ['style-src', 'default-src'] },
  'connect-src': FETCH,
  'img-src': FETCH,
  'font-src': FETCH,
  'media-src': FETCH,
  'object-src': FETCH,
  'manifest-src': FETCH,
  'child-src': FETCH,
  'frame-src': { ...FETCH, fallback: ['child-src', 'default-src'] },
  'fenced-frame-src': {
    ...FETCH,
    fallback: ['frame-src', 'child-src', 'default-src'],
    status: 'experimental',
  },
  'worker-src': { ...FETCH, fallback: ['child-src', 'script-src', 'default-src'] },
  'base-uri': BASE,
  'form-action': BASE,
  'frame-ancestors': { ...BASE, grammar: 'ancestor-source-list', worksInMeta: false },
  sandbox: { ...BASE, grammar: 'sandbox', worksInMeta: false, worksInReportOnly: false },
  webrtc: { ...BASE, grammar: 'webrtc', status: 'experimental' },
  'upgrade-insecure-requests': FLAG,
  'block-all-mixed-content': { ...FLAG, status: 'deprecated' },
  'treat-as-public-address': { ...FLAG, worksInMeta: false, status: 'experimental' },
  'require-trusted-types-for': { ...BASE, grammar: 'trusted-types-sinks' },
  'trusted-types': { ...BASE, grammar: 'trusted-types' },
  'report-uri': { ...BASE, grammar: 'uri-references', worksInMeta: false, status: 'deprecated' },
  'report-to': { ...BASE, grammar: 'token' },
}

/** The directive table, by lower-case name, in the order in which people tend to write policies. */
export const DIRECTIVES: ReadonlyMap<string, DirectiveInfo> = new Map(
  Object.entries(TABLE).map(([name, row]) => [
    name,
    Object.freeze({ name: name as DirectiveName, ...row, fallback: Object.freeze(row.fallback) }),
  ]),
)

/** Directives that are gone or never were standard, each with what to use instead. */
export const REMOVED_DIRECTIVES: ReadonlyMap<string, string> = new Map([
  ['prefetch-src', 'default-src (it governs prefetch and prerender)'],
  ['navigate-to', 'form-action (it restricts the targets of forms)'],
  ['plugin-types', "object-src 'none'"],
  ['referrer', 'the Referrer-Policy header'],
  ['reflected-xss', "script-src without 'unsafe-inline'"],
  ['require-sri-for', 'the Integrity-Policy header'],
  ['disown-opener', 'the Cross-Origin-Opener-Policy header'],
  ['policy-uri', 'the policy itself, in the header'],
  ['allow', 'default-src'],
  ['options', "script-src with 'unsafe-inline' or 'unsafe-eval'"],
  ['frame-options', 'frame-ancestors'],
  ['xhr-src', 'connect-src'],
  ['script-src-v2', 'script-src'],
])

const SANDBOX = [
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-orientation-lock',
  'allow-pointer-lock',
  'allow-popups',
  'allow-popups-to-escape-sandbox',
  'allow-presentation',
  'allow-same-origin',
  'allow-scripts',
  'allow-storage-access-by-user-activation',
  'allow-top-navigation',
  'allow-top-navigation-by-user-activation',
  'allow-top-navigation-to-custom-protocols',
] as const

/** A token of `sandbox`. @see https://html.spec.whatwg.org/multipage/browsers.html#sandboxing */
export type SandboxToken = (typeof SANDBOX)[number]

/** The tokens of `sandbox`. */
export const SANDBOX_TOKENS: readonly string[] = SANDBOX

/**
 * Writes a directive's name as the name of its method: `script-src-elem` becomes `scriptSrcElem`.
 */
export function methodName(directive: string): string {
  return directive.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * The directive that a wrong name means: its method's name, or a name within two letters. Undefined
 * where none is near.
 */
export function nearestDirective(name: string): string | undefined {
  const joined = name.replace(/[-_]/g, '')
  for (const known of DIRECTIVES.keys()) if (known.replaceAll('-', '') === joined) return known
  return suggest(name, DIRECTIVES.keys())
}

/** The directive and its fallbacks, nearest first: the first that a policy has decides. */
export function chainOf(directive: DirectiveName): readonly DirectiveName[] {
  return [directive, ...(DIRECTIVES.get(directive) as DirectiveInfo).fallback]
}
