// @ts-check
/** Builds the page twice: to be served by hash, and by nonce. */

import { build } from 'vite'

/** What the build writes where the nonce of the response will stand. */
export const NONCE_PLACE = 'nonce-of-the-response'

/**
 * @param {string} outDir a folder of its own
 * @param {'hash' | 'nonce'} mode with `nonce`, each tag of the page gets a place for it
 */
export async function buildPage(outDir, mode) {
  await build({
    root: import.meta.dirname,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
    // As it stands there, it is no nonce: the server puts a new one in for each response.
    html: mode === 'nonce' ? { cspNonce: NONCE_PLACE } : {},
  })
}

// `node build.js` builds both; a test calls the function.
if (process.argv[1] === import.meta.filename) {
  await buildPage('dist/hash', 'hash')
  await buildPage('dist/nonce', 'nonce')
}
