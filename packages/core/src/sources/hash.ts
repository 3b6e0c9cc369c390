/**
 * Hash sources for inline code.
 *
 * @see https://w3c.github.io/webappsec-csp/#grammardef-hash-source
 */

import { refusal } from '../vocabulary/errors.ts'
import { joinWords, show } from '../text.ts'

/** The hash algorithms of the CSP grammar. */
export const HASH_ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const

/** A hash algorithm of the CSP grammar. */
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number]

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
])
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * Resolves to the hash source of inline code: `'sha256-…'`, quotes included. `content` is the exact
 * text between the tags, with its white space; for an event handler it is the attribute's value.
 *
 * @example
 * ```ts
 * import { csp, hashSource } from '@cusp/core'
 *
 * const policy = csp().scriptSrc(await hashSource('start()'))
 * policy // => script-src 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='
 * ```
 *
 * @throws CspError `ERR_CSP_HASH` for an algorithm that CSP does not know, `ERR_CSP_INPUT` for what
 *   is not text
 */
export async function hashSource(
  content: string,
  algorithm: HashAlgorithm = 'sha256',
): Promise<`'${HashAlgorithm}-${string}'`> {
  if (typeof content !== 'string') {
    throw refusal('ERR_CSP_INPUT', {
      action: `hash ${show(content)}`,
      problem: 'it is not text',
      fix: 'the code between the tags',
      value: content,
    })
  }
  const digest = DIGESTS.get(algorithm)
  if (digest === undefined) {
    throw refusal('ERR_CSP_HASH', {
      action: 'hash the content',
      problem: `${show(algorithm)} is not a hash algorithm of CSP`,
      fix: joinWords(HASH_ALGORITHMS.map(show), 'or'),
      value: algorithm,
    })
  }
  const bytes = await crypto.subtle.digest(digest, new TextEncoder().encode(content))
  return `'${algorithm}-${toBase64(new Uint8Array(bytes))}'`
}

/** Written here because not every runtime has btoa. */
function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.subarray(index, index + 3)
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0)
    text += letter(bits, 18) + letter(bits, 12)
    text +=
      (second === undefined ? '=' : letter(bits, 6)) + (third === undefined ? '=' : letter(bits, 0))
  }
  return text
}

function letter(bits: number, shift: number): string {
  return ALPHABET[(bits >> shift) & 63] as string
}
