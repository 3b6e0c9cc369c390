/**
 * Sandboxing: what a document may not do, the union over its enforced policies.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#sandboxing
 */

import { asciiLowerCase } from '@cusp/core/internal'
import { compilePolicies } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { PolicyInput } from '../policy/policy-input.ts'

/** HTML's sandboxing flags, each the name of what is forbidden while it is set. */
export type SandboxFlag =
  | 'automatic-features'
  | 'auxiliary-navigation'
  | 'custom-protocols-navigation'
  | 'document-domain'
  | 'downloads'
  | 'forms'
  | 'modals'
  | 'navigation'
  | 'orientation-lock'
  | 'origin'
  | 'pointer-lock'
  | 'popups-escape-sandbox'
  | 'presentation'
  | 'scripts'
  | 'storage-access-by-user-activation'
  | 'top-level-navigation'
  | 'top-level-navigation-by-user-activation'

/** How a document is sandboxed. */
export interface Sandboxing {
  /** Whether any enforced policy sandboxes it. */
  readonly sandboxed: boolean
  /** What is forbidden. */
  readonly flags: readonly SandboxFlag[]
  /** The allow tokens in force: written in a policy, and lifted by all of them. */
  readonly allow: readonly string[]
  /**
   * Whether a worker that is delivered with these policies is refused: it would need its scripts
   * and its origin.
   */
  readonly blocksWorkers: boolean
}

/**
 * Each flag with the tokens that lift it. @see
 * https://html.spec.whatwg.org/multipage/browsers.html#parse-a-sandboxing-directive
 */
const LIFTED_BY: ReadonlyMap<SandboxFlag, readonly string[]> = new Map<
  SandboxFlag,
  readonly string[]
>([
  ['navigation', []],
  ['document-domain', []],
  ['auxiliary-navigation', ['allow-popups']],
  ['top-level-navigation', ['allow-top-navigation']],
  [
    'top-level-navigation-by-user-activation',
    ['allow-top-navigation-by-user-activation', 'allow-top-navigation'],
  ],
  ['origin', ['allow-same-origin']],
  ['forms', ['allow-forms']],
  ['pointer-lock', ['allow-pointer-lock']],
  ['scripts', ['allow-scripts']],
  ['automatic-features', ['allow-scripts']],
  ['popups-escape-sandbox', ['allow-popups-to-escape-sandbox']],
  ['modals', ['allow-modals']],
  ['orientation-lock', ['allow-orientation-lock']],
  ['presentation', ['allow-presentation']],
  ['downloads', ['allow-downloads']],
  [
    'custom-protocols-navigation',
    ['allow-top-navigation-to-custom-protocols', 'allow-popups', 'allow-top-navigation'],
  ],
  ['storage-access-by-user-activation', ['allow-storage-access-by-user-activation']],
])

/**
 * How the enforced policies of a response sandbox its document. Report-only policies and meta
 * elements do not.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-sandbox
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy
 * @example
 * ```ts
 * import { sandboxFlags } from '@cusp/engine'
 *
 * sandboxFlags({ value: 'sandbox allow-scripts' }).allow // => allow-scripts
 * ```
 */
export function sandboxFlags(
  policies: PolicyInput,
  options: { readonly dialect?: DialectName | Dialect | undefined } = {},
): Sandboxing {
  const lists = compilePolicies(policies, getDialect(options.dialect)).list.flatMap(
    ({ disposition, directives }) => {
      const directive = disposition === 'enforce' ? directives.get('sandbox') : undefined
      return directive === undefined
        ? []
        : [new Set(directive.values.map((value) => asciiLowerCase(String(value))))]
    },
  )
  const flags = [...LIFTED_BY.keys()].filter((flag) =>
    lists.some((tokens) => !isLifted(flag, tokens)),
  )
  const written = new Set(lists.flatMap((tokens) => [...tokens]))
  const allow = [...written].filter((token) => isInForce(token, flags))
  const blocksWorkers = flags.includes('scripts') || flags.includes('origin')
  return { sandboxed: lists.length > 0, flags, allow, blocksWorkers }
}

function isLifted(flag: SandboxFlag, tokens: ReadonlySet<string>): boolean {
  return (LIFTED_BY.get(flag) ?? []).some((token) => tokens.has(token))
}

/** A token is in force when it is known and every flag that it lifts is lifted by all policies. */
function isInForce(token: string, flags: readonly SandboxFlag[]): boolean {
  const lifts = [...LIFTED_BY].filter(([, tokens]) => tokens.includes(token))
  return lifts.length > 0 && lifts.every(([flag]) => !flags.includes(flag))
}
