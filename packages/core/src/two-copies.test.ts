/** Two copies of this package in one process: what one of them made, the other one takes. */

import { describe, expect, it, vi } from 'vitest'
import type * as Helmet from './helmet.ts'
import type * as Core from './index.ts'
import type * as Servers from './servers.ts'

interface Copy {
  readonly core: typeof Core
  readonly helmet: typeof Helmet
  readonly servers: typeof Servers
}

async function load(): Promise<Copy> {
  vi.resetModules()
  return {
    core: await import('./index.ts'),
    helmet: await import('./helmet.ts'),
    servers: await import('./servers.ts'),
  }
}

const WRONG: string = 'a b'
const first = await load()
const second = await load()

it('are two', () => {
  expect(first.core.csp).not.toBe(second.core.csp)
  expect(first.core.CspError).not.toBe(second.core.CspError)
})

describe.each([
  ['the first with what the second made', first, second],
  ['the second with what the first made', second, first],
])('%s', (_, { core, helmet, servers }, other) => {
  const nonce = core.createNonce()
  const policy = other.core
    .csp()
    .defaultSrc(other.core.SELF)
    .scriptSrc(other.core.NONCE)
    .baseUri(other.core.NONE)
    .reportTo('csp', '/csp-reports')
  const delivery = other.core.deliver({ enforce: policy, reportOnly: other.core.strict() })

  it('knows policies', () => {
    expect(core.isPolicy(policy)).toBe(true)
    expect(core.NONCE).toBe(other.core.NONCE)
    const same = core
      .csp()
      .defaultSrc(core.SELF)
      .scriptSrc(core.NONCE)
      .baseUri(core.NONE)
      .reportTo('csp', '/csp-reports')
    expect(same.equals(policy)).toBe(true)
    expect(core.deliver(policy).headers(nonce)).toEqual(core.deliver(same).headers(nonce))
    const additions = other.core.csp().imgSrc(other.core.SELF)
    expect(String(core.csp().imgSrc(core.NONE).merge(additions))).toBe("img-src 'self'")
  })

  it('knows deliveries', () => {
    expect(core.isDelivery(delivery)).toBe(true)
    expect(core.deliver(delivery).headers(nonce)).toEqual(delivery.headers(nonce))
    const fixed = other.core.deliver(other.core.api())
    expect(servers.nginxConfig(fixed)).toContain("default-src 'none'")
  })

  it('knows what a parser dropped', () => {
    const { policy: parsed } = other.core.parsePolicy(
      "default-src 'self'; img-src \u2018self\u2019",
    )
    expect(codeOf(() => core.deliver(parsed))).toBe('ERR_CSP_POLICY_INVALID')
  })

  it("knows policies in helmet's shape", () => {
    const policies = other.helmet.fromHelmet({ directives: { scriptSrc: [other.core.NONCE] } })
    expect(helmet.isHelmetPolicy(policies)).toBe(true)
    expect(core.isDelivery(policies)).toBe(true)
    expect(helmet.parseTemplate(policies.resolve(null, null)).get('script-src')).toEqual([
      core.NONCE,
    ])
    const { dangerouslyDisableDefaultSrc } = other.helmet
    expect(
      helmet
        .fromHelmet({ directives: { defaultSrc: dangerouslyDisableDefaultSrc } })
        .toPolicy()
        .get('default-src'),
    ).toBeUndefined()
  })

  it('knows errors with instanceof', () => {
    expect(errorOf(() => other.core.csp().imgSrc(WRONG))).toBeInstanceOf(core.CspError)
    expect(errorOf(() => core.csp().imgSrc(WRONG))).toBeInstanceOf(other.core.CspError)
  })
})

describe('instanceof CspError', () => {
  const { CspError: Base } = first.core

  it.each([
    [new TypeError('Cannot'), false],
    [{ name: 'CspError', code: 'ERR_CSP_INPUT' }, false],
    ['CspError', false],
    [null, false],
    [undefined, false],
    [new second.core.CspError('ERR_CSP_INPUT', 'Cannot'), true],
  ])('%o: %j', (value, isOne) => {
    expect(value instanceof Base).toBe(isOne)
  })

  it('is true of a subclass for its own instances only', () => {
    class Narrow extends Base {}
    expect(new Narrow('ERR_CSP_INPUT', 'Cannot')).toBeInstanceOf(Narrow)
    expect(new Narrow('ERR_CSP_INPUT', 'Cannot')).toBeInstanceOf(second.core.CspError)
    expect(new Base('ERR_CSP_INPUT', 'Cannot') instanceof Narrow).toBe(false)
  })
})

it('a policy of a version that keeps no template is written all the same', () => {
  const template = Symbol.for('@cusp/core.template')
  const policy = second.core.csp().scriptSrc(second.core.NONCE)
  const older = new Proxy(policy, {
    has: (target, key) => key !== template && Reflect.has(target, key),
    get: (target, key) => {
      const value: unknown = key === template ? undefined : Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const nonce = first.core.createNonce()
  expect(first.core.deliver(older).headers(nonce)).toEqual(
    first.core.deliver(policy).headers(nonce),
  )
  expect(Reflect.get(policy, Symbol.for('@cusp/core.policy'))).toBe(true)
})

function errorOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Cannot catch an error: none was thrown')
}

function codeOf(action: () => unknown): string {
  return (errorOf(action) as Core.CspError).code
}
