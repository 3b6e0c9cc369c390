// @ts-check
/** The policy and the page of both servers. */

import { csp, NONCE, NONE, SELF } from '@cusp/express'

export const policy = csp()
  .defaultSrc(SELF)
  .scriptSrc(NONCE)
  .styleSrc(NONCE)
  .imgSrc(SELF)
  .objectSrc(NONE)
  .baseUri(NONE)
  .frameAncestors(NONE)
  .reportTo('csp', '/csp-reports')

/** Where the map of the page has its images. */
export const TILES = 'https://tiles.example'

/**
 * Renders the page. The tag goes first, because it governs only what comes after it.
 *
 * @param {import('@cusp/express').CspContext} context of this response
 * @param {string} comment raw output, which is a fault of this page: the policy keeps a script in
 *   it from running
 * @returns {string} the document
 */
export function renderPage(context, comment) {
  const { nonceAttr } = context
  return `<!doctype html>
<html lang="en">
  <head>
    ${context.toMeta()}
    <meta charset="utf-8">
    <title>A meta tag</title>
    <script${nonceAttr}>
      globalThis.violations = []
      addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    </script>
    <style${nonceAttr}>h1 { color: rgb(0, 128, 0) }</style>
  </head>
  <body>
    <h1>A page with its policy in a meta tag</h1>
    <p>${comment}</p>
    <script${nonceAttr}>document.documentElement.dataset.ran = 'yes'</script>
  </body>
</html>
`
}
