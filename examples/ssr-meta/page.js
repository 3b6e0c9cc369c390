// @ts-check
/** The page and its inline code. */

/** The whole text between the tags: what a browser hashes, white space and all. */
export const STYLE = `
      :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
      body { max-width: 40rem; margin: 10vh auto; padding: 0 1rem }
      pre { padding: 1rem; border: 1px solid; border-radius: 8px; white-space: pre-wrap }
    `

/** As above. */
export const SCRIPT = `
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        document.querySelector('#blocked').textContent = effectiveDirective + ' blocked ' + blockedURI
      })
      addEventListener('DOMContentLoaded', () => {
        const { content } = document.querySelector('meta[http-equiv]')
        document.querySelector('#policy').textContent = content.replaceAll('; ', ';\\n')
      })
    `

/**
 * Renders the page.
 *
 * @param {string} meta the policy's tag; it goes first, because it governs only what comes after it
 * @returns {string} the document
 */
export function renderPage(meta) {
  return `<!doctype html>
<html lang="en">
  <head>
    ${meta}
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A static page under a policy</title>
    <style>${STYLE}</style>
    <script>${SCRIPT}</script>
  </head>
  <body>
    <h1>A static page under a policy</h1>
    <p>The policy in this page's meta tag allows one inline style and one inline script, each by its hash:</p>
    <pre id="policy"></pre>
    <p>A second script stands behind this line; its hash is not in the policy.</p>
    <pre id="blocked" role="status"></pre>
    <script>document.title = 'This script does not run'</script>
  </body>
</html>
`
}
