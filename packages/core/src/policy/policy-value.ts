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
import { checkChoice, checkNoArguments, checkOptions } from '../vocabulary/options.ts'
import { NONCE, showSource } from '../vocabulary/keywords.ts'
import { splitForMeta, writeMeta } from './meta.ts'
import type { Directive, NonceOptions, Policy, PolicyJSON, SplitPolicy } from '../model/policy.ts'
import type { Endpoint } from '../sources/reporting.ts'
import type { Serialized, Template } from '../model/serialize.ts'
import { fill, makeTemplate, TEMPLATE } from '../model/serialize.ts'
import { isNone } from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import { DirectiveWriter } from './directive-writer.ts'
import type { VoidSource } from '../issues/void-sources.ts'
import { checkEffective, isWidenable, widen } from './widen.ts'
import { asciiLowerCase, show } from '../text.ts'

const BRAND: unique symbol = Symbol.for('@cusp/core.policy')
/** Where node's inspect, and with it console.log, looks how to show a value. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

const NO_ENDPOINTS: readonly Endpoint[] = Object.freeze([])

/**
 * Issues that the value of a policy does not show, by policy: what a parser dropped, what a merge
 * left out.
 */
const notes = new WeakMap<object, readonly Issue[]>()

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
export function csp(): Policy
export function csp(...unexpected: readonly unknown[]): Policy {
  checkNoArguments('csp', unexpected)
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
  if (issues !== undefined && issues.length > 0) notes.set(policy, issues)
  return policy
}

class PolicyValue extends DirectiveWriter implements Policy, Serialized {
  readonly directives: readonly Directive[]
  readonly endpoints: readonly Endpoint[]
  #template: Template | undefined

  constructor(directives: readonly Directive[], endpoints: readonly Endpoint[]) {
    super()
    this.directives = Object.freeze(directives)
    this.endpoints = endpoints === NO_ENDPOINTS ? endpoints : Object.freeze(endpoints)
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
    if (this.get(name) === undefined && !notes.has(this)) {
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
    const { values, voidSources } = widen(this, known, checked)
    checkEffective(known, voidSources)
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
    const merged = additions.directives.reduce<PolicyValue>(
      (policy, directive) => policy.#mergeDirective(directive),
      this,
    )
    return additions.endpoints.reduce<Policy>(mergeEndpoint, merged)
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
    checkOptions(options, { action: 'write the policy', known: ['nonce'] })
    return fill(this[TEMPLATE], options.nonce)
  }

  toMeta(options: NonceOptions = {}): string {
    checkOptions(options, { action: 'write a meta tag', known: ['nonce'] })
    return writeMeta(this, options)
  }

  splitForMeta(): SplitPolicy {
    const { meta, header } = splitForMeta(this)
    const hasHeader = header.length > 0 || this.endpoints.length > 0
    return {
      meta: this.#derive(meta, this.endpoints),
      header: hasHeader ? this.#derive(header, this.endpoints) : null,
    }
  }

  issues(options: IssueOptions = {}): readonly Issue[] {
    checkIssueOptions(options)
    return [...(notes.get(this) ?? []), ...findIssues(this, options)]
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
   * Allows what a directive lists. What would allow nothing here is left out and told as an issue:
   * who wrote the additions does not know this policy.
   */
  #mergeDirective({ name, values }: Directive): PolicyValue {
    if (!isWidenable(name)) {
      checkSame(this, { name, values })
      return this
    }
    const sources = checkValues(
      name,
      values.filter((value) => !isNone(value)),
    )
    if (sources.length === 0) return this
    const { values: widened, voidSources } = widen(this, name, sources)
    const merged = widened === undefined ? this : this.#with(name, widened)
    const current = this.#valuesOf(name) ?? []
    const lost = voidSources.filter(({ source }) => !current.includes(source))
    return lost.length === 0 ? merged : merged.#note(lost.map((each) => notMerged(name, each)))
  }

  #note(issues: readonly Issue[]): PolicyValue {
    return makeValue(this.directives, this.endpoints, [...(notes.get(this) ?? []), ...issues])
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

  /** The next policy. It keeps the notes of each directive until that is written anew. */
  #derive(
    directives: readonly Directive[],
    endpoints: readonly Endpoint[],
    edited?: string,
  ): PolicyValue {
    const issues = notes
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

function checkIssueOptions(options: IssueOptions): void {
  const action = 'find issues'
  checkOptions(options, { action, known: ['delivery', 'self'] })
  const { delivery = 'header' } = options
  checkChoice(delivery, { action, known: ['header', 'report-only', 'meta'] })
}

function notMerged(directive: string, { source, problem, fix }: VoidSource): Issue {
  return {
    code: 'not-merged',
    severity: 'warning',
    message: `merge() left ${showSource(source)} out of ${directive}: ${problem}`,
    fix,
    directive,
    ...(source === NONCE ? {} : { value: source }),
  }
}

/** A directive that is not a list can only be merged into the same one. */
function checkSame(policy: Policy, { name, values }: Directive): void {
  const current = policy.get(name)
  if (current !== undefined && current.join(' ') === values.join(' ')) return
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
