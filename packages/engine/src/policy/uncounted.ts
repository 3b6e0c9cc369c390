/** Directives that are written and have no effect. */

import { DIRECTIVES } from '@cusp/core'
import type { CompiledPolicy } from './compiled-policies.ts'

/** Why a written directive does not count; undefined for one that counts or is not there. */
export function whyUncounted(
  { policy, directives, source }: CompiledPolicy,
  name: string,
): string | undefined {
  if (directives.has(name) || !policy.directives.some((written) => written.name === name)) {
    return undefined
  }
  const needsHeader = source === 'meta' && DIRECTIVES.get(name)?.worksInMeta === false
  return needsHeader
    ? 'it stands in a meta tag and needs a header'
    : 'browsers drop it: it holds a control character'
}
