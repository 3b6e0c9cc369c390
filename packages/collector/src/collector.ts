/** A collector: it takes in what browsers report, and keeps it. */

import type { CollectorOptions } from './collector-options.ts'
import { readSettings } from './collector-options.ts'
import type { FastifyHandler } from './http/fastify.ts'
import { createFastifyHandler } from './http/fastify.ts'
import type { KoaMiddleware } from './http/koa.ts'
import { createKoaMiddleware } from './http/koa.ts'
import type { NodeHandler } from './http/node.ts'
import { createNodeHandler } from './http/node.ts'
import { createDigests } from './intake/digests.ts'
import { createIntake } from './intake/intake.ts'
import { createKeeper } from './intake/keeper.ts'
import { createKnownGroups } from './intake/known-groups.ts'
import { createLoad } from './intake/load.ts'
import { createCounter } from './status/counts.ts'
import type { StatusHandler } from './status/handler.ts'
import { createStatusHandler } from './status/handler.ts'
import { createMetrics } from './status/metrics.ts'

/** Takes reports in. */
export interface Collector {
  /** For node:http, node:http2, Connect and Express: `app.use('/csp-reports', reports.handler)`. */
  readonly handler: NodeHandler
  /** For Koa. */
  readonly koa: KoaMiddleware
  /** For Fastify: the handler of a route. */
  readonly fastify: FastifyHandler
  /**
   * Answers `/metrics`, `/health` and `/ready`. Anybody who reaches it may read it: give it a
   * listener of its own.
   */
  readonly status: StatusHandler
  /** The metrics, as Prometheus reads them. */
  metrics(): Promise<string>
  /** Resolves when a report could be kept now. @throws StoreUnavailable */
  check(): Promise<void>
  /** Refuses what comes from now on, waits for what has come, and closes the store. */
  close(): Promise<void>
}

/** Groups that are remembered: at most twice as many, of a hundred bytes each. */
const MOST_GROUPS = 50_000

/**
 * Makes a collector: it reads reports in every format that browsers use, and answers 204 once they
 * are stored.
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that it does not know, or whose value it cannot
 *   use
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { collector, openStore } from '@cusp/collector'
 *
 * const reports = collector({ store: openStore('memory:'), hosts: ['shop.example'] })
 * createServer(reports.handler).listen(3000)
 * await reports.metrics().then((text) => text.includes('cusp_violations_total')) // => true
 * ```
 */
export function collector(options: CollectorOptions): Collector {
  const { store, logger, limits, classify, redaction, ...settings } = readSettings(options)
  const counter = createCounter()
  const load = createLoad({ requests: limits.requests, bytes: limits.heldBytes })
  const groups = createKnownGroups({ perHour: limits.newGroups, most: MOST_GROUPS })
  const sizes = { requests: () => load.requests, groups: () => groups.size }
  const metrics = createMetrics(counter.counts, sizes)
  const deadline = limits.storeSeconds * 1000
  const keeper = createKeeper({ store, groups, mostKeys: MOST_GROUPS, deadline, logger })
  const maker = { classify, digest: createDigests(), groups, redaction }
  const { observeStore } = metrics
  const parts = { ...settings, keeper, maker, limits, load, counter, observeStore, logger }
  const intake = createIntake(parts)

  return Object.freeze({
    handler: createNodeHandler(intake),
    koa: createKoaMiddleware(intake),
    fastify: createFastifyHandler(intake),
    status: createStatusHandler({ metrics, check: keeper.check }),
    metrics: metrics.text,
    check: keeper.check,
    async close() {
      await intake.drain()
      await keeper.close()
    },
  })
}
