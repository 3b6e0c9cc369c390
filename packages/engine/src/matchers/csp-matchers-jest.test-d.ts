/** The matchers have types in jest's global `expect`; tsconfig.jest.json compiles this. */

import type { Policy } from '@cusp/core'
import { cspMatchers } from './csp-matchers.ts'

const check = { type: 'eval' } as const

expect.extend(cspMatchers)
declare const inJest: jest.JestMatchers<Policy>
inJest.toAllow(check) satisfies void
inJest.not.toBlock(check, { self: 'https://shop.example' })
void (inJest.resolves.toAllow(check) satisfies Promise<void>)
// @ts-expect-error -- no such check
inJest.toBlock({ type: 'evil' })
