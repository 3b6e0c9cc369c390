// @ts-check
/**
 * A static page: rendered once, before anybody asks for it, so that no nonce can be new for each
 * response. Hashes allow its inline code, a meta tag carries what a meta tag can, and a header the
 * rest.
 */

import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { csp, deliver, hashSource, NONE, SELF } from '@cusp/core'
import { renderPage, SCRIPT, STYLE } from './page.js'

/**
 * The policy of the page: its own inline code is allowed by hash, and changing a letter of it
 * changes the policy.
 *
 * @returns {Promise<import('@cusp/core').Policy>} the whole policy, before it is parted
 */
export async function policyOfPage() {
  return csp()
    .defaultSrc(SELF)
    .scriptSrc(await hashSource(SCRIPT))
    .styleSrc(await hashSource(STYLE))
    .objectSrc(NONE)
    .baseUri(NONE)
    .formAction(NONE)
    .frameAncestors(NONE)
    .reportTo('csp', '/csp-reports')
}

/**
 * Renders the page and the headers that belong to it.
 *
 * @returns {Promise<{ readonly html: string, readonly headers: readonly
 *   import('@cusp/core').Header[] }>} what a server of static files needs
 */
export async function render() {
  // frame-ancestors and report-uri do nothing in a meta tag: toMeta() refuses them, and
  // splitForMeta() parts them off.
  const { meta, header } = (await policyOfPage()).splitForMeta()
  return {
    html: renderPage(meta.toMeta()),
    headers: header === null ? [] : deliver(header).headers(),
  }
}

// `node build.js` writes both to dist; a test imports the functions.
if (process.argv[1] === import.meta.filename) {
  const folder = path.join(import.meta.dirname, 'dist')
  const { html, headers } = await render()
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'index.html'), html)
  await writeFile(path.join(folder, 'headers.json'), `${JSON.stringify(headers, null, 2)}\n`)
}
