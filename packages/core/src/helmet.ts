/** Policies in helmet's shape: helmet's options in, helmet's header out. */

export type { HelmetDefaults } from './helmet/directives.ts'
export { getDefaultDirectives } from './helmet/directives.ts'
export type {
  HelmetArguments,
  HelmetDirectives,
  HelmetOptions,
  HelmetValue,
} from './helmet/options.ts'
export { dangerouslyDisableDefaultSrc } from './helmet/options.ts'
export type { HelmetPolicy } from './helmet/policy.ts'
export { fromHelmet, isHelmetPolicy, parseTemplate } from './helmet/policy.ts'
