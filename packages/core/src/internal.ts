/**
 * What Cusp's own packages share with each other. It may change in any release: nobody else should
 * import it.
 */

export { compileDelivery } from './deliver.ts'
export { nearestDirective, SANDBOX_TOKENS } from './vocabulary/directives.ts'
export {
  INLINE_DIRECTIVES,
  KEYWORDS,
  NONCE_DIRECTIVES,
  NONCE_SHOWN,
  SCRIPT_DIRECTIVES,
  showSource,
} from './vocabulary/keywords.ts'
export { insertNonce } from './model/serialize.ts'
export { metaTemplate } from './policy/meta.ts'
export type { Policies, PolicyLists } from './policy/policies.ts'
export { listPolicies } from './policy/policies.ts'
export {
  directivesOf,
  hasKeyword,
  isHash,
  isKeyword,
  isNonce,
  isNone,
  isNonceOrHash,
} from './sources/source-expression.ts'
export type { HashAlgorithm } from './sources/hash.ts'
export { HASH_ALGORITHMS } from './sources/hash.ts'
export { spellingsOfJavaScriptURL, spellJavaScriptURL } from './sources/javascript-url.ts'
export type { HostParts, SourceParts } from './sources/source-parts.ts'
export { readSourceExpression } from './sources/source-parts.ts'
export type { CspErrorCode, Refusal } from './vocabulary/errors.ts'
export { refusal } from './vocabulary/errors.ts'
export type { OptionNames } from './vocabulary/options.ts'
export { checkChoice, checkNoArguments, checkOptions } from './vocabulary/options.ts'
export { suggest } from './vocabulary/suggest.ts'
export {
  asciiLowerCase,
  joinWords,
  show,
  splitOnAsciiWhitespace,
  trimAsciiWhitespace,
} from './text.ts'
export { hasSources } from './sources/values.ts'
