/** The types of both copies are one: what the other one made is taken without a cast. */

import type { Delivery, Policy } from '@cusp/core'
import { csp, deliver, NONCE } from '@cusp/core'
import { explain } from '@cusp/engine'
import { cspMiddleware as expressMiddleware } from '@cusp/express'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import { cspMiddleware } from '@cusp/node'
import { decision, delivery, helmetPolicy, middleware, policy } from './made.cjs'

export const own: Policy = csp().merge(policy).scriptSrc(NONCE)
export const both: Delivery = deliver({ enforce: [own, policy], reportOnly: policy })
export const sentences: readonly string[] = explain(decision)
export const middlewares: readonly (typeof middleware)[] = [
  middleware,
  cspMiddleware({ enforce: policy, reportOnly: own }),
  cspMiddleware(delivery),
  cspMiddleware(helmetPolicy),
]
expressMiddleware(policy)
koaMiddleware(policy)
