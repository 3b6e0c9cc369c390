/** The matchers have types in vitest and in `@jest/globals`. */

import type { Policy } from '@cusp/core'
import type { Matchers as JestMatchers } from 'expect'
import { expect as jestExpect } from 'expect'
import type { Assertion } from 'vitest'
import { expect } from 'vitest'
import { cspMatchers } from './csp-matchers.ts'

const check = { type: 'eval' } as const

expect.extend(cspMatchers)
declare const inVitest: Assertion<Policy>
inVitest.toAllow(check) satisfies void
inVitest.not.toBlock(check, { self: 'https://shop.example' })
void (inVitest.resolves.toAllow(check) satisfies Promise<void>)
// @ts-expect-error -- no check
inVitest.toAllow()
// @ts-expect-error -- no such check
inVitest.toBlock({ type: 'evil' })

jestExpect.extend(cspMatchers)
declare const inJest: JestMatchers<void>
inJest.toAllow(check) satisfies void
inJest.toBlock(check, { self: 'https://shop.example' })
declare const later: JestMatchers<Promise<void>>
void (later.toAllow(check) satisfies Promise<void>)
// @ts-expect-error -- no check
inJest.toAllow()
// @ts-expect-error -- no such check
inJest.toBlock({ type: 'evil' })
