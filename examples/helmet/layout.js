// @ts-check
/** The frame of every page. */

/**
 * @param {object} page what is shown
 * @param {string} page.title of the window
 * @param {string | undefined} page.nonce of this response
 * @param {string} page.main HTML
 * @param {string} [page.scripts] HTML at the end of the body
 * @returns {string} the document
 */
export function layout({ title, nonce, main, scripts = '' }) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)} · Tideline Books</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%2315616d'/%3E%3C/svg%3E">
    <link rel="stylesheet" href="/shop.css">
    <script nonce="${nonce}">
      // Inline, and allowed by its nonce. It keeps what the policy stops on this page; the footer
      // shows it.
      globalThis.violations = []
      addEventListener('securitypolicyviolation', (event) => {
        violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.disposition)
        dispatchEvent(new Event('blocked'))
      })
    </script>
  </head>
  <body>
    <header>
      <a class="brand" href="/">Tideline Books</a>
      <nav><a href="/">Shelves</a> <a href="/order">Order</a></nav>
    </header>
    <main>${main}</main>
    <footer>
      <p>Second-hand, by the harbour wall. Open at high water.</p>
      <p id="blocked">The policy stopped nothing on this page.</p>
    </footer>
    <script nonce="${nonce}">
      document.documentElement.dataset.inline = 'ran'
      function showBlocked() {
        if (violations.length === 0) return
        document.getElementById('blocked').textContent =
          'The policy stopped on this page: ' + violations.map((text) => text.split(' ')[0]).sort().join(', ') + '.'
      }
      addEventListener('blocked', showBlocked)
      showBlocked()
    </script>
    ${scripts}
  </body>
</html>
`
}

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
])

/**
 * @param {string} text any text
 * @returns {string} the same as HTML, in elements and in quoted attributes
 */
export function escape(text) {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES.get(character) ?? '')
}
