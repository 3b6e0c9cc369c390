// @ts-check
/** The page's script. The only way from text to markup is the policy of Trusted Types below. */

const { trustedTypes } =
  /** @type {{ trustedTypes?: { createPolicy(name: string, rules: Rules): Rules } }} */ (globalThis)

/** @typedef {{ createHTML(text: string): string }} Rules */

/** A browser without Trusted Types takes the text itself. */
const markup = trustedTypes?.createPolicy('page', { createHTML: escape }) ?? { createHTML: escape }

/**
 * @param {string} text of somebody
 * @returns {string} the same as markup
 */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const comment = new URLSearchParams(location.search).get('comment') ?? ''
const place = /** @type {HTMLElement} */ (document.querySelector('#comment'))
place.innerHTML = markup.createHTML(comment)
document.documentElement.dataset['ran'] = 'yes'
