export type { CspContext, CspInput, CspOptions, CspWarning } from '@cusp/node'
export { cspMiddleware } from './middleware.ts'
