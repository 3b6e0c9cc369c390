// @ts-check
/** The policy as it was written and as it was sent, line by line. */

import { parsePolicy } from '@cusp/core'
import { html } from './html.js'

/** @typedef {import('./html.js').Html} Html */
/** @typedef {import('@cusp/core').Directive} Directive */

/**
 * The policy of one response.
 *
 * @typedef {object} SentPolicy
 * @property {string} nonce this response's nonce
 * @property {string} header its Content-Security-Policy
 * @property {string} endpoints its Reporting-Endpoints
 * @property {boolean} hasTwin whether it has a Content-Security-Policy-Report-Only, too
 * @property {string} code the code that wrote the policy
 */

/** What each directive of the policy means. */
const MEANINGS = new Map([
  ['default-src', 'Whatever no other line speaks of comes from this origin only.'],
  [
    'script-src',
    'Scripts that carry this nonce run, and what those load. Nothing else, and no eval.',
  ],
  ['style-src', 'Style sheets come from this origin only.'],
  ['connect-src', 'Scripts connect to these origins only, in whatever way.'],
  ['object-src', 'No plug-ins.'],
  ['base-uri', 'Nothing moves the base of relative links.'],
  ['form-action', 'No form is sent anywhere.'],
  ['frame-ancestors', 'No page puts this one into a frame.'],
  ['report-to', 'Violations are reported to the endpoint of this name …'],
  ['report-uri', '… or, by browsers that do not know report-to, to this address.'],
])

/**
 * Renders the section.
 *
 * @param {SentPolicy} sent the policy of this response
 * @returns {Html} one row for each line of the code
 */
export function policySection({ nonce, header, endpoints, hasTwin, code }) {
  return html`<section aria-labelledby="policy">
    <h2 id="policy">The policy</h2>
    <p>
      Left the code, written once; right what this response carried of it. Only the
      <mark>nonce</mark> differs from response to response: reload, and it is another one.
    </p>
    <div class="panel policy">
      <div class="line head">
        <code>csp()</code>
        <div><code>Content-Security-Policy:</code></div>
      </div>
      ${toLines(code, parsePolicy(header).policy.directives).map(
        ({ line, directives }) =>
          html`<div class="line">
            <code>${highlight(line, 'NONCE')}</code>
            <div>${directives.map((directive) => showDirective(directive, nonce))}</div>
          </div>`,
      )}
      <div class="line head">
        <span></span>
        <div>
          <code>Reporting-Endpoints:</code>
          <p><code>${endpoints}</code></p>
          <p class="meaning">Where the endpoint of that name is.</p>
        </div>
      </div>
      ${hasTwin ? showTwin() : ''}
    </div>
  </section>`
}

/**
 * Finds the directives that a line of the code has written; what no line names comes with the last one, reportTo.
 *
 * @param {string} code the function's text
 * @param {readonly Directive[]} directives as they were sent
 * @returns {readonly { readonly line: string, readonly directives: readonly Directive[] }[]} the lines
 */
function toLines(code, directives) {
  const lines = code.split('\n').flatMap((text) => {
    const [line, method] = /\.(\w+)\(.*/.exec(text.trim()) ?? []
    if (line === undefined || method === undefined || !text.trim().startsWith('.')) return []
    const name = method.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    return [{ line, name }]
  })
  const names = new Set(lines.map(({ name }) => name))
  return lines.map(({ line, name }, index) => ({
    line,
    directives: directives.filter(
      (directive) =>
        directive.name === name || (index === lines.length - 1 && !names.has(directive.name)),
    ),
  }))
}

/**
 * @param {Directive} directive as it was sent
 * @param {string} nonce the value to highlight
 * @returns {Html} the directive and what it means
 */
function showDirective({ name, values }, nonce) {
  const shown = values.map(
    (value) => html` <span class="value">${highlight(String(value), `'nonce-${nonce}'`)}</span>`,
  )
  return html`<p>
      <code><b>${name}</b>${shown};</code>
    </p>
    <p class="meaning">${MEANINGS.get(name) ?? ''}</p>`
}

/** @returns {Html} what the second policy is for */
function showTwin() {
  return html`<div class="line head">
    <span></span>
    <div>
      <code>Content-Security-Policy-Report-Only:</code>
      <p class="meaning">
        The same once more, with report-uri alone. It blocks nothing; it is there because this page
        came over plain http, where report-to is mute.
      </p>
    </div>
  </div>`
}

/**
 * @param {string} text code
 * @param {string} part of it
 * @returns {Html} the text with that part marked
 */
function highlight(text, part) {
  const [before = '', ...after] = text.split(part)
  return html`${before}${after.map((rest) => html`<mark>${part}</mark>${rest}`)}`
}
