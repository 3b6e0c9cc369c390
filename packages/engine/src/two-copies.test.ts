/** Two copies of this package in one process: what one of them decided, the other one explains. */

import { csp, NONCE, SELF } from '@cusp/core'
import { describe, expect, it, vi } from 'vitest'
import type * as Engine from './index.ts'
import type * as Testing from './testing.ts'

interface Copy {
  readonly engine: typeof Engine
  readonly testing: typeof Testing
}

async function load(): Promise<Copy> {
  vi.resetModules()
  return { engine: await import('./index.ts'), testing: await import('./testing.ts') }
}

const first = await load()
const second = await load()

const self = 'https://shop.example'
const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')
const checks: readonly Engine.Check[] = [
  { type: 'request', url: 'https://evil.example/' },
  { type: 'request', url: 'https://shop.example/' },
  { type: 'inline', inline: 'script', source: 'alert(1)' },
  { type: 'eval' },
]

it('are two', () => {
  expect(first.engine.decide).not.toBe(second.engine.decide)
})

describe.each([
  ['the first of what the second decided', first, second],
  ['the second of what the first decided', second, first],
])('%s', (_, { engine }, other) => {
  it.each(checks)('$type $url', (check) => {
    const own = engine.decide(policy, check, { self })
    const foreign = other.engine.decide(policy, check, { self })
    expect(foreign).toEqual(own)
    expect(engine.explain(foreign)).toEqual(engine.explain(own))
    const context = { documentURL: 'https://shop.example/cart' }
    expect(engine.violation(foreign, context)).toEqual(engine.violation(own, context))
  })

  it('takes neither what only looks like a decision, nor the prototype of one', () => {
    const foreign = other.engine.decide(policy, { type: 'eval' }, { self })
    const lookalikes: readonly unknown[] = [
      structuredClone(foreign),
      Object.getPrototypeOf(foreign),
    ]
    for (const lookalike of lookalikes) {
      const explain = (): unknown => engine.explain(lookalike as Engine.Decision)
      expect(explain).toThrow('it is not a decision')
    }
  })
})
