/**
 * A policy as an immutable value: its directives in order, each with its sources, and its reporting
 * endpoints.
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
import { refusal } from '../vocabulary/errors.ts'
import type { Issue, IssueOptions } from '../model/issue.ts'
import { findIssues } from '../issues/issues.ts'
import { showSource } from '../vocabulary/keywords.ts'
import { splitForMeta, writeMeta } from './meta.ts'
import type { Directive, NonceOptions, Policy, PolicyJSON, SplitPolicy } from '../model/policy.ts'
import type { Endpoint } from '../sources/reporting.ts'
import type { Serialized, Template } from '../model/serialize.ts'
import { fill, makeTemplate, TEMPLATE } from '../model/serialize.ts'
import { isNone } from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import { DirectiveWriter } from './directive-writer.ts'
import { isWidenable, widenedValues } from './widen.ts'
import { asciiLowerCase, show } from '../text.ts'

const BRAND: unique symbol = Symbol.for('@cusp/core.policy')
/** Where node's inspect, and with it console.log, looks how to show a value. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

const NO_ENDPOINTS: readonly Endpoint[] = Object.freeze([])

/** What a parser had to drop, by policy: issues that the policy's value does not show. */
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

/**
 * Whether `value` is a policy, also one that another copy of this package made.
 *
 * @example
 * ```ts
 * import { csp, isPolicy } from '@cusp/core'
 *
 * isPolicy(csp()) // => true
 * isPolicy("default-src 'self'") // => false
 * ```
 */
export function isPolicy(value: unknown): value is Policy {
  return typeof value === 'object' && value !== null && BRAND in value
}

/** Makes a policy of what a parser read; `issues` are the parser's own. */
export function makePolicy(
  directives: readonly Directive[],
  endpoints: readonly Endpoint[] = NO_ENDPOINTS,
  issues?: readonly Issue[],
): Policy {
  return makeValue(directives, endpoints, issues)
}

function makeValue(
  directives: readonly Directive[],
  endpoints: readonly Endpoint[],
  issues: readonly Issue[] | undefined,
): PolicyValue {
  const policy = new PolicyValue(directives, endpoints)
  if (issues !== undefined && issues.length > 0) dropped.set(policy, issues)
  return policy
}

class PolicyValue extends DirectiveWriter implements Policy, Serialized {
  readonly directives: readonly Directive[]
  readonly endpoints: readonly Endpoint[]
  #template: Template | undefined = undefined

  constructor(directives: readonly Directive[], endpoints: readonly Endpoint[]) {
    super()
    this.directives = Object.freeze(directives)
    this.endpoints = Object.freeze(endpoints)
    Object.freeze(this)
  }

  get [BRAND](): true {
    return true
  }

  get [TEMPLATE](): Template {
    return (this.#template ??= makeTemplate(this))
  }

  get(name: string): readonly Source[] | undefined {
    return this.#valuesOf(asciiLowerCase(String(name)))
  }

  override directive(name: string, ...values: readonly unknown[]): Policy {
    const known = checkName(name)
    if (known === 'report-uri' || known === 'report-to') return this.set(known, values)
    return this.#add(known, values)
  }

  set(name: string, values: Iterable<unknown>): Policy {
    const known = checkName(name)
    if (typeof values === 'string' || typeof Object(values)[Symbol.iterator] !== 'function') {
      throw refusal('ERR_CSP_DIRECTIVE_VALUE', {
        action: `write ${known}`,
        problem: `${show(values)} is not a list`,
        fix: 'an array of values',
        directive: known,
        value: values,
      })
    }
    const checked = checkValues(known, values)
    checkList(known, checked)
    const base = known === 'report-to' ? this.#withoutPair() : this
    return base.#with(known, checked)
  }

  remove(name: string): Policy {
    if (this.get(name) === undefined && !dropped.has(this)) {
      checkSpelling(name)
      return this
    }
    const known = asciiLowerCase(name)
    const base = known === 'report-to' ? this.#withoutPair() : this
    const directives = base.directives.filter((directive) => directive.name !== known)
    return base.#derive(directives, base.endpoints, known)
  }

  allow(name: string, ...sources: readonly unknown[]): Policy {
    const known = checkName(name)
    const checked = checkNotEmpty(known, checkValues(known, sources))
    const values = widenedValues(this, known, checked)
    return values === undefined ? this : this.#with(known, values)
  }

  merge(additions: Policy): Policy {
    if (!isPolicy(additions)) {
      throw refusal('ERR_CSP_INPUT', {
        action: `merge ${show(additions)}`,
        problem: 'it is not a policy',
        fix: 'one made with csp() or parsePolicy(text).policy',
        value: additions,
      })
    }
    if (this.directives.length === 0) {
      throw refusal('ERR_CSP_POLICY_EMPTY', {
        action: 'merge into the empty policy',
        problem: 'it restricts nothing',
        fix: 'a policy with directives',
      })
    }
    const merged = additions.directives.reduce<Policy>(mergeDirective, this)
    return additions.endpoints.reduce(mergeEndpoint, merged)
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
    // The endpoint is the one that reportTo declared, so the two directives change with it.
    const isPaired = this.#withoutPair() !== this && this.get('report-to')?.[0] === endpoint.name
    if (isPaired && this.get('report-uri')?.[0] !== endpoint.url) {
      return this.reportTo(endpoint.name, endpoint.url)
    }
    const others = this.endpoints.filter((other) => other.name !== endpoint.name)
    return this.#derive(this.directives, [...others, Object.freeze(endpoint)])
  }

  override toString(options: NonceOptions = {}): string {
    return fill(this[TEMPLATE], options.nonce)
  }

  toMeta(options: NonceOptions = {}): string {
    return writeMeta(this, options)
  }

  splitForMeta(): SplitPolicy {
    const { meta, header } = splitForMeta(this)
    const hasHeader = header.length > 0 || this.endpoints.length > 0
    return {
      meta: this.#derive(meta, []),
      header: hasHeader ? this.#derive(header, this.endpoints) : null,
    }
  }

  issues(options: IssueOptions = {}): readonly Issue[] {
    return [...(dropped.get(this) ?? []), ...findIssues(this, options)]
  }

  equals(other: Policy): boolean {
    return isPolicy(other) && comparable(this) === comparable(other)
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

  /**
   * Adds to the values that are there. They replace 'none', and 'none' is added only where there
   * are none.
   */
  #add(name: string, values: readonly unknown[]): Policy {
    const incoming = checkValues(name, values)
    const current = this.#valuesOf(name)
    if (current === undefined || incoming.length === 0) checkNotEmpty(name, incoming)
    const kept = current?.filter((value) => !isNone(value)) ?? []
    const all = kept.length === 0 ? incoming : unique([...kept, ...incoming])
    checkList(name, all)
    return this.#with(name, all)
  }

  /**
   * The policy without what `reportTo(name, url)` wrote beside report-to. That is recognised by its
   * values: an endpoint of the same name, and report-uri with the same URL.
   */
  #withoutPair(): PolicyValue {
    const name = this.get('report-to')?.[0]
    const url = this.endpoints.find((endpoint) => endpoint.name === name)?.url
    const urls = this.get('report-uri')
    if (url === undefined || urls?.length !== 1 || urls[0] !== url) return this
    const directives = this.directives.filter((directive) => directive.name !== 'report-uri')
    const endpoints = this.endpoints.filter((endpoint) => endpoint.name !== name)
    return this.#derive(directives, endpoints)
  }

  #with(name: string, values: readonly Source[]): PolicyValue {
    const directive = Object.freeze({ name, values: Object.freeze(values) })
    const index = indexOf(this.directives, name)
    const directives =
      index === -1 ? [...this.directives, directive] : this.directives.with(index, directive)
    return this.#derive(directives, this.endpoints, name)
  }

  /**
   * The next policy. It remembers what the parser had to drop until that directive is written anew.
   */
  #derive(
    directives: readonly Directive[],
    endpoints: readonly Endpoint[],
    edited?: string,
  ): PolicyValue {
    const issues = dropped
      .get(this)
      ?.filter((issue) => edited === undefined || issue.directive !== edited)
    return makeValue(directives, endpoints, issues)
  }
}

const EMPTY = makePolicy([])

/** A loop, because findIndex is slow on frozen lists (suite "build" of the bench). */
function indexOf(directives: readonly Directive[], name: string): number {
  for (let index = 0; index < directives.length; index++) {
    if (directives[index]?.name === name) return index
  }
  return -1
}

function mergeDirective(policy: Policy, { name, values }: Directive): Policy {
  if (isWidenable(name)) {
    const sources = values.filter((value) => !isNone(value))
    return sources.length === 0 ? policy : policy.allow(name, ...sources)
  }
  const current = policy.get(name)
  if (current !== undefined && current.join(' ') === values.join(' ')) return policy
  throw refusal('ERR_CSP_NOT_WIDER', {
    action: `merge ${name}`,
    problem: 'it is not a list of permissions',
    fix: `set(${show(name)}, …) on the policy itself`,
    directive: name,
    value: values.join(' '),
  })
}

function mergeEndpoint(policy: Policy, { name, url }: Endpoint): Policy {
  const existing = policy.endpoints.find((endpoint) => endpoint.name === name)
  if (existing === undefined) return policy.endpoint(name, url)
  if (existing.url === url) return policy
  throw endpointConflict(name, existing.url, url)
}

/** The policy as a text that equal policies share. NONCE becomes null, which no text equals. */
function comparable({ directives, endpoints }: Policy): string {
  return JSON.stringify([directives, endpoints])
}
