/**
 * A policy as an immutable value: directives in order, each with its sources, and the endpoints it reports to.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-policy
 */

import type { DirectiveMethods } from './directive-methods.ts'
import type { ListDirective } from './directives.ts'
import { DIRECTIVES, methodName, REMOVED_DIRECTIVES } from './directives.ts'
import type { CspErrorCode } from './errors.ts'
import { CspError, show } from './errors.ts'
import type { Issue, IssueOptions } from './issues.ts'
import { findIssues } from './issues.ts'
import { NONCE, NONCE_SHOWN, NONE } from './keywords.ts'
import { splitForMeta, writeMeta } from './meta.ts'
import type { Endpoint } from './reporting.ts'
import { examineEndpointName, examineReportURL } from './reporting.ts'
import { fill, templateOf } from './serialize.ts'
import type { Examined } from './source-expression.ts'
import { asciiLowerCase, isNone } from './source-expression.ts'
import type { CheckedSources, Source, SourceInput } from './source-types.ts'
import { suggest } from './suggest.ts'
import { examineValue, hasSources, mayBeEmpty, mostValues } from './values.ts'
import { isWidenable, widenedValues } from './widen.ts'

/** One directive of a policy. */
export interface Directive {
  /** Lower-case name. */
  readonly name: string
  /** Its values in order: source expressions (or tokens, URLs, names) and {@link NONCE}. */
  readonly values: readonly Source[]
}

/** What fills in the placeholder. */
export interface NonceOptions {
  /** The nonce of this response: 22 or more letters of base64. Not needed, and ignored, by a policy without NONCE. */
  readonly nonce?: string | undefined
}

/** The two parts of a policy whose page is static: see {@link Policy.splitForMeta}. */
export interface SplitPolicy {
  /** What a meta tag can do. */
  readonly meta: Policy
  /** What only a header can do; null when nothing is left for it. */
  readonly header: Policy | null
}

/** An immutable Content Security Policy. Every method returns a new one, or this one when nothing changes. */
export interface Policy extends DirectiveMethods<Policy> {
  /** The directives in order. */
  readonly directives: readonly Directive[]
  /** The endpoints that the Reporting-Endpoints header declares for this policy. */
  readonly endpoints: readonly Endpoint[]

  /** The values of a directive, or undefined when the policy does not have it. */
  get(name: string): readonly Source[] | undefined

  /**
   * Adds values to any directive by its name. A name within two letters of a known one is refused as a typo; another
   * valid name is accepted and named by {@link Policy.issues}.
   *
   * @throws CspError `ERR_CSP_DIRECTIVE_NAME`, `ERR_CSP_DIRECTIVE_UNKNOWN`, `ERR_CSP_DIRECTIVE_REMOVED`, and as the methods do
   */
  directive(name: string, ...values: readonly SourceInput[]): Policy

  /**
   * Replaces the values of a directive; it keeps its place.
   *
   * @throws CspError as {@link Policy.directive} does
   */
  set(name: string, values: Iterable<SourceInput>): Policy

  /** Deletes a directive. Deleting `report-to` also deletes the endpoint that was declared with it. */
  remove(name: string): Policy

  /**
   * Allows more and never takes anything away: starts from the directive's effective (fallback) list, replaces `'none'`,
   * and does nothing where nothing restricted. Edits the named directive only.
   *
   * @throws CspError `ERR_CSP_NOT_WIDER` for what could take something away: a nonce or hash where 'unsafe-inline' is in
   *   force, 'strict-dynamic' where it is absent, `'none'`, a directive that is no list of permissions
   */
  allow<const Sources extends readonly SourceInput[]>(
    name: ListDirective,
    ...sources: CheckedSources<Sources>
  ): Policy

  /**
   * Allows what `additions` list: {@link Policy.allow} for each of their list directives. What they do not mention stays,
   * what this policy leaves unrestricted stays so.
   *
   * @throws CspError `ERR_CSP_POLICY_EMPTY` on the empty policy, `ERR_CSP_NOT_WIDER` for a directive that is no list of
   *   permissions and not the same here, and as {@link Policy.allow} does
   */
  merge(additions: Policy): Policy

  /**
   * Reports violations to `url`: one declaration for `report-to`, for `report-uri`, which browsers without report-to need
   * (it is deprecated and still wanted: Firefox before 149, Safari before 16.4), and for the Reporting-Endpoints header.
   * Called again it replaces all three. Without a URL it writes `report-to` alone, for an endpoint declared elsewhere.
   *
   * @param name lower-case; upper case could never match the header
   * @param url absolute http(s), or relative to the page
   * @throws CspError `ERR_CSP_ENDPOINT_NAME`, `ERR_CSP_ENDPOINT_URL`
   */
  reportTo(name: string, url?: string): Policy

  /**
   * Writes `report-uri` alone; called again it replaces the URLs.
   *
   * @deprecated `report-uri` is deprecated and browsers ignore it beside `report-to`; `reportTo(name, url)` writes both.
   * @throws CspError `ERR_CSP_ENDPOINT_URL`
   */
  reportUri(...urls: readonly string[]): Policy

  /**
   * Declares a further endpoint for the Reporting-Endpoints header; the same name again replaces its URL.
   *
   * @throws CspError `ERR_CSP_ENDPOINT_NAME`, `ERR_CSP_ENDPOINT_URL`
   */
  endpoint(name: string, url: string): Policy

  /**
   * The policy as a header carries it.
   *
   * @throws CspError `ERR_CSP_NONCE_MISSING` when it uses NONCE and none is given, `ERR_CSP_NONCE` for a weak one
   * @see https://w3c.github.io/webappsec-csp/#serialize-policy
   */
  toString(options?: NonceOptions): string

  /**
   * The policy as an escaped meta tag. Put it first in `<head>`: it governs what follows it.
   *
   * @throws CspError `ERR_CSP_META_DIRECTIVE` names every directive that has no effect there (report-uri, frame-ancestors,
   *   sandbox), `ERR_CSP_META_COMMA`, `ERR_CSP_POLICY_EMPTY`, `ERR_CSP_POLICY_INVALID`, and as {@link Policy.toString} does
   * @see https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy
   */
  toMeta(options?: NonceOptions): string

  /**
   * Splits the policy of a static page: the meta part keeps `report-to`, the header part has the directives that only a
   * header can carry and the endpoints.
   */
  splitForMeta(): SplitPolicy

  /** What is wrong, void or missing in this policy when it is delivered in the given way (by default as a header). */
  issues(options?: IssueOptions): readonly Issue[]

  /** Whether the other policy has the same directives, sources and endpoints in the same order. */
  equals(other: Policy): boolean

  /** The policy as plain data; the placeholder shows as `'nonce-{NONCE}'`. */
  toJSON(): PolicyJSON
}

/** A policy as plain data. */
export interface PolicyJSON {
  /** Values by directive name, in order. */
  readonly directives: Readonly<Record<string, readonly string[]>>
  /** URL by endpoint name. */
  readonly endpoints: Readonly<Record<string, string>>
}

const BRAND: unique symbol = Symbol.for('@cusp/core.policy')
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')
const DIRECTIVE_NAME = /^[a-z0-9-]+$/

/** What a parser had to drop, by policy: issues that no value of the policy shows any more. */
const dropped = new WeakMap<object, readonly Issue[]>()

/** Returns the empty policy, from which every other one is built. */
export function csp(): Policy {
  return EMPTY
}

/** Whether `value` is a policy, also one that another copy of this package made. */
export function isPolicy(value: unknown): value is Policy {
  return typeof value === 'object' && value !== null && BRAND in value
}

/** Makes a policy of what a parser read; `issues` are the parser's own. */
export function makePolicy(
  directives: readonly Directive[],
  endpoints: readonly Endpoint[] = [],
  issues: readonly Issue[] = [],
): Policy {
  const policy = new PolicyValue(directives, endpoints)
  if (issues.length > 0) dropped.set(policy, issues)
  // The methods that write a directive are made from the table below, where the compiler can't see them.
  return policy as unknown as Policy
}

class PolicyValue {
  readonly directives: readonly Directive[]
  readonly endpoints: readonly Endpoint[]

  constructor(directives: readonly Directive[], endpoints: readonly Endpoint[]) {
    this.directives = Object.freeze(directives)
    this.endpoints = Object.freeze(endpoints)
    Object.freeze(this)
  }

  get [BRAND](): true {
    return true
  }

  get(name: string): readonly Source[] | undefined {
    return this.directives.find((directive) => directive.name === name)?.values
  }

  directive(name: string, ...values: readonly unknown[]): Policy {
    const known = checkName(name)
    if (known === 'report-uri' || known === 'report-to') return this.set(known, values)
    return this.#add(known, values)
  }

  set(name: string, values: Iterable<unknown>): Policy {
    const known = checkName(name)
    if (typeof values === 'string' || typeof Object(values)[Symbol.iterator] !== 'function') {
      const message = `Cannot write ${known}: ${show(values)} is no list, expected an array of values`
      throw new CspError('ERR_CSP_DIRECTIVE_VALUE', message, { directive: known, value: values })
    }
    const checked = checkValues(known, values)
    checkList(known, checked)
    const base = known === 'report-to' ? this.#withoutPair() : this
    return base.#with(known, checked)
  }

  remove(name: string): Policy {
    const known = asciiLowerCase(name)
    const base = known === 'report-to' ? this.#withoutPair() : this
    const directives = base.directives.filter((directive) => directive.name !== known)
    return base.#derive(directives, base.endpoints, known)
  }

  allow(name: string, ...sources: readonly unknown[]): Policy {
    const known = checkName(name)
    const checked = checkNotEmpty(known, checkValues(known, sources))
    const values = widenedValues(this.#self(), known, checked)
    return values === undefined ? this.#self() : this.#with(known, values)
  }

  merge(additions: Policy): Policy {
    if (!isPolicy(additions)) {
      const message = `Cannot merge ${show(additions)}: it is no policy, expected one made with csp()`
      throw new CspError('ERR_CSP_INPUT', message, { value: additions })
    }
    if (this.directives.length === 0) {
      const message =
        'Cannot merge into the empty policy: it restricts nothing, expected a policy with directives'
      throw new CspError('ERR_CSP_POLICY_EMPTY', message)
    }
    let merged = this.#self()
    for (const { name, values } of additions.directives)
      merged = mergeDirective(merged, name, values)
    for (const { name, url } of additions.endpoints) merged = mergeEndpoint(merged, name, url)
    return merged
  }

  reportTo(name: string, url?: string): Policy {
    const base = this.#withoutPair()
    if (url === undefined) return base.#with('report-to', checkValues('report-to', [name]))
    const endpoint = checkEndpoint('report-to', name, url)
    return base
      .#with('report-to', [endpoint.name])
      .reportUri(endpoint.url)
      .endpoint(endpoint.name, endpoint.url)
  }

  reportUri(...urls: readonly string[]): Policy {
    return this.set('report-uri', urls)
  }

  endpoint(name: string, url: string): Policy {
    const endpoint = checkEndpoint('Reporting-Endpoints', name, url)
    const others = this.endpoints.filter((other) => other.name !== endpoint.name)
    return this.#derive(this.directives, [...others, Object.freeze(endpoint)])
  }

  toString(options: NonceOptions = {}): string {
    return fill(templateOf(this.#self()), options.nonce)
  }

  toMeta(options: NonceOptions = {}): string {
    return writeMeta(this.#self(), options)
  }

  splitForMeta(): SplitPolicy {
    const { meta, header } = splitForMeta(this.#self())
    const hasHeader = header.length > 0 || this.endpoints.length > 0
    return {
      meta: this.#derive(meta, []),
      header: hasHeader ? this.#derive(header, this.endpoints) : null,
    }
  }

  issues(options: IssueOptions = {}): readonly Issue[] {
    return [...(dropped.get(this) ?? []), ...findIssues(this.#self(), options)]
  }

  equals(other: Policy): boolean {
    return isPolicy(other) && JSON.stringify(this) === JSON.stringify(other)
  }

  toJSON(): PolicyJSON {
    return {
      directives: Object.fromEntries(
        this.directives.map(({ name, values }) => [name, values.map(showSource)]),
      ),
      endpoints: Object.fromEntries(this.endpoints.map(({ name, url }) => [name, url])),
    }
  }

  [INSPECT](): string {
    const lines = this.directives.map(({ name, values }) =>
      [`  ${name}`, ...values.map(showSource)].join(' '),
    )
    lines.push(...this.endpoints.map(({ name, url }) => `  (endpoint ${name}: ${url})`))
    return lines.length === 0 ? 'Policy {}' : `Policy {\n${lines.join('\n')}\n}`
  }

  #self(): Policy {
    return this as unknown as Policy
  }

  /** Adds to what is there; 'none' gives way, and comes in only where nothing is. */
  #add(name: string, values: readonly unknown[]): Policy {
    const incoming = checkValues(name, values)
    const current = this.get(name)
    if (current === undefined || incoming.length === 0) checkNotEmpty(name, incoming)
    const kept = (current ?? []).filter((value) => !isNone(value) || incoming.includes(NONE))
    const all = [...new Set([...kept, ...incoming])]
    checkList(name, all)
    return this.#with(name, all)
  }

  /** The pair of reportTo is recognised by what it wrote: report-to, its endpoint, and report-uri with the same URL. */
  #withoutPair(): PolicyValue {
    const name = this.get('report-to')?.[0]
    const url = this.endpoints.find((endpoint) => endpoint.name === name)?.url
    const urls = this.get('report-uri')
    if (url === undefined || urls?.length !== 1 || urls[0] !== url) return this
    const directives = this.directives.filter((directive) => directive.name !== 'report-uri')
    const endpoints = this.endpoints.filter((endpoint) => endpoint.name !== name)
    return this.#derive(directives, endpoints) as unknown as PolicyValue
  }

  #with(name: string, values: readonly Source[]): Policy {
    const directive = Object.freeze({ name, values: Object.freeze(values) })
    const index = this.directives.findIndex((other) => other.name === name)
    const directives =
      index === -1 ? [...this.directives, directive] : this.directives.with(index, directive)
    return this.#derive(directives, this.endpoints, name)
  }

  /** The next policy; what the parser had to drop is remembered until its directive is written anew. */
  #derive(
    directives: readonly Directive[],
    endpoints: readonly Endpoint[],
    edited?: string,
  ): Policy {
    const issues = (dropped.get(this) ?? []).filter(
      (issue) => edited === undefined || issue.directive !== edited,
    )
    return makePolicy(directives, endpoints, issues)
  }
}

for (const name of DIRECTIVES.keys()) {
  const method = methodName(name)
  if (method in PolicyValue.prototype) continue
  const write = {
    [method](this: PolicyValue, ...values: readonly unknown[]): Policy {
      return this.directive(name, ...values)
    },
  }
  Object.defineProperty(PolicyValue.prototype, method, { value: write[method] })
}

const EMPTY = makePolicy([])

function mergeDirective(policy: Policy, name: string, values: readonly Source[]): Policy {
  if (isWidenable(name)) {
    const sources = values.filter((value) => !isNone(value))
    return sources.length === 0 ? policy : policy.allow(name as ListDirective, ...sources)
  }
  const current = policy.get(name)
  if (current !== undefined && current.join(' ') === values.join(' ')) return policy
  const message = `Cannot merge ${name}: it is no list of permissions, expected it on the policy itself`
  throw new CspError('ERR_CSP_NOT_WIDER', message, { directive: name, value: values.join(' ') })
}

function mergeEndpoint(policy: Policy, name: string, url: string): Policy {
  const existing = policy.endpoints.find((endpoint) => endpoint.name === name)
  if (existing === undefined) return policy.endpoint(name, url)
  if (existing.url === url) return policy
  throw endpointConflict(name, existing.url, url)
}

/** The error for one endpoint name with two URLs. */
export function endpointConflict(name: string, first: string, second: string): CspError {
  const message = `Cannot declare the endpoint ${show(name)} twice: it is ${show(first)} and ${show(second)}, expected one URL for a name`
  return new CspError('ERR_CSP_ENDPOINT_CONFLICT', message, { value: second })
}

/** Lower-cases a directive's name and refuses typos, removed directives and what is no name. */
function checkName(name: unknown): string {
  const text = typeof name === 'string' ? asciiLowerCase(name) : ''
  if (DIRECTIVES.has(text)) return text
  const replacement = REMOVED_DIRECTIVES.get(text)
  if (replacement !== undefined) {
    const message = `Cannot write ${text}: browsers no longer know it, expected ${replacement}`
    throw new CspError('ERR_CSP_DIRECTIVE_REMOVED', message, { directive: text, value: name })
  }
  const nearest = suggest(text, DIRECTIVES.keys())
  if (nearest !== undefined) {
    const message = `Cannot write ${show(name)}: it is no directive, did you mean ${nearest}?`
    throw new CspError('ERR_CSP_DIRECTIVE_UNKNOWN', message, { directive: text, value: name })
  }
  if (DIRECTIVE_NAME.test(text)) return text
  const message = `Cannot write ${show(name)}: it is no directive's name, expected letters, digits and "-"`
  throw new CspError('ERR_CSP_DIRECTIVE_NAME', message, { value: name })
}

function checkValues(directive: string, values: Iterable<unknown>): readonly Source[] {
  const checked = new Set<Source>()
  for (const value of values) checked.add(checkValue(directive, value))
  return [...checked]
}

function checkValue(directive: string, value: unknown): Source {
  if (value === NONCE && DIRECTIVES.get(directive)?.grammar === 'source-list') return NONCE
  if (typeof value === 'string') return accepted(directive, value, examineValue(directive, value))
  const expected = Array.isArray(value)
    ? 'one argument for each value: spread the array'
    : 'text; leave a value out with ...(condition ? [value] : [])'
  const what =
    value === NONCE ? `NONCE has no meaning in ${directive}` : `${show(value)} is no text`
  return refuse(directive, value, 'ERR_CSP_DIRECTIVE_VALUE', what, expected)
}

function accepted(directive: string, value: unknown, examined: Examined): string {
  if ('text' in examined) return examined.text
  return refuse(directive, value, examined.code, examined.problem, examined.expected)
}

/** What can only be said of the whole list: 'none' with company, too many values. */
function checkList(directive: string, values: readonly Source[]): void {
  const most = DIRECTIVES.get(directive)
  if (most === undefined) return
  checkNotEmpty(directive, values)
  if (values.length > 1 && values.includes(NONE) && most.grammar !== 'uri-references') {
    const what = "'none' stands beside other values, where browsers ignore it"
    refuse(
      directive,
      NONE,
      'ERR_CSP_NONE_WITH_OTHERS',
      what,
      "'none' alone, or the others without it",
    )
  }
  if (values.length > mostValues(most)) {
    const what = `it has ${values.length} values`
    refuse(directive, values[1], 'ERR_CSP_DIRECTIVE_VALUE', what, 'one; set() replaces it')
  }
}

function checkNotEmpty(directive: string, values: readonly Source[]): readonly Source[] {
  const info = DIRECTIVES.get(directive)
  if (values.length > 0 || info === undefined || mayBeEmpty(info)) return values
  const expected = hasSources(directive) ? 'a source; NONE allows nothing' : 'a value'
  return refuse(directive, undefined, 'ERR_CSP_DIRECTIVE_EMPTY', 'it has no value', expected)
}

function checkEndpoint(directive: string, name: unknown, url: unknown): Endpoint {
  return {
    name: accepted(directive, name, examineEndpointName(String(name))),
    url: accepted(directive, url, examineReportURL(String(url))),
  }
}

function refuse(
  directive: string,
  value: unknown,
  code: CspErrorCode,
  what: string,
  expected: string,
): never {
  throw new CspError(code, `Cannot write ${directive}: ${what}, expected ${expected}`, {
    directive,
    value,
  })
}

function showSource(value: Source): string {
  return value === NONCE ? NONCE_SHOWN : (value as string)
}
