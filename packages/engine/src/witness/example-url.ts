/** URLs that a source expression matches: the raw material of witnesses. */

import type { SourceExpression } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'
import { serializeOrigin } from '../url/url.ts'

/** A label that nobody would name in a policy. */
export const PROBE = 'cusp-probe'

const SCHEMES_WITH_HOST: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss', 'ftp'])

/** What an expression leaves open. */
export interface Openings {
  /** The host where any will do. */
  readonly host: string
  readonly self: Origin | null
}

/** A URL that the expression matches, or undefined where it matches none. */
export function exampleURL(
  expression: SourceExpression,
  { host, self }: Openings,
): string | undefined {
  switch (expression.kind) {
    case 'star':
      return `https://${host}/`
    case 'self':
      return self === null ? undefined : `${serializeOrigin(self)}/`
    case 'scheme':
      return urlOfScheme(expression.scheme, host)
    case 'host': {
      const scheme = expression.scheme ?? self?.scheme
      if (scheme === undefined) return undefined
      const port = typeof expression.port === 'number' ? `:${expression.port}` : ''
      const path = expression.path === '' ? '/' : expression.path
      return `${scheme}://${concreteHost(expression.host, host)}${port}${path}`
    }
    default:
      return undefined
  }
}

/** A URL of a scheme; of one that needs no host, text. */
export function urlOfScheme(scheme: string, host: string): string {
  if (scheme === 'blob') return `blob:https://${host}/${PROBE}`
  return SCHEMES_WITH_HOST.has(scheme) ? `${scheme}://${host}/` : `${scheme}:${PROBE}`
}

/** A host that a host-part matches: a name under a wildcard, `host` where any will do. */
function concreteHost(pattern: string, host: string): string {
  if (pattern === '*') return host
  return pattern.startsWith('*.') ? `${PROBE}${pattern.slice(1)}` : pattern
}
