/** What is wrong, void or missing in a policy: findings with a stable code, a place and a mend. */

import { chainOf, DIRECTIVES, REMOVED_DIRECTIVES } from './directives.ts'
import type { CspErrorCode } from './errors.ts'
import { CspError, show } from './errors.ts'
import { KEYWORDS, NONCE, NONCE_DIRECTIVES, STRICT_DYNAMIC, UNSAFE_INLINE } from './keywords.ts'
import { isStrongNonce } from './nonce.ts'
import type { Directive, Policy } from './policy.ts'
import { templateOf } from './serialize.ts'
import { asciiLowerCase, isNone, isNonceOrHash, isURLSource } from './source-expression.ts'
import type { Source } from './source-types.ts'
import { suggest } from './suggest.ts'
import { examineValue, hasSources, mayBeEmpty, mostValues } from './values.ts'

/** Stable code of an {@link Issue}. */
export type IssueCode =
  | 'invalid-value'
  | 'invalid-directive'
  | 'misspelt-directive'
  | 'non-ascii-directive'
  | 'duplicate-directive'
  | 'unknown-directive'
  | 'removed-directive'
  | 'deprecated-directive'
  | 'empty-directive'
  | 'none-with-others'
  | 'too-many-values'
  | 'no-effect-in-meta'
  | 'no-effect-in-report-only'
  | 'void-source'
  | 'keyword-without-effect'
  | 'static-nonce'
  | 'missing-object-src'
  | 'missing-base-uri'
  | 'missing-endpoint'
  | 'undeclared-endpoint'
  | 'insecure-endpoint'
  | 'header-too-long'

/** How a policy is delivered. */
export type DeliveryKind = 'header' | 'report-only' | 'meta'

/** What {@link Policy.issues} takes. */
export interface IssueOptions {
  /** How the policy is delivered; an enforced header unless said otherwise. */
  readonly delivery?: DeliveryKind | undefined
}

/** Where an issue is. */
export interface Position {
  /** Index of the directive in the policy, from 0; -1 for one that the parser dropped. */
  readonly directive: number
  /** Index of the value in the directive, from 0. */
  readonly value?: number
  /** Offset in the parsed text at which the place begins, in UTF-16 units. */
  readonly start?: number
  /** Offset in the parsed text behind the place. */
  readonly end?: number
}

/** One finding. `error`: it does not do what is written, and is not delivered; `warning`: look at it; `info`: good to know. */
export interface Issue {
  /** Stable code. */
  readonly code: IssueCode
  /** How bad it is. */
  readonly severity: 'error' | 'warning' | 'info'
  /** One sentence: what is the case. */
  readonly message: string
  /** What to write instead. */
  readonly mend: string
  /** The directive concerned, lower-case. */
  readonly directive?: string
  /** The value concerned. */
  readonly value?: string
  /** The code with which the builder refuses the same value. */
  readonly error?: CspErrorCode
  /** Where it is; absent where the whole policy is meant. */
  readonly position?: Position
}

/** nginx and other proxies refuse response headers from 4 KiB on. */
export const HEADER_BUDGET = 4096
const NONCE_LENGTH = 22
const DIRECTIVE_NAME = /^[a-z0-9-]+$/
const LOOPBACK = /^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/?#]|$)/i

type Details = Omit<Issue, 'code' | 'severity' | 'message' | 'mend'>

/** Finds the issues of a policy's value. What a parser dropped is not in it. */
export function findIssues(policy: Policy, options: IssueOptions): readonly Issue[] {
  const delivery = options.delivery ?? 'header'
  return [
    ...policy.directives.flatMap((directive, index) => [
      ...findNameIssues(directive, index),
      ...findDeliveryIssues(directive, index, delivery),
      ...findListIssues(directive, index),
      ...directive.values.flatMap((value, at) => findValueIssues(directive, value, index, at)),
    ]),
    ...findMissing(policy),
    ...findReportingIssues(policy, delivery),
    ...(delivery === 'meta' ? [] : findLengthIssues([policy])),
  ]
}

/** Warns when the policies together are longer than proxies take, and names the largest directives. */
export function findLengthIssues(policies: readonly Policy[]): readonly Issue[] {
  const length = policies.reduce(
    (sum, policy) => {
      const pieces = templateOf(policy)
      return sum + pieces.join('').length + (pieces.length - 1) * NONCE_LENGTH
    },
    (policies.length - 1) * 2,
  )
  if (length <= HEADER_BUDGET) return []
  const largest = policies
    .flatMap((policy) => policy.directives)
    .map(({ name, values }) => ({ name, size: [name, ...values.map(String)].join(' ').length }))
    .sort((one, other) => other.size - one.size)
    .slice(0, 3)
  const names = largest.map(({ name, size }) => `${name} (${size})`).join(', ')
  return [
    make(
      'header-too-long',
      'warning',
      `the header has ${length} bytes; nginx and other proxies refuse headers over 4 to 8 KiB. Largest: ${names}`,
      "'strict-dynamic' in place of script hosts, wildcards in place of host lists, or hashes in a meta tag",
    ),
  ]
}

/**
 * Refuses a policy that has an issue of severity error.
 *
 * @throws CspError `ERR_CSP_POLICY_EMPTY`, `ERR_CSP_POLICY_INVALID`
 */
export function checkDeliverable(policy: Policy, delivery: DeliveryKind): void {
  if (policy.directives.length === 0 && (delivery === 'meta' || policy.endpoints.length === 0)) {
    const message =
      'Cannot deliver the policy: it is empty, expected one with directives, such as strict()'
    throw new CspError('ERR_CSP_POLICY_EMPTY', message)
  }
  const errors = policy.issues({ delivery }).filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: see policy.issues())` : ''
  const place = first.directive === undefined ? '' : `${first.directive}: `
  const message = `Cannot deliver the policy: ${place}${first.message}, expected ${first.mend}${more}`
  throw new CspError('ERR_CSP_POLICY_INVALID', message, first)
}

/** Makes an issue. */
export function make(
  code: IssueCode,
  severity: Issue['severity'],
  message: string,
  mend: string,
  details: Details = {},
): Issue {
  return { code, severity, message, mend, ...details }
}

function findNameIssues({ name, values }: Directive, index: number): readonly Issue[] {
  const details = { directive: name, position: { directive: index } }
  const info = DIRECTIVES.get(name)
  if (info !== undefined) {
    if (info.name !== 'block-all-mixed-content') return []
    const mend = 'no directive: browsers block or upgrade mixed content anyway'
    return [make('deprecated-directive', 'warning', `${name} is obsolete`, mend, details)]
  }
  const replacement = REMOVED_DIRECTIVES.get(name)
  if (replacement !== undefined) {
    return [
      make('removed-directive', 'warning', `browsers no longer know ${name}`, replacement, details),
    ]
  }
  const nearest = suggest(name, DIRECTIVES.keys())
  if (nearest !== undefined) {
    return [make('misspelt-directive', 'error', `${show(name)} is no directive`, nearest, details)]
  }
  if (!DIRECTIVE_NAME.test(name)) {
    const message = `${show(name)} is no directive's name`
    return [make('invalid-directive', 'error', message, 'letters, digits and "-"', details)]
  }
  const message = `no browser is known to have ${name}${values.length === 0 ? '' : ', so its values do nothing'}`
  return [
    make('unknown-directive', 'warning', message, 'a directive of the specification', details),
  ]
}

function findDeliveryIssues(
  { name }: Directive,
  index: number,
  delivery: DeliveryKind,
): readonly Issue[] {
  const info = DIRECTIVES.get(name)
  const details = { directive: name, position: { directive: index } }
  if (delivery === 'meta' && info?.worksInMeta === false) {
    const message = `${name} has no effect in a meta tag`
    return [make('no-effect-in-meta', 'error', message, 'a header: see splitForMeta()', details)]
  }
  if (delivery === 'report-only' && info?.worksInReportOnly === false) {
    const message = `${name} has no effect in a report-only policy`
    return [make('no-effect-in-report-only', 'warning', message, 'the enforced policy', details)]
  }
  return []
}

function findListIssues(directive: Directive, index: number): readonly Issue[] {
  const { name, values } = directive
  const info = DIRECTIVES.get(name)
  const details = { directive: name, position: { directive: index } }
  if (info === undefined) return []
  if (values.length === 0 && !mayBeEmpty(info)) {
    const message = `${name} is empty, which ${hasSources(name) ? 'allows nothing' : 'does nothing'}`
    return [
      make(
        'empty-directive',
        'warning',
        message,
        "'none' to allow nothing, or no directive",
        details,
      ),
    ]
  }
  const issues: Issue[] = []
  if (values.length > 1 && values.some(isNone)) {
    const message = "'none' stands beside other values, where browsers ignore it"
    issues.push(
      make('none-with-others', 'warning', message, "'none' alone, or the others", details),
    )
  }
  if (values.length > mostValues(info) && info.grammar !== 'none') {
    const message = `${name} has ${values.length} values and takes one`
    issues.push(make('too-many-values', 'error', message, 'one value', details))
  }
  return [...issues, ...findVoidSources(directive, index)]
}

/** Sources that others of the list make void. Often meant so, as a fallback for old browsers: only good to know. */
function findVoidSources({ name, values }: Directive, index: number): readonly Issue[] {
  if (!NONCE_DIRECTIVES.includes(name)) return []
  const keywords = values.map((value) =>
    typeof value === 'string' ? asciiLowerCase(value) : value,
  )
  const isStrict =
    keywords.includes(STRICT_DYNAMIC) && KEYWORDS.get(STRICT_DYNAMIC)?.includes(name) === true
  const hasCrypto = values.some((value) => value === NONCE || isNonceOrHash(value as string))
  return values.flatMap((value, at) => {
    const isInline =
      keywords[at] === UNSAFE_INLINE && (hasCrypto || (isStrict && name !== 'default-src'))
    const isHost =
      isStrict && name !== 'default-src' && typeof value === 'string' && isURLSource(value)
    if (!isInline && !isHost) return []
    const cause = isInline && hasCrypto ? 'a nonce or hash' : STRICT_DYNAMIC
    const details = {
      directive: name,
      value: value as string,
      position: { directive: index, value: at },
    }
    const message = `${value as string} is void beside ${cause}; only old browsers use it`
    return [
      make(
        'void-source',
        'info',
        message,
        'no such source, unless it is meant for old browsers',
        details,
      ),
    ]
  })
}

function findValueIssues(
  { name }: Directive,
  value: Source,
  index: number,
  at: number,
): readonly Issue[] {
  const position = { directive: index, value: at }
  const text = value === NONCE ? undefined : (value as string)
  const details = { directive: name, position, ...(text === undefined ? {} : { value: text }) }
  if (text !== undefined) {
    const examined = examineValue(name, text)
    if (!('text' in examined)) {
      const { problem, expected, code } = examined
      return [make('invalid-value', 'error', problem, expected, { ...details, error: code })]
    }
  }
  if (!hasSources(name)) return []
  const isCrypto = text === undefined || isNonceOrHash(text)
  const effective = isCrypto ? NONCE_DIRECTIVES : KEYWORDS.get(asciiLowerCase(text))
  if (effective !== undefined && !effective.includes(name)) {
    const what = text === undefined ? 'a nonce' : text
    const mend = effective.length === 0 ? 'no such keyword' : `it in ${effective.join(', ')}`
    return [
      make('keyword-without-effect', 'warning', `${what} has no effect in ${name}`, mend, details),
    ]
  }
  if (text !== undefined && /^'nonce-/i.test(text)) {
    const isWeak = !isStrongNonce(text.slice(7, -1))
    const message = `the nonce is written into the policy${isWeak ? ' and shorter than 128 bits' : ''}: if it is the same in two responses, it protects nothing`
    return [make('static-nonce', 'warning', message, 'NONCE, a new one for each response', details)]
  }
  return []
}

/** Directives without which a script policy can be got around. */
function findMissing(policy: Policy): readonly Issue[] {
  const has = (name: string): boolean =>
    chainOf(name).some((candidate) => policy.get(candidate) !== undefined)
  if (!has('script-src')) return []
  const issues: Issue[] = []
  if (!has('object-src')) {
    const message = 'object-src and default-src are absent, so plug-in content can be injected'
    issues.push(
      make('missing-object-src', 'warning', message, "object-src 'none'", {
        directive: 'object-src',
      }),
    )
  }
  if (!has('base-uri')) {
    const message = 'base-uri is absent, so an injected <base> can move relative scripts'
    issues.push(
      make('missing-base-uri', 'warning', message, "base-uri 'none'", { directive: 'base-uri' }),
    )
  }
  return issues
}

function findReportingIssues(policy: Policy, delivery: DeliveryKind): readonly Issue[] {
  const issues: Issue[] = []
  const group = policy.get('report-to')?.[0]
  const urls = policy.get('report-uri')
  if (delivery === 'report-only' && group === undefined && urls === undefined) {
    const message = 'a report-only policy without an endpoint tells nobody'
    issues.push(make('missing-endpoint', 'warning', message, "reportTo('csp', '/csp-reports')"))
  }
  if (urls !== undefined && group === undefined) {
    const message = 'report-uri is deprecated'
    const mend = 'reportTo(name, url), which writes report-to as well'
    issues.push(make('deprecated-directive', 'info', message, mend, { directive: 'report-uri' }))
  }
  if (group !== undefined && !policy.endpoints.some(({ name }) => name === group)) {
    const message = `the endpoint ${show(group)} is not declared with the policy; where no header declares it, reports are lost`
    const mend = 'reportTo(name, url), or endpoint(name, url)'
    issues.push(make('undeclared-endpoint', 'info', message, mend, { directive: 'report-to' }))
  }
  for (const { name, url } of policy.endpoints) {
    if (!/^http:/i.test(url) || LOOPBACK.test(url)) continue
    const message = `the endpoint ${show(name)} is plain http, where browsers send no reports`
    issues.push(make('insecure-endpoint', 'warning', message, 'an https URL', { value: url }))
  }
  return issues
}
