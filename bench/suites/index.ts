/** Every suite, in the order of the report. */

import { auditSuite } from './engine-audit.ts'
import { decisionsSuite, hostsSuite } from './engine-decisions.ts'
import { growthSuite } from './engine-growth.ts'
import { listsSuite } from './engine-lists.ts'
import { featuresSuite } from './features.ts'
import { memorySuite } from './memory.ts'
import { nonceExpressSuite, nonceSuite } from './nonce.ts'
import { policySuites } from './policies.ts'
import { staticSuite } from './static.ts'
import type { Suite } from './suite.ts'
import { wholeSuite } from './whole.ts'

export const suites: readonly Suite[] = [
  nonceSuite,
  nonceExpressSuite,
  staticSuite,
  featuresSuite,
  memorySuite,
  ...policySuites,
  wholeSuite,
  decisionsSuite,
  hostsSuite,
  growthSuite,
  listsSuite,
  auditSuite,
]
