/** The checks of the engine that a violation answers. */

import type { Check, InlineType } from '@cusp/engine'
import type { Violation } from '../model/violation.ts'
import { isWebURL } from '../url/url-text.ts'

const ELEMENT_OR_ATTRIBUTE: Readonly<Record<'script' | 'style', readonly InlineType[]>> = {
  script: ['script', 'script attribute', 'navigation'],
  style: ['style', 'style attribute'],
}
/**
 * What inline code may be, by the directive that is reported. Older browsers do not tell an element
 * from an attribute.
 */
const INLINE_TYPES: ReadonlyMap<string, readonly InlineType[]> = new Map<
  string,
  readonly InlineType[]
>([
  ['script-src', ELEMENT_OR_ATTRIBUTE.script],
  ['script-src-elem', ['script', 'navigation']],
  ['script-src-attr', ['script attribute']],
  ['style-src', ELEMENT_OR_ATTRIBUTE.style],
  ['style-src-elem', ['style']],
  ['style-src-attr', ['style attribute']],
  ['default-src', [...ELEMENT_OR_ATTRIBUTE.script, ...ELEMENT_OR_ATTRIBUTE.style]],
])
const DESTINATIONS: ReadonlyMap<string, string> = new Map([
  ['connect-src', ''],
  ['font-src', 'font'],
  ['frame-src', 'iframe'],
  ['fenced-frame-src', 'fencedframe'],
  ['img-src', 'image'],
  ['manifest-src', 'manifest'],
  ['media-src', 'video'],
  ['object-src', 'object'],
  ['script-src', 'script'],
  ['script-src-elem', 'script'],
  ['style-src', 'style'],
  ['style-src-elem', 'style'],
  ['worker-src', 'worker'],
])
/**
 * What the browser has asked the policy, as checks of the engine: more than one where the report
 * does not tell them apart, none where it does not say enough.
 *
 * @example
 * ```ts
 * import { decide, explain } from '@cusp/engine'
 * import { checksOf, readReports } from '@cusp/reports'
 *
 * const [violation] = readReports({
 *   'csp-report': {
 *     'document-uri': 'https://shop.example/',
 *     'blocked-uri': 'https://cdn.example/a.js',
 *     'effective-directive': 'script-src-elem',
 *     'original-policy': "script-src 'self'",
 *   },
 * }).violations
 * if (violation === undefined) throw new Error('no violation')
 * const [check] = checksOf(violation)
 * if (check === undefined) throw new Error('no check')
 * const decision = decide({ value: violation.policy }, check, { self: 'https://shop.example' })
 * explain(decision)[0] // => Blocked: the script https://cdn.example/a.js.
 * ```
 */
export function checksOf({ blocked, directive }: Violation): readonly Check[] {
  switch (blocked.kind) {
    case 'inline':
      return (INLINE_TYPES.get(directive) ?? []).map((inline) => ({ type: 'inline', inline }))
    case 'eval':
      // script-src was asked, so that no plain string was refused before.
      return [{ type: 'eval', trusted: true }]
    case 'wasm':
      return [{ type: 'wasm' }]
    case 'url':
      return checksForURL(blocked.url, directive)
    default:
      return []
  }
}

function checksForURL(url: string, directive: string): readonly Check[] {
  if (!isWebURL(url) || !URL.canParse(url)) return []
  if (directive === 'form-action') return [{ type: 'form-action', url }]
  const destination = DESTINATIONS.get(directive)
  return destination === undefined ? [] : [{ type: 'request', url, destination }]
}
