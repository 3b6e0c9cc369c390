/** Policies to start from, and additions for services and for development. */

export { development } from './services/development.ts'
export { api, strict } from './ready.ts'
export type { ServiceEntry, ServiceName } from './services/entries.ts'
export { SERVICES } from './services/entries.ts'
export type { ServiceIssue } from './services/service-issues.ts'
export { serviceIssues } from './services/service-issues.ts'
export type { ServiceOptions, Services } from './services/services.ts'
export { services } from './services/services.ts'
