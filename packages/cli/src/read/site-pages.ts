/** The pages of a static site: the HTML files of a folder. */

import { opendir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { UsageError } from '../host.ts'

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
 * memory of one page and the names of its folders.
 *
 * @throws UsageError for a folder that cannot be read, and for XHTML
 */
export async function* readPages(folder: string, cwd: string): AsyncGenerator<SitePage> {
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
    throw new UsageError(
      `Cannot read ${JSON.stringify(folder)}: it is not a folder that can be read. Give the folder of a static site.`,
    )
  }
  return { files: files.toSorted(), folders: folders.toSorted() }
}

function refuseXHTML(place: string): UsageError {
  return new UsageError(
    `Cannot read ${JSON.stringify(place)}: browsers parse it as XML, which has other rules for what is inline. Serve it as HTML, with the ending .html.`,
  )
}
