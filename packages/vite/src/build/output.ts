/** Where a build is, and where it is served. */

import type { SitePage } from '@cusp/html/site'

/** Where the build is. */
export interface Output {
  /** The root of the project. */
  readonly root: string
  /** The folder of the build. */
  readonly folder: string
  /** The path, or the URL, that the folder is served at; `./` or empty where that is not known. */
  readonly base: string
  /** The folder whose files are copied into the build; empty where there is none. */
  readonly publicFolder: string
}

/** A relative base is where the page is, and the folder is then the root. */
export function baseOf({ base }: Output): string {
  return base === '' || base.startsWith('.') ? '/' : base
}

/** The path that a page is served at. */
export function pathOf({ path }: SitePage, output: Output): string {
  const base = baseOf(output)
  // Pages are not served from the host of the files.
  return base.startsWith('/') ? base + path.slice(1) : path
}
