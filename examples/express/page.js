// @ts-check
/**
 * The page: the policy that it was sent with, what to try under it, and the reports that come of
 * it.
 */

import { html } from './html.js'
import { policySection } from './policy-section.js'
import { reportSection } from './report-section.js'

/** @typedef {import('./html.js').Html} Html */
/** @typedef {import('./policy-section.js').SentPolicy} SentPolicy */

const REFUSED_ORIGIN = 'https://refused.example'

/** The six ways to connect; `id` names the attempt in public/attempts.js. */
const CONNECTIONS = [
  { id: 'fetch', name: 'fetch', code: 'await fetch(url)' },
  { id: 'xhr', name: 'XMLHttpRequest', code: "xhr.open('GET', url)" },
  { id: 'websocket', name: 'WebSocket', code: 'new WebSocket(url)' },
  { id: 'eventsource', name: 'EventSource', code: 'new EventSource(url)' },
  { id: 'beacon', name: 'sendBeacon', code: 'sendBeacon(url, …)' },
  { id: 'ping', name: '<a ping>', code: '<a href="…" ping="url">' },
]

/**
 * Renders the page.
 *
 * @param {SentPolicy & { readonly otherOrigin: string }} data the policy of this response, and the
 *   allowed second origin
 * @returns {string} the document
 */
export function renderPage(data) {
  const { nonce, otherOrigin } = data
  return html`<!doctype html>
    <html lang="en" data-allowed-origin="${otherOrigin}" data-refused-origin="${REFUSED_ORIGIN}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Cusp: a policy at work</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
        <script nonce="${nonce}">
          // Inline, and allowed: it carries the nonce. It notes violations from before the module
          // below is there.
          globalThis.violations = []
          addEventListener('securitypolicyviolation', (event) => violations.push(event))
        </script>
        <script nonce="${nonce}" type="module" src="/app.js"></script>
      </head>
      <body>
        ${header()}
        <main>
          ${policySection(data)} ${connectionSection(otherOrigin)} ${scriptSection()}
          ${reportSection()}
        </main>
        ${footer()}
        <script>
          // Inline, and blocked: it carries no nonce, as if somebody had smuggled it in.
          document.documentElement.dataset.smuggled = 'ran'
        </script>
      </body>
    </html>`.html
}

/** @returns {Html} what this is, and the button */
function header() {
  return html`<header class="hero">
    <p class="brand">${logo()} Cusp <span>with Express</span></p>
    <h1>A content security policy at work</h1>
    <p class="lead">
      The server sent this page with the policy below. Press the button: the page tries what scripts
      try, and shows what your browser lets through and what it stops.
    </p>
    <div class="run">
      <button class="primary" id="run-all">Run all</button>
      <p id="summary" role="status">Twelve connections and one eval, one after the other.</p>
    </div>
    <noscript><p class="notice">This page needs JavaScript to try things.</p></noscript>
  </header>`
}

/**
 * @param {string} otherOrigin the allowed origin
 * @returns {Html} the violation cases of connect-src
 */
function connectionSection(otherOrigin) {
  return html`<section aria-labelledby="connections">
    <h2 id="connections">Connections</h2>
    <p>
      A script has six ways to connect, and <code>connect-src</code> holds for all of them. Each is
      tried twice: to an origin in the list, and to one that is not. The second never reaches the
      network.
    </p>
    <div class="grid">
      <div class="grid-head" aria-hidden="true">
        <span></span>
        <span>To <code>${otherOrigin}</code>, in the list</span>
        <span>To <code>${REFUSED_ORIGIN}</code>, not in it</span>
      </div>
      ${CONNECTIONS.map(
        ({ id, name, code }) =>
          html`<div class="case" role="group" aria-label="${name}">
            <h3>${name} <code>${code}</code></h3>
            ${attempt({ id, expect: 'allowed', label: `${name} to the allowed origin`, to: otherOrigin })}
            ${attempt({ id, expect: 'blocked', label: `${name} to the refused origin`, to: REFUSED_ORIGIN })}
          </div>`,
      )}
    </div>
  </section>`
}

/** @returns {Html} the violation cases of script-src */
function scriptSection() {
  return html`<section aria-labelledby="scripts">
    <h2 id="scripts">Scripts</h2>
    <p>
      Two inline scripts stand in this page, and only one carries the nonce. Whoever smuggles a
      script in cannot know the nonce of a response that is not yet sent.
    </p>
    <div class="grid">
      <div class="case single" role="group" aria-label="Inline script with the nonce">
        <h3>With the nonce <code>${'<script nonce="…">'}</code></h3>
        ${attempt({ id: 'nonced', expect: 'allowed', label: 'Inline script', isLoaded: true })}
      </div>
      <div class="case single" role="group" aria-label="Inline script without a nonce">
        <h3>Without a nonce <code>${'<script>'}</code></h3>
        ${attempt({ id: 'smuggled', expect: 'blocked', label: 'Inline script', isLoaded: true })}
      </div>
      <div class="case single" role="group" aria-label="eval">
        <h3>eval <code>eval('6 * 7')</code></h3>
        ${attempt({ id: 'eval', expect: 'blocked', label: 'eval' })}
      </div>
    </div>
  </section>`
}

/**
 * @param {object} options what is tried
 * @param {string} options.id names the attempt in public/attempts.js
 * @param {'allowed' | 'blocked'} options.expect what the policy says
 * @param {string} options.label the whole of it in words
 * @param {string} [options.to] where it goes
 * @param {boolean} [options.isLoaded] whether it happened when the page was read, so that there is
 *   nothing to press
 * @returns {Html} a button and a place for the outcome
 */
function attempt({ id, expect, label, to = '', isLoaded = false }) {
  return html`<div
    class="attempt"
    data-attempt="${id}"
    data-expect="${expect}"
    data-label="${label}"
  >
    ${to === '' ? '' : html`<p class="to">to <code>${to}</code></p>`}
    ${isLoaded ? '' : html`<button aria-label="Try ${label}">Try</button>`}
    <div class="outcome"></div>
  </div>`
}

/** @returns {Html} where to read on */
function footer() {
  return html`<footer>
    <p>
      Read on in <code>examples/express</code>: <code>server.js</code> has the policy and the
      middleware, and the collector that stores what browsers report. By hand:
      <code>curl -i</code> with this address.
    </p>
  </footer>`
}

/** @returns {Html} two arcs that meet in a cusp */
function logo() {
  return html`<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
    <path
      d="M4 27C13 25 16 15 16 4C16 15 19 25 28 27"
      fill="none"
      stroke="currentColor"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>`
}
