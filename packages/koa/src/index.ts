export type { CspContext, CspInput, CspOptions, CspWarning } from '@cusp/node'
export { contentSecurityPolicy, cspMiddleware } from './middleware.ts'
