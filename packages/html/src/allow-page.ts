/** The policy of one page: what all pages have in common, and the hashes of this one. */

import type { Directive, ListDirective, Policy } from '@cusp/core'
import { STRICT_DYNAMIC, UNSAFE_INLINE } from '@cusp/core'
import { hasKeyword, isNonceOrHash } from '@cusp/core/internal'
import type { HashOptions } from './hash-html.ts'
import { hashHtml } from './hash-html.ts'

/**
 * Allows what is inline in a page, by {@link hashHtml}, wherever the policy does not allow it:
 * where `'unsafe-inline'` is in force a hash would make it void, and is left out.
 *
 * @example
 * ```ts
 * import { csp, SELF, UNSAFE_INLINE } from '@cusp/core'
 * import { allowPage } from '@cusp/html'
 *
 * const policy = csp().defaultSrc(SELF).styleSrc(SELF, UNSAFE_INLINE)
 * const own = allowPage(policy, '<style>h1 { color: red }</style><script>start()</script>')
 * own.get('style-src') // => 'self','unsafe-inline'
 * own.get('script-src')?.[1] // => 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='
 * ```
 *
 * @throws CspError as {@link hashHtml} does
 */
export function allowPage(
  policy: Policy,
  html: string | Uint8Array,
  options: HashOptions = {},
): Policy {
  const elements = hashHtml(html, { ...options, unsafeHashes: false })
  return hashHtml(html, options).directives.reduce((own, { name, values }) => {
    const inElements = elements.get(name) ?? []
    const inAttributes = values.filter((value) => !inElements.includes(value))
    const [forElements, forAttributes] = [decides(own, name, 'elem'), decides(own, name, 'attr')]
    if (forElements === forAttributes) return allow(own, forElements, { name, values })
    const wider = allow(own, forElements, { name, values: inElements })
    return allow(wider, forAttributes, { name, values: inAttributes })
  }, policy)
}

/** The special directive where there is one, else the general one, which has the hashes. */
function decides(policy: Policy, name: string, kind: 'attr' | 'elem'): ListDirective {
  const special = `${name}-${kind}` as ListDirective
  return policy.get(special) === undefined ? (name as ListDirective) : special
}

function allow(policy: Policy, target: ListDirective, { name, values }: Directive): Policy {
  if (values.length === 0 || allowsInline(policy, target, name)) return policy
  return policy.allow(target, ...values)
}

/** Whether 'unsafe-inline' is in force: a nonce, a hash or 'strict-dynamic' takes it away. */
function allowsInline(policy: Policy, target: string, general: string): boolean {
  const list = policy.get(target) ?? policy.get(general) ?? policy.get('default-src') ?? []
  if (!hasKeyword(list, UNSAFE_INLINE)) return false
  return !list.some(isNonceOrHash) && !hasKeyword(list, STRICT_DYNAMIC)
}
