// @ts-check
/** The page: an inline style and an inline script, which run because they carry the nonce. */

/**
 * Renders the page.
 *
 * @param {string} nonce this response's nonce
 * @returns {string} the document
 */
export function renderPage(nonce) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Cusp with Koa</title>
    <style nonce="${nonce}">
      :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
      body { max-width: 40rem; margin: 10vh auto; padding: 0 1rem }
      button { padding: 0.4rem 1rem; font: inherit }
      pre { padding: 1rem; border: 1px solid; border-radius: 8px; white-space: pre-wrap }
    </style>
  </head>
  <body>
    <h1>Cusp with Koa</h1>
    <p>
      The policy allows connections to this origin and to <code>https://api.example.com</code>.
      The button fetches once from here and once from <code>https://refused.example</code>.
    </p>
    <button>Try</button>
    <pre role="status">Nothing has been tried.</pre>
    <script nonce="${nonce}">
      const lines = []
      addEventListener('securitypolicyviolation', ({ disposition, effectiveDirective, blockedURI }) => {
        if (disposition === 'enforce') show(effectiveDirective + ' blocked ' + blockedURI)
      })
      document.querySelector('button').addEventListener('click', async () => {
        const { status } = await fetch('/csp-reports')
        show('/csp-reports answered ' + status)
        await fetch('https://refused.example/').catch((error) => show('fetch failed: ' + error.message))
        await new Promise((resolve) => setTimeout(resolve, 1000))
        const reports = await (await fetch('/csp-reports')).json()
        show('Reports at the server: ' + JSON.stringify(reports, null, 2))
      })
      function show(line) {
        lines.push(line)
        document.querySelector('pre').textContent = lines.join('\\n')
      }
    </script>
    <script>document.title = 'This script has no nonce and does not run'</script>
  </body>
</html>
`
}
