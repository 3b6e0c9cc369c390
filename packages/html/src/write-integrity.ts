/** The files of a folder that a page loads, each with its hash. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { HashAlgorithm } from '@cusp/core'
import { checkChoice, checkOptions, HASH_ALGORITHMS, refusal, show } from '@cusp/core/internal'
import type { Element } from './elements.ts'
import { elementsOf, isHTML, isSVG, valueOf } from './elements.ts'
import { isScript, relOf, scriptURL } from './script-type.ts'
import type { Edit } from './splice.ts'
import { splice } from './splice.ts'

/** Where the files of a site are. */
export interface IntegrityOptions {
  /** The folder that is served as the root of the site. */
  readonly folder: string
  /** The path that the page is served at, which relative URLs start from; `/` unless told. */
  readonly url?: string | undefined
  /** The path, or the URL, that the folder itself is served at; `/` unless told. */
  readonly base?: string | undefined
  /** A file that is not in the folder: `refuse` throws, `leave` leaves the element as it is. */
  readonly missing?: 'leave' | 'refuse' | undefined
  /** `sha384` unless told. */
  readonly algorithm?: HashAlgorithm | undefined
}

const ACTION = 'write integrity attributes'
/** The origin of a page whose origin does not matter. */
const SITE = 'http://site.invalid'

/**
 * Gives each script, style sheet and preloaded module that a page loads from its own site an
 * integrity attribute with the hash of the file. {@link hashHtml} of the result then has those of
 * the scripts, and the policy needs no host for them. What is of other sites, and what has such an
 * attribute, stays as it is.
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
 * @throws CspError `ERR_CSP_INPUT` for a file that cannot be read, and for options that are missing
 *   or not known
 */
export function writeIntegrity(html: string, options: IntegrityOptions): string {
  checkIntegrityOptions(options)
  const { url = '/', base = '/', algorithm = 'sha384' } = options
  const elements = [...elementsOf(html)].filter(({ isInFrame }) => !isInFrame)
  const page = baseOf(
    elements.map(({ element }) => element),
    new URL(url, SITE),
  )
  const root = new URL(base, SITE)
  const edits = elements.flatMap(({ element }): readonly Edit[] => {
    const pathname = fileOf(element, page, root)
    const tag = element.sourceCodeLocation?.startTag
    const bytes = pathname === undefined ? undefined : readSiteFile(pathname, options)
    if (bytes === undefined || tag === undefined) return []
    const hash = createHash(algorithm).update(bytes).digest('base64')
    const start = tag.startOffset + 1 + element.tagName.length
    return [{ start, end: start, text: ` integrity="${algorithm}-${hash}"` }]
  })
  return splice(html, edits)
}

function checkIntegrityOptions(options: IntegrityOptions): void {
  const known = ['folder', 'url', 'base', 'missing', 'algorithm']
  checkOptions(options, { action: ACTION, known })
  const { folder, url = '/', base = '/', missing = 'refuse', algorithm = 'sha384' } = options
  checkPlace(folder, url)
  checkPlace(folder, base)
  checkChoice(missing, { action: ACTION, known: ['refuse', 'leave'] })
  checkChoice(algorithm, { action: ACTION, known: HASH_ALGORITHMS })
}

function checkPlace(folder: unknown, url: string): void {
  const isFolder = typeof folder === 'string' && folder !== ''
  if (isFolder && URL.canParse(url, SITE)) return
  throw refusal('ERR_CSP_INPUT', {
    action: ACTION,
    problem: isFolder ? `${show(url)} is not a URL` : `${show(folder)} is not a folder`,
    fix: isFolder ? 'a path of the site' : 'the root of the site',
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

/** The path of the file in the folder; undefined for what is not to be given a hash. */
function fileOf(element: Element, page: URL, root: URL): string | undefined {
  const source = sourceOf(element) ?? ''
  if (source === '' || valueOf(element, 'integrity') !== undefined) return undefined
  const url = URL.canParse(source, page.href) ? new URL(source, page) : undefined
  const folder = root.pathname.endsWith('/') ? root.pathname : `${root.pathname}/`
  if (url?.origin !== root.origin || !url.pathname.startsWith(folder)) return undefined
  return url.pathname.slice(folder.length - 1)
}

/** The URL of what browsers check the integrity of. */
function sourceOf(element: Element): string | undefined {
  if (isSVG(element)) return undefined
  if (isScript(element)) return scriptURL(element)
  const rel = relOf(element)
  const isLoaded = rel.includes('stylesheet') || rel.includes('modulepreload')
  return isLoaded ? valueOf(element, 'href') : undefined
}

function readSiteFile(
  pathname: string,
  { folder, missing }: IntegrityOptions,
): Uint8Array | undefined {
  const root = path.resolve(folder)
  try {
    const file = path.join(root, decodeURIComponent(pathname))
    if (!file.startsWith(path.join(root, path.sep))) throw new Error('outside of the folder')
    return readFileSync(file)
  } catch {
    if (missing === 'leave') return undefined
    throw refusal('ERR_CSP_INPUT', {
      action: ACTION,
      problem: `${show(pathname)} is not a file of ${show(folder)} that can be read`,
      fix: 'the folder that is served as the root of the site',
      value: pathname,
    })
  }
}
