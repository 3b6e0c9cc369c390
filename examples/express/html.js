// @ts-check
/** HTML from templates: what is put in is escaped, unless it was made here. */

/** A piece of HTML. @typedef {{ readonly html: string }} Html */

/** @type {WeakSet<object>} */
const made = new WeakSet()

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/**
 * Tags a template: text is escaped, HTML and lists of it go in as they are.
 *
 * @param {TemplateStringsArray} strings the HTML between
 * @param {...(string | number | Html | readonly Html[])} values what goes in
 * @returns {Html} the whole
 */
export function html(strings, ...values) {
  const piece = Object.freeze({ html: String.raw({ raw: strings }, ...values.map(show)) })
  made.add(piece)
  return piece
}

/**
 * @param {string | number | Html | readonly Html[]} value what goes in
 * @returns {string} HTML
 */
function show(value) {
  if (typeof value !== 'object') return escape(String(value))
  const pieces = 'html' in value ? [value] : value
  return pieces.map((piece) => (made.has(piece) ? piece.html : escape(piece.html))).join('')
}

/**
 * @param {string} text any text
 * @returns {string} the same as HTML, in elements and in quoted attributes
 */
function escape(text) {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES.get(character) ?? '')
}
