/**
 * The counts as Prometheus reads them. The labels are words of closed sets: nothing that a client
 * writes.
 */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Counts, Tally } from './counts.ts'

/** Sizes that are read when somebody asks. */
export interface Gauges {
  /** Requests that are being answered. */
  readonly requests: () => number
  /** Groups that are remembered. */
  readonly groups: () => number
}

/** Metrics of one collector, in a registry of their own. */
export interface Metrics {
  readonly contentType: string
  readonly text: () => Promise<string>
  /** How long the store took for the reports of one request, in seconds. */
  readonly observeStore: (seconds: number) => void
}

const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** Shows these counts. */
export function createMetrics(counts: Counts, gauges: Gauges): Metrics {
  const registry = new Registry()
  const registers = [registry]

  function tally(
    name: string,
    help: string,
    [label, read]: [string, () => Tally<number | string>],
  ) {
    const counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        counter.reset()
        for (const [word, count] of read()) counter.inc({ [label]: String(word) }, count)
      },
    })
  }

  function total(name: string, help: string, read: () => number) {
    const counter = new Counter({
      name,
      help,
      registers,
      collect() {
        counter.reset()
        counter.inc(read())
      },
    })
  }

  function gauge(name: string, help: string, read: () => number) {
    const own: Gauge = new Gauge({ name, help, registers, collect: () => own.set(read()) })
  }

  tally(
    'cusp_requests_total',
    'Requests, by the status of the answer; 0 where the client had gone',
    ['status', () => counts.answers],
  )
  tally('cusp_violations_total', 'Violations that are kept, by class', [
    'class',
    () => counts.violations,
  ])
  tally('cusp_other_reports_total', 'Reports of other types', ['type', () => counts.others])
  tally('cusp_rejected_total', 'Items that were no report, by reason', [
    'reason',
    () => counts.rejected,
  ])
  total(
    'cusp_overflow_total',
    'Kept violations without a group of their own',
    () => counts.overflow,
  )
  total('cusp_dropped_total', 'Violations that a full log passed over', () => counts.dropped)
  gauge('cusp_requests_pending', 'Requests that are being answered', gauges.requests)
  gauge('cusp_known_groups', 'Groups that are remembered', gauges.groups)
  const store = new Histogram({
    name: 'cusp_store_seconds',
    help: 'Time until the reports of a request were stored',
    buckets: BUCKETS,
    registers,
  })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observeStore: (seconds) => store.observe(seconds),
  }
}
