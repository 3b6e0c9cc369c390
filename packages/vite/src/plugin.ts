/** The plugin: one for the build and for the dev server. */

import path from 'node:path'
import type { Plugin, ResolvedConfig } from 'vite'
import { blocksData } from './build/blocks-data.ts'
import type { Written } from './build/write-pages.ts'
import { writePages } from './build/write-pages.ts'
import { usesNonces } from './dev/page-policies.ts'
import { watchPages } from './dev/watch-pages.ts'
import type { CuspOptions, Settings } from './options.ts'
import { readOptions } from './options.ts'
import { checkPlace, NONCE_PLACE } from './place.ts'

const NAME = '@cusp/vite'

/**
 * Makes the plugin. A build gets its policy from the files as they were written: hashes of what is
 * inline in each page, integrity attributes of what it loads, and the policy as a meta tag or as
 * headers for the server. The dev server shows what that policy would block.
 *
 * @example
 * ```ts
 * import { csp, cusp, NONE, SELF } from '@cusp/vite'
 *
 * const policy = csp()
 *   .defaultSrc(SELF)
 *   .connectSrc(SELF, 'https://api.example.com')
 *   .objectSrc(NONE)
 *   .baseUri(NONE)
 * const config = { plugins: [cusp({ policy, deliver: 'headers' })] }
 * config.plugins[0]?.name // => @cusp/vite
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that is not known or would do nothing,
 *   `ERR_CSP_NONCE` for a nonce that would be the same in every response
 */
export function cusp(options: CuspOptions = {}): Plugin {
  const settings = readOptions(options)
  const { deliver, development } = settings
  let config: ResolvedConfig
  let hasFailed = false
  const shows = (): boolean => config.command === 'serve' && development !== 'off'
  return {
    name: NAME,
    // What others write into the pages is written before.
    enforce: 'post',
    config(user, { command }) {
      const isDevelopment = command === 'serve' && development !== 'off'
      const writesPlace = deliver === 'nonce' || (isDevelopment && usesNonces(settings.policy))
      const place = writesPlace ? { html: { cspNonce: user.html?.cspNonce ?? NONCE_PLACE } } : {}
      // Small files become data: URLs, unless the policy blocks them.
      const isAsked = user.build?.assetsInlineLimit !== undefined
      const limit = isAsked || !blocksData(settings.policy) ? {} : { assetsInlineLimit: 0 }
      return { ...place, build: limit }
    },
    configResolved(resolved) {
      config = resolved
      checkPlace(resolved.html?.cspNonce, deliver)
    },
    buildStart() {
      hasFailed = false
    },
    buildEnd(error) {
      hasFailed = error !== undefined
    },
    transformIndexHtml: {
      order: 'post',
      handler() {
        if (!shows() || config.html?.cspNonce !== undefined) return []
        // Where the client of the dev server finds a nonce for the styles that it puts in.
        const attrs = { property: 'csp-nonce', nonce: NONCE_PLACE }
        return [{ tag: 'meta', attrs, injectTo: 'head-prepend' }]
      },
    },
    configureServer(server) {
      if (shows()) watchPages(server, settings)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const isPage = config.command === 'build' && this.environment.config.consumer === 'client'
        if (!isPage || hasFailed) return
        await finishBuild(config, settings)
      },
    },
  }
}

async function finishBuild(config: ResolvedConfig, settings: Settings): Promise<void> {
  const { root, base, publicDir, logger } = config
  const folder = path.resolve(root, config.build.outDir)
  const written = await writePages({ root, folder, base, publicFolder: publicDir }, settings)
  if (written.pages === 0) {
    logger.warn(`${NAME}: the build has no page, so that no policy was written`)
    return
  }
  logger.info(`${NAME}: ${describe(written, settings)}`)
}

function describe({ pages, file }: Written, { deliver, policy }: Settings): string {
  const count = pages === 1 ? '1 page' : `${pages} pages`
  if (file !== null) return `the headers of ${count} are in ${file}`
  if (deliver === 'nonce') {
    return `${count} for a server that makes nonces: nonceSlots(file) of @cusp/html puts them in`
  }
  const { header } = policy.splitForMeta()
  const rest =
    header === null ? '' : `; send as a header what no meta tag can carry: ${String(header)}`
  return `the policy is in ${count}${rest}`
}
