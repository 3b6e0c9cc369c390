/** What of a policy takes a browser's support, and what it means where the support is missing. */

import type { NONCE, Policy } from '@cusp/core'
import { DIRECTIVES } from '@cusp/core'
import { asciiLowerCase, joinWords } from '@cusp/core/internal'
import type { DeliveredPolicy } from '../policy/policy-input.ts'
import { compatibility } from './targets.ts'

/**
 * What a gap means for the users of a browser. `weaker`: it lets through what the policy forbids;
 * `stricter`: it blocks what the policy allows; `different`: another directive or source decides,
 * either way; `reporting`: reports are lost or say less; `none`: nothing that anyone would notice.
 */
export type SupportEffect = 'weaker' | 'stricter' | 'different' | 'reporting' | 'none'

/** What it means that a browser ignores a feature. */
interface Consequence {
  readonly effect: SupportEffect
  /** The end of a sentence. */
  readonly meaning: string
  /** What to write or do; null where nothing helps, or nothing is needed. */
  readonly fix: string | null
}

/** One thing in a policy that takes support. */
export interface FeatureUse extends Consequence {
  /** A name of the table. */
  readonly feature: string
  /** Features without which this one is no question. */
  readonly needs: readonly string[]
  readonly directive: string | null
  readonly value?: string
  /** What is ignored, with its verb. */
  readonly subject: string
}

type Values = readonly (string | typeof NONCE)[]

// "'" 1*( ALPHA / "-" ) "'"
const KEYWORD = /^'([a-z-]+)'$/

const HEADER = 'content-security-policy'
/** The directives that decide for script files, nearest first. */
const SCRIPT_CHAIN = ['script-src-elem', 'script-src', 'default-src']
const NO_RULE: Consequence = { effect: 'weaker', meaning: 'nothing restricts it', fix: null }

/** Directives that nothing stands in for. */
const ALONE: ReadonlyMap<string, Consequence> = new Map([
  [
    'base-uri',
    {
      effect: 'weaker',
      meaning: 'an injected <base> moves relative URLs anywhere',
      fix: 'absolute URLs for scripts',
    },
  ],
  ['form-action', { effect: 'weaker', meaning: 'forms may be sent anywhere', fix: null }],
  [
    'frame-ancestors',
    { effect: 'weaker', meaning: 'any site may frame the page', fix: 'X-Frame-Options as well' },
  ],
  ['sandbox', { effect: 'weaker', meaning: 'the page is not sandboxed', fix: null }],
  [
    'upgrade-insecure-requests',
    {
      effect: 'different',
      meaning:
        'http: URLs are not upgraded: they are blocked as mixed content or loaded insecurely',
      fix: 'https: URLs in the page',
    },
  ],
  [
    'block-all-mixed-content',
    {
      effect: 'none',
      meaning: 'it blocks or upgrades mixed content in any case',
      fix: 'no such directive',
    },
  ],
  [
    'require-trusted-types-for',
    {
      effect: 'weaker',
      meaning: 'plain strings reach the sinks of DOM-based scripting attacks',
      fix: 'a Trusted Types polyfill, or strings that are sanitised',
    },
  ],
  [
    'trusted-types',
    {
      effect: 'weaker',
      meaning: 'Trusted Types policies of any name may be made',
      fix: null,
    },
  ],
  [
    'report-uri',
    { effect: 'reporting', meaning: 'violations are reported only to report-to', fix: null },
  ],
  [
    'fenced-frame-src',
    { effect: 'none', meaning: 'such a browser has no fenced frames', fix: null },
  ],
])

/** Keywords with a row of the table; `'strict-dynamic'` has a rule of its own. */
const KEYWORDS: ReadonlyMap<string, Consequence> = new Map([
  [
    'unsafe-hashes',
    {
      effect: 'stricter',
      meaning: 'event handlers and style attributes are blocked although their hashes are listed',
      fix: 'addEventListener, and classes in place of style attributes',
    },
  ],
  [
    'report-sample',
    { effect: 'reporting', meaning: 'reports have no sample of the code', fix: null },
  ],
  [
    'inline-speculation-rules',
    { effect: 'none', meaning: 'inline speculation rules are not read', fix: null },
  ],
  [
    'wasm-unsafe-eval',
    {
      effect: 'stricter',
      meaning: "WebAssembly is blocked unless 'unsafe-eval' allows it",
      fix: 'code without WebAssembly for these browsers',
    },
  ],
  [
    'trusted-types-eval',
    {
      effect: 'stricter',
      meaning: 'eval is blocked, with trusted types or without',
      fix: 'code without eval for these browsers',
    },
  ],
])

/** Everything in a policy that takes support. */
export function featuresIn({
  policy,
  source,
  disposition,
}: DeliveredPolicy): readonly FeatureUse[] {
  const scriptDirective = SCRIPT_CHAIN.find((name) => policy.get(name) !== undefined)
  const directives = policy.directives.filter(({ name }) => {
    const info = DIRECTIVES.get(name)
    const hasEffect = disposition === 'enforce' || info?.worksInReportOnly !== false
    return hasEffect && (source === 'header' || info?.worksInMeta !== false)
  })
  return [
    headerUse(),
    ...(source === 'meta' ? [metaUse()] : []),
    ...directives.flatMap(({ name, values }) =>
      [
        directiveUses(name, policy),
        keywordUses(name, values),
        name === scriptDirective ? hashUses(name, values) : [],
      ].flat(),
    ),
  ]
}

function headerUse(): FeatureUse {
  return makeUse(HEADER, null, {
    needs: [],
    subject: 'the whole policy is',
    consequence: { effect: 'weaker', meaning: 'nothing is blocked or reported', fix: null },
  })
}

function metaUse(): FeatureUse {
  const meaning = 'policies in meta elements are not read'
  const consequence: Consequence = { effect: 'weaker', meaning, fix: 'the header' }
  return makeUse('meta-element', null, { subject: 'the whole policy is', consequence })
}

function directiveUses(name: string, policy: Policy): readonly FeatureUse[] {
  if (compatibility(name) === undefined) return []
  const uses = [
    makeUse(name, name, { subject: `${name} is`, consequence: ignoredDirective(name, policy) }),
  ]
  if (name === 'report-to') uses.push(endpointsUse())
  if (name === 'form-action' && allowsTarget(policy)) uses.push(redirectsUse())
  return uses
}

/** Where no form may be sent, none is redirected. */
function allowsTarget(policy: Policy): boolean {
  const targets = policy.get('form-action') ?? []
  return targets.some((target) => String(target).toLowerCase() !== "'none'")
}

function ignoredDirective(name: string, policy: Policy): Consequence {
  if (name === 'report-to') return ignoredReportTo(policy)
  const alone = ALONE.get(name)
  if (alone !== undefined) return alone
  const next = DIRECTIVES.get(name)?.fallback.find((other) => policy.get(other) !== undefined)
  if (next === undefined) return NO_RULE
  return { effect: 'different', meaning: `${next} decides instead`, fix: null }
}

function ignoredReportTo(policy: Policy): Consequence {
  if (policy.get('report-uri') !== undefined) {
    return { effect: 'none', meaning: 'report-uri is used instead', fix: null }
  }
  const fix = 'report-uri as well: reportTo(name, url) writes both'
  return { effect: 'reporting', meaning: 'nobody hears of violations', fix }
}

/** report-to without its header. @see https://w3c.github.io/reporting/#header */
function endpointsUse(): FeatureUse {
  return makeUse('reporting-endpoints', 'report-to', {
    subject: 'the Reporting-Endpoints header is',
    needs: [HEADER, 'report-to'],
    consequence: {
      effect: 'reporting',
      meaning:
        'report-to finds its endpoint only in the older Report-To header, and report-uri is ignored beside report-to',
      fix: 'the Report-To header as well: deliver(policy, { legacyReportTo: true })',
    },
  })
}

function redirectsUse(): FeatureUse {
  return makeUse('form-action-redirects', 'form-action', {
    subject: 'form-action after a redirect is',
    needs: [HEADER, 'form-action'],
    consequence: {
      effect: 'weaker',
      meaning: 'a form is sent wherever an allowed target redirects it',
      fix: 'form targets that do not redirect to other sites',
    },
  })
}

function keywordUses(directive: string, values: Values): readonly FeatureUse[] {
  if (!hasSources(directive)) return []
  return [...new Set(textsOf(values))].flatMap((value) => {
    const feature = KEYWORD.exec(asciiLowerCase(value))?.[1] ?? ''
    const consequence = ignoredKeyword(feature, values)
    if (consequence === undefined) return []
    const subject = `${value} in ${directive} is`
    return makeUse(feature, directive, { value, subject, needs: [HEADER, directive], consequence })
  })
}

function ignoredKeyword(feature: string, values: Values): Consequence | undefined {
  if (feature === 'strict-dynamic') return ignoredStrictDynamic(values)
  const isMoot = feature.endsWith('-eval') && textsOf(values).includes("'unsafe-eval'")
  if (!isMoot || !KEYWORDS.has(feature)) return KEYWORDS.get(feature)
  return { effect: 'none', meaning: "'unsafe-eval' allows the same", fix: null }
}

/**
 * Without 'strict-dynamic' the hosts and schemes beside it count again, which is what they are
 * written for.
 */
function ignoredStrictDynamic(values: Values): Consequence {
  const sources = textsOf(values).filter((value) => !value.startsWith("'") || value === "'self'")
  const open = sources.find((value) => value === 'https:' || value === 'http:' || value === '*')
  if (open !== undefined) {
    const meaning = `${open} beside it counts there, so scripts load from any host`
    return { effect: 'weaker', meaning, fix: null }
  }
  const fix = 'https: as well, which other browsers ignore'
  if (sources.length === 0) {
    return { effect: 'stricter', meaning: 'scripts that trusted scripts load are blocked', fix }
  }
  const verb = sources.length === 1 ? 'counts' : 'count'
  const meaning = `${joinWords(sources)} beside it ${verb} there, and what trusted scripts load from other hosts is blocked`
  return { effect: 'different', meaning, fix }
}

/** Hashes in the directive that decides for script files. */
function hashUses(directive: string, values: Values): readonly FeatureUse[] {
  const hash = textsOf(values).find((value) => /^'sha(?:256|384|512)-/i.test(value))
  if (hash === undefined) return []
  return [
    makeUse('external-script-hashes', directive, {
      value: hash,
      subject: `a hash in ${directive} for a script file is`,
      needs: [HEADER, directive],
      consequence: {
        effect: 'stricter',
        meaning: 'hashes allow inline scripts only',
        fix: 'a nonce or a URL for script files',
      },
    }),
  ]
}

interface UseDetails {
  readonly subject: string
  readonly consequence: Consequence
  readonly needs?: readonly string[]
  readonly value?: string
}

function makeUse(feature: string, directive: string | null, details: UseDetails): FeatureUse {
  const { subject, consequence, needs = [HEADER], value } = details
  return {
    feature,
    directive,
    ...(value === undefined ? {} : { value }),
    subject,
    ...consequence,
    // The data may not know a directive that has sources.
    needs: needs.filter((name) => compatibility(name) !== undefined),
  }
}

function hasSources(directive: string): boolean {
  return DIRECTIVES.get(directive)?.grammar === 'source-list'
}

function textsOf(values: Values): readonly string[] {
  return values.filter((value) => typeof value === 'string')
}
