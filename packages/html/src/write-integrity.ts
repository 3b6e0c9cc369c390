/** The scripts of a folder, allowed by their hashes. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { HashAlgorithm } from '@cusp/core'
import { checkChoice, checkOptions, HASH_ALGORITHMS, refusal, show } from '@cusp/core/internal'
import type { Element } from './elements.ts'
import { elementsOf, isHTML, isSVG, valueOf } from './elements.ts'
import { isScript, scriptURL } from './script-type.ts'
import type { Edit } from './splice.ts'
import { splice } from './splice.ts'

/** Where the files of a site are. */
export interface IntegrityOptions {
  /** The folder that is served as the root of the site. */
  readonly folder: string
  /** The path that the page is served at, which relative URLs start from; `/` unless told. */
  readonly url?: string | undefined
  /** `sha384` unless told. */
  readonly algorithm?: HashAlgorithm | undefined
}

/** The origin of a page whose origin does not matter. */
const SITE = 'http://site.invalid'

/**
 * Gives each script that a page loads from its own site an integrity attribute with the hash of the
 * file. {@link hashHtml} of the result then has these hashes, and the policy needs no host for
 * them. Scripts of other sites, and those with such an attribute, stay as they are.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { hashHtml, writeIntegrity } from '@cusp/html'
 *
 * writeFileSync('./app.js', 'start()')
 * const html = '<script src="/app.js"></script>'
 * const page = writeIntegrity(html, { folder: '.', algorithm: 'sha256' })
 * hashHtml(page) // => script-src 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` for a script whose file cannot be read, and for options that are
 *   missing or not known
 */
export function writeIntegrity(html: string, options: IntegrityOptions): string {
  const known = ['folder', 'url', 'algorithm']
  checkOptions(options, { action: 'write integrity attributes', known })
  const { folder, url = '/', algorithm = 'sha384' } = options
  checkPlace(folder, url)
  checkChoice(algorithm, { action: 'write integrity attributes', known: HASH_ALGORITHMS })
  const elements = [...elementsOf(html)].filter(({ isInFrame }) => !isInFrame)
  const base = baseOf(
    elements.map(({ element }) => element),
    new URL(url, SITE),
  )
  const edits = elements.flatMap(({ element }): readonly Edit[] => {
    const file = fileOf(element, base)
    const tag = element.sourceCodeLocation?.startTag
    if (file === undefined || tag === undefined) return []
    const hash = createHash(algorithm).update(readScript(file, folder)).digest('base64')
    const start = tag.startOffset + 1 + element.tagName.length
    return [{ start, end: start, text: ` integrity="${algorithm}-${hash}"` }]
  })
  return splice(html, edits)
}

function checkPlace(folder: unknown, url: string): void {
  const isFolder = typeof folder === 'string' && folder !== ''
  if (isFolder && URL.canParse(url, SITE)) return
  throw refusal('ERR_CSP_INPUT', {
    action: 'write integrity attributes',
    problem: isFolder ? `${show(url)} is not a URL` : `${show(folder)} is not a folder`,
    fix: isFolder ? 'the path that the page is served at' : 'the root of the site',
    value: isFolder ? url : folder,
  })
}

/** The URL that relative ones start from: the first base element may say another. */
function baseOf(elements: readonly Element[], page: URL): URL {
  const base = elements.find((element) => {
    return element.tagName === 'base' && isHTML(element) && valueOf(element, 'href') !== undefined
  })
  const href = base === undefined ? undefined : valueOf(base, 'href')
  return href !== undefined && URL.canParse(href, page.href) ? new URL(href, page) : page
}

/** The path of the script's file in the site; undefined for what is not to be given a hash. */
function fileOf(element: Element, base: URL): string | undefined {
  if (!isScript(element) || isSVG(element)) return undefined
  const source = scriptURL(element) ?? ''
  if (source === '' || valueOf(element, 'integrity') !== undefined) return undefined
  const url = URL.canParse(source, base.href) ? new URL(source, base) : undefined
  return url?.origin === SITE ? url.pathname : undefined
}

function readScript(pathname: string, folder: string): Uint8Array {
  const root = path.resolve(folder)
  try {
    const file = path.join(root, decodeURIComponent(pathname))
    if (!file.startsWith(path.join(root, path.sep))) throw new Error('outside of the folder')
    return readFileSync(file)
  } catch {
    throw refusal('ERR_CSP_INPUT', {
      action: 'write integrity attributes',
      problem: `${show(pathname)} is not a file of ${show(folder)} that can be read`,
      fix: 'the folder that is served as the root of the site',
      value: pathname,
    })
  }
}
