/** Collects violation reports: takes them in over HTTP, keeps and counts them. */

export type { Batch, KeptReport } from './store/batch.ts'
export { OVERFLOW } from './store/batch.ts'
export type { Kept, Store } from './store/store.ts'
export { StoreUnavailable } from './store/store.ts'
export type { Group, Summary, SummaryQuery } from './store/summary.ts'
export type { Keep } from './store/retention.ts'
export type { OpenOptions } from './open-store.ts'
export { openStore } from './open-store.ts'
