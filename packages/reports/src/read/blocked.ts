/** What was blocked, out of the words that browsers use for it. */

import type { Blocked, BlockedKind } from '../model/violation.ts'
import { isNetworkURL, originOf, schemeOf } from '../url/url-text.ts'

const WORDS: ReadonlyMap<string, Blocked> = new Map(
  (
    [
      ['inline', 'inline'],
      ['eval', 'eval'],
      ['wasm-eval', 'wasm'],
      ['trusted-types-policy', 'trusted-types'],
      ['trusted-types-sink', 'trusted-types'],
    ] as const
  ).map(([word, kind]) => [word, Object.freeze({ kind, url: '' })]),
)
const INLINE = WORDS.get('inline') as Blocked
const EVAL = WORDS.get('eval') as Blocked
/** What old Firefox has as the sample where it says "self" for eval. */
const EVAL_SAMPLE = 'call to eval()'

/** What the rest of a report says about what was blocked. */
interface Surroundings {
  readonly directive: string
  readonly page: string
  readonly sample: string
}

/** Reads what was blocked. Where older browsers say nothing or "self", the directive tells. */
export function readBlocked(text: string, surroundings: Surroundings): Blocked {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  if (text === '' || text === 'self') return readUnsaid(text, surroundings)
  return Object.freeze({ kind: kindOf(text), url: text })
}

/** Browsers of CSP 2 and before have no word for inline code and eval. */
function readUnsaid(text: string, { directive, page, sample }: Surroundings): Blocked {
  if (sample.startsWith(EVAL_SAMPLE)) return EVAL
  if (isAboutCode(directive)) return INLINE
  if (text === 'self' && isNetworkURL(page))
    return Object.freeze({ kind: 'url', url: originOf(page) })
  return Object.freeze({ kind: 'unknown', url: text })
}

function isAboutCode(directive: string): boolean {
  return (
    directive.startsWith('script-src') ||
    directive.startsWith('style-src') ||
    directive === 'default-src'
  )
}

function kindOf(text: string): BlockedKind {
  if (isNetworkURL(text)) return 'url'
  if (schemeOf(text) !== '') return 'scheme'
  // A host without its scheme.
  return text.includes('.') && !/\s/.test(text) ? 'url' : 'unknown'
}
