/** What a CommonJS module makes, for an ES module to take. */

import { csp, deliver, NONCE, SELF } from '@cusp/core'
import { fromHelmet } from '@cusp/core/helmet'
import { decide } from '@cusp/engine'
import { cspMiddleware } from '@cusp/node'

export const policy = csp().defaultSrc(SELF).scriptSrc(NONCE)
export const delivery = deliver(policy)
export const helmetPolicy = fromHelmet({})
export const decision = decide(policy, { type: 'eval' })
export const middleware = cspMiddleware(policy)
