/**
 * A policy as an immutable value: directives in order, each with its sources, and the endpoints it reports to.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-policy
 */

import {
  checkEndpoint,
  checkList,
  checkName,
  checkNotEmpty,
  checkSpelling,
  checkValues,
  endpointConflict,
  unique,
} from './check.ts'
import type { ListDirective } from './directives.ts'
import { DIRECTIVES, methodName } from './directives.ts'
import { CspError } from './errors.ts'
import type { Issue, IssueOptions } from './issue.ts'
import { findIssues } from './issues.ts'
import { showSource } from './keywords.ts'
import { splitForMeta, writeMeta } from './meta.ts'
import type { Directive, NonceOptions, Policy, PolicyJSON, SplitPolicy } from './policy-type.ts'
import type { Endpoint } from './reporting.ts'
import type { Template } from './serialize.ts'
import { fill, makeTemplate, TEMPLATE } from './serialize.ts'
import { isNone } from './source-expression.ts'
import type { Source } from './source-types.ts'
import { isWidenable, widenedValues } from './widen.ts'
import { asciiLowerCase, show } from './text.ts'

const BRAND: unique symbol = Symbol.for('@cusp/core.policy')
/** Where node's inspect, and with it console.log, looks how to show a value. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

const NO_ENDPOINTS: readonly Endpoint[] = Object.freeze([])

/** What a parser had to drop, by policy: issues that no value of the policy shows any more. */
const dropped = new WeakMap<object, readonly Issue[]>()

/**
 * Returns the empty policy, from which every other one is built.
 *
 * @example
 * ```ts
 * import { csp, NONE, SELF } from '@cusp/core'
 *
 * const policy = csp().defaultSrc(SELF).imgSrc(SELF, 'https://img.example.com').objectSrc(NONE)
 * policy // => default-src 'self'; img-src 'self' https://img.example.com; object-src 'none'
 * ```
 */
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
  endpoints: readonly Endpoint[] = NO_ENDPOINTS,
  issues?: readonly Issue[],
): Policy {
  const policy = new PolicyValue(directives, endpoints)
  if (issues !== undefined && issues.length > 0) dropped.set(policy, issues)
  // The methods that write a directive are made from the table below, where the compiler can't see them.
  return policy as unknown as Policy
}

class PolicyValue {
  readonly directives: readonly Directive[]
  readonly endpoints: readonly Endpoint[]
  #template: Template | undefined = undefined

  constructor(directives: readonly Directive[], endpoints: readonly Endpoint[]) {
    this.directives = Object.freeze(directives)
    this.endpoints = Object.freeze(endpoints)
    Object.freeze(this)
  }

  get [TEMPLATE](): Template {
    return (this.#template ??= makeTemplate(this.#self()))
  }

  get(name: string): readonly Source[] | undefined {
    return this.#valuesOf(asciiLowerCase(String(name)))
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
    if (this.get(name) === undefined && !dropped.has(this)) {
      checkSpelling(name)
      return this.#self()
    }
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
      .set('report-uri', [endpoint.url])
      .endpoint(endpoint.name, endpoint.url)
  }

  reportUri(...urls: readonly string[]): Policy {
    return this.set('report-uri', urls)
  }

  endpoint(name: string, url: string): Policy {
    const endpoint = checkEndpoint('Reporting-Endpoints', name, url)
    // The pair's own name: all three outputs follow, so that they can't drift.
    const isPaired = this.#withoutPair() !== this && this.get('report-to')?.[0] === endpoint.name
    if (isPaired && this.get('report-uri')?.[0] !== endpoint.url) {
      return this.reportTo(endpoint.name, endpoint.url)
    }
    const others = this.endpoints.filter((other) => other.name !== endpoint.name)
    return this.#derive(this.directives, [...others, Object.freeze(endpoint)])
  }

  toString(options: NonceOptions = {}): string {
    return fill(this[TEMPLATE], options.nonce)
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
    return isPolicy(other) && comparable(this.#self()) === comparable(other)
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

  #valuesOf(name: string): readonly Source[] | undefined {
    return this.directives[indexOf(this.directives, name)]?.values
  }

  #self(): Policy {
    return this as unknown as Policy
  }

  /** Adds to what is there; 'none' gives way, and comes in only where nothing is. */
  #add(name: string, values: readonly unknown[]): Policy {
    const incoming = checkValues(name, values)
    const current = this.#valuesOf(name)
    if (current === undefined || incoming.length === 0) checkNotEmpty(name, incoming)
    const kept = current?.filter((value) => !isNone(value)) ?? []
    const all = kept.length === 0 ? incoming : unique([...kept, ...incoming])
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
    const index = indexOf(this.directives, name)
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
    const issues = dropped
      .get(this)
      ?.filter((issue) => edited === undefined || issue.directive !== edited)
    return makePolicy(directives, endpoints, issues)
  }
}

Object.defineProperty(PolicyValue.prototype, BRAND, { value: true })

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

/** Counted: on frozen lists findIndex costs 0.1 µs more. */
function indexOf(directives: readonly Directive[], name: string): number {
  for (let index = 0; index < directives.length; index++) {
    if (directives[index]?.name === name) return index
  }
  return -1
}

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

/** NONCE becomes null, which no text is. */
function comparable({ directives, endpoints }: Policy): string {
  return JSON.stringify([directives, endpoints])
}
