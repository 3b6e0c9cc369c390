// @ts-check
/** The policy as it was written and as it was sent, line by line. */

import { parsePolicy } from '@cusp/express'
import { html } from './html.js'

/** @typedef {import('./html.js').Html} Html */
/** @typedef {import('@cusp/express').Policy['directives'][number]} Directive */

/**
 * The policy of one response.
 *
 * @typedef {object} SentPolicy
 * @property {string} nonce this response's nonce
 * @property {string} header its Content-Security-Policy
 * @property {string} code the code that wrote the policy
 */

/** What each directive of the policy means. */
const MEANINGS = new Map([
  ['default-src', 'all else only from this origin'],
  ['script-src', 'scripts with this nonce, and what these load'],
  ['style-src', 'styles only from this origin'],
  ['connect-src', 'where scripts may connect'],
  ['object-src', 'no plug-ins'],
  ['base-uri', 'no base element'],
  ['form-action', 'no form is sent anywhere'],
  ['frame-ancestors', 'no page may frame this one'],
  ['report-uri', 'where violations are reported'],
])

// one call of a chain on each line
const METHOD_CALL = /^\s*(\.(\w+)\(.*\))/gm

/**
 * Renders the section.
 *
 * @param {SentPolicy} sent the policy of this response
 * @returns {Html} one row for each line of the code
 */
export function policySection({ nonce, header, code }) {
  return html`<section aria-labelledby="policy">
    <h2 id="policy">The policy</h2>
    <p>
      Each line of the code, and what became of it in this response. Only the <mark>nonce</mark>
      differs from response to response: reload, and it is another one.
    </p>
    <div class="panel policy">
      <div class="line">
        <code>csp()</code>
        <code class="header-name">Content-Security-Policy:</code>
      </div>
      ${toLines(code, parsePolicy(header).policy.directives).map(
        ({ line, directives }) =>
          html`<div class="line">
            <code class="indent">${highlight(line, 'NONCE')}</code>
            ${directives.map((directive) => showDirective(directive, nonce))}
          </div>`,
      )}
    </div>
  </section>`
}

/**
 * Finds the directives that each line of the code has written; what no line names comes with the
 * last one, reportTo.
 *
 * @param {string} code the function's text
 * @param {readonly Directive[]} directives as they were sent
 * @returns {readonly { readonly line: string, readonly directives: readonly Directive[] }[]} the
 *   lines
 */
function toLines(code, directives) {
  const lines = [...code.matchAll(METHOD_CALL)].map(([, line = '', method = '']) => ({
    line,
    name: method.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  }))
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
  const words = values.map(
    (value, index) => `${String(value)}${index === values.length - 1 ? ';' : ''}`,
  )
  const shown = words.map(
    (word) => html` <span class="value">${highlight(word, `'nonce-${nonce}'`)}</span>`,
  )
  return html`<code class="sent"><b>${name}</b>${shown}</code>
    <p>${MEANINGS.get(name) ?? ''}</p>`
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
