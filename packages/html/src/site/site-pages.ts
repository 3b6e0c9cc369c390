/** The pages of a static site: the HTML files of a folder. */

import { opendir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CspError } from '@cusp/core'
import { refusal, show } from '@cusp/core/internal'

/** One page. */
export interface SitePage {
  /** Its file. */
  readonly file: string
  /** The path of the file in the site, such as `/blog/index.html`; not percent-encoded. */
  readonly path: string
  readonly bytes: Uint8Array
}

/**
 * Reads the pages one after the other, by their paths, so that a folder of any size takes the
 * memory of one page and the names of its folders. Hidden files and folders, and node_modules, are
 * left out.
 *
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs'
 * import { readPages } from '@cusp/html/site'
 *
 * mkdirSync('./dist/blog', { recursive: true })
 * writeFileSync('./dist/blog/index.html', '<!doctype html>')
 * const paths: string[] = []
 * for await (const page of readPages('./dist')) paths.push(page.path)
 * paths // => /blog/index.html
 * ```
 *
 * @param cwd the folder that a relative path starts from
 * @throws CspError `ERR_CSP_INPUT` for a folder that cannot be read, and for XHTML
 */
export async function* readPages(
  folder: string,
  cwd: string = process.cwd(),
): AsyncGenerator<SitePage> {
  const open = [path.resolve(cwd, folder)]
  const root = open[0] ?? ''
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    // oxlint-disable-next-line no-await-in-loop -- one folder and one page at a time
    const { files, folders } = await list(at, folder)
    open.push(...folders.toReversed())
    for (const file of files) {
      const place = `/${path.relative(root, file).split(path.sep).join('/')}`
      if (/\.xht(?:ml)?$/i.test(file)) throw refuseXHTML(place)
      // oxlint-disable-next-line no-await-in-loop
      yield { file, path: place, bytes: await readFile(file) }
    }
  }
}

/** The pages in a folder and its subfolders, by name; hidden ones and node_modules are left out. */
async function list(
  at: string,
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const files: string[] = []
  const folders: string[] = []
  try {
    for await (const entry of await opendir(at)) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (entry.isDirectory()) folders.push(path.join(at, entry.name))
      else if (/\.(?:html?|xht(?:ml)?)$/i.test(entry.name)) files.push(path.join(at, entry.name))
    }
  } catch {
    throw refusal('ERR_CSP_INPUT', {
      action: `read ${show(folder)}`,
      problem: 'it is not a folder that can be read',
      fix: 'the folder of a static site',
      value: folder,
    })
  }
  return { files: files.toSorted(), folders: folders.toSorted() }
}

function refuseXHTML(place: string): CspError {
  return refusal('ERR_CSP_INPUT', {
    action: `read ${show(place)}`,
    problem: 'browsers parse it as XML, which has other rules for what is inline',
    fix: 'HTML, with the ending .html,',
    value: place,
  })
}

/**
 * The text of a page that is to be written back.
 *
 * @throws CspError `ERR_CSP_INPUT` for a page that is not UTF-8
 */
export function readText({ path: place, bytes }: SitePage): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refusal('ERR_CSP_INPUT', {
      action: `write a meta tag into ${show(place)}`,
      problem: 'the file is not UTF-8',
      fix: 'UTF-8 for the file, or headers',
      value: place,
    })
  }
}

/**
 * Puts a text in the place of a page, and returns whether that changed its file. The file is whole
 * at every moment, also where the run is stopped.
 */
export async function replacePage({ file, bytes }: SitePage, html: string): Promise<boolean> {
  if (Buffer.from(html).equals(bytes)) return false
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.cusp`)
  await writeFile(temporary, html, { mode: (await stat(file)).mode })
  await rename(temporary, file)
  return true
}
