/** The hashes of a page, as a policy to merge. */

import { createHash } from 'node:crypto'
import type { HashAlgorithm, Policy } from '@cusp/core'
import { csp, UNSAFE_HASHES } from '@cusp/core'
import { checkChoice, checkOptions, HASH_ALGORITHMS } from '@cusp/core/internal'
import type { DecodeOptions } from './decode.ts'
import type { InlineCode, InlineKind } from './read-inline.ts'
import { readInline } from './read-inline.ts'

/** What is hashed, and how. */
export interface HashOptions extends DecodeOptions {
  /** `sha256` unless told. */
  readonly algorithm?: HashAlgorithm | undefined
  /**
   * Hashes event handlers, style attributes and `javascript:` URLs too, with `'unsafe-hashes'`
   * beside them: whoever can add markup can then use the same code on any element.
   */
  readonly unsafeHashes?: boolean | undefined
}

/** The directive that allows each kind. */
const DIRECTIVES: Readonly<Record<InlineKind, 'script-src' | 'style-src'>> = {
  script: 'script-src',
  'event-handler': 'script-src',
  'javascript-url': 'script-src',
  style: 'style-src',
  'style-attribute': 'style-src',
}

/**
 * The hashes of a page as additions to a policy: of its inline scripts and styles, and those of the
 * integrity attributes of scripts. Merge them into the policy of the page. A page without any gives
 * the empty policy, and to merge that changes nothing.
 *
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { hashHtml } from '@cusp/html'
 *
 * const page = '<!doctype html><title>Shop</title><script>start()</script>'
 * const policy = csp().defaultSrc(SELF).merge(hashHtml(page))
 * policy.get('script-src')?.[1] // => 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` for an unknown option, and as {@link readInline} does
 */
export function hashHtml(html: string | Uint8Array, options: HashOptions = {}): Policy {
  const known = ['algorithm', 'contentType', 'unsafeHashes']
  checkOptions(options, { action: 'hash the page', known })
  const { algorithm = 'sha256', contentType, unsafeHashes = false } = options
  checkChoice(algorithm, { action: 'hash the page', known: HASH_ALGORITHMS })
  const { inline, external } = readInline(html, { contentType })
  const allowed = inline.filter(({ kind }) => unsafeHashes || isElement(kind))
  const integrity = external
    .filter(({ kind }) => kind === 'external-script')
    .flatMap((file) => file.integrity.map((hash) => `'${hash}'`))
  const scripts = sourcesOf(allowed, { directive: 'script-src', algorithm })
  const styles = sourcesOf(allowed, { directive: 'style-src', algorithm })
  return withSources({ scripts: [...new Set([...scripts, ...integrity])], styles })
}

/**
 * The hash source of code that {@link readInline} has found: `'sha256-…'`, quotes included. It does
 * not wait, as `hashSource` of the core does, and takes code that begins with a tag.
 *
 * @example
 * ```ts
 * import { hashInline, readInline } from '@cusp/html'
 *
 * const [code] = readInline('<script>start()</script>').inline
 * if (code === undefined) throw new Error('no code')
 * hashInline(code.source) // => 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='
 * ```
 */
export function hashInline(
  source: string,
  algorithm: HashAlgorithm = 'sha256',
): `'${HashAlgorithm}-${string}'` {
  return `'${algorithm}-${createHash(algorithm).update(source, 'utf8').digest('base64')}'`
}

/** Whether the code is an element's, so that its hash counts without 'unsafe-hashes'. */
function isElement(kind: InlineKind): boolean {
  return kind === 'script' || kind === 'style'
}

/** The sources for one directive, each once. */
function sourcesOf(
  inline: readonly InlineCode[],
  { directive, algorithm }: { readonly directive: string; readonly algorithm: HashAlgorithm },
): readonly string[] {
  const own = inline.filter(({ kind }) => DIRECTIVES[kind] === directive)
  const texts = own.flatMap(({ source, alternatives = [] }) => [source, ...alternatives])
  const hashes = texts.map((text) => hashInline(text, algorithm))
  const keyword = own.every(({ kind }) => isElement(kind)) ? [] : [UNSAFE_HASHES]
  return [...new Set([...keyword, ...hashes])]
}

function withSources(sources: {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}): Policy {
  const { scripts, styles } = sources
  const policy = scripts.length === 0 ? csp() : csp().set('script-src', scripts)
  return styles.length === 0 ? policy : policy.set('style-src', styles)
}
