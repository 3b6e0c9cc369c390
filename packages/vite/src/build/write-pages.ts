/** The policies of the pages that were built, from the files as they were written. */

import type { Policy } from '@cusp/core'
import { allowPage, writeIntegrity, writeMeta } from '@cusp/html'
import type { SitePage } from '@cusp/html/site'
import { readPages, readText, replacePage, SITE_MAPS } from '@cusp/html/site'
import type { Settings } from '../options.ts'
import type { Output } from './output.ts'
import { baseOf, pathOf } from './output.ts'
import { writeHeaders } from './write-headers.ts'

/** What was written. */
export interface Written {
  /** How many pages there are. */
  readonly pages: number
  /** The file with the headers; null where the policy is in the pages. */
  readonly file: string | null
}

/**
 * Gives each page of a build its integrity attributes and its policy.
 *
 * @throws CspError `ERR_CSP_INPUT` for a page that is not UTF-8, and for a file of headers that is
 *   there already
 */
export async function writePages(output: Output, settings: Settings): Promise<Written> {
  const { deliver } = settings
  const map = deliver === 'meta' || deliver === 'nonce' ? undefined : SITE_MAPS[deliver]
  const entries: string[] = []
  let pages = 0
  for await (const page of readPages(output.folder)) {
    const html = withIntegrity(page, output, settings)
    const policy = policyOf(html, settings)
    await replacePage(page, deliver === 'meta' ? writeMeta(html, policy).html : html)
    if (map !== undefined) entries.push(map.page(pathOf(page, output), { policy, index: pages }))
    pages += 1
  }
  if (map === undefined || pages === 0) return { pages, file: null }
  const text = [map.head, ...entries, map.foot].join('')
  return { pages, file: await writeHeaders(text, output, settings) }
}

function withIntegrity(page: SitePage, output: Output, { integrity }: Settings): string {
  const html = readText(page)
  if (!integrity) return html
  // A script that is not in the build is made by the server.
  return writeIntegrity(html, {
    folder: output.folder,
    url: pathOf(page, output),
    base: baseOf(output),
    missing: 'leave',
  })
}

function policyOf(html: string, { policy, deliver, algorithm, unsafeHashes }: Settings): Policy {
  return deliver === 'nonce' ? policy : allowPage(policy, html, { algorithm, unsafeHashes })
}
