/**
 * One install and one import are enough: every adapter has the builder, and it is the one of
 * @cusp/core.
 */

import * as core from '@cusp/core'
import * as expressAdapter from '@cusp/express'
import * as koaAdapter from '@cusp/koa'
import * as nodeAdapter from '@cusp/node'
import { describe, expect, it } from 'vitest'

const KEYWORDS = Object.keys(core).filter(
  (name) => /^[A-Z\d_]+$/.test(name) && name !== 'DIRECTIVES',
)
const FUNCTIONS = [
  'api',
  'createNonce',
  'csp',
  'CspError',
  'deliver',
  'hashSource',
  'parsePolicy',
  'parsePolicyList',
  'strict',
]

describe.each([
  ['@cusp/node', nodeAdapter],
  ['@cusp/express', expressAdapter],
  ['@cusp/koa', koaAdapter],
] as const)('%s', (_name, adapter) => {
  it.each([...FUNCTIONS, ...KEYWORDS])('has %s', (name) => {
    expect(Reflect.get(core, name)).toBeDefined()
    expect(Reflect.get(adapter, name)).toBe(Reflect.get(core, name))
  })

  it('has the middleware, the drop-in and getCsp', () => {
    expect(adapter).toMatchObject({
      contentSecurityPolicy: expect.any(Function),
      cspMiddleware: expect.any(Function),
      getCsp: nodeAdapter.getCsp,
    })
  })

  it('has nothing else', () => {
    expect(Object.keys(adapter).toSorted()).toEqual(
      [...FUNCTIONS, ...KEYWORDS, 'contentSecurityPolicy', 'cspMiddleware', 'getCsp'].toSorted(),
    )
  })
})
