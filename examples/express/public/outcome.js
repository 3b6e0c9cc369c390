// @ts-check
/// <reference lib="dom" />
/** How an attempt ended, and how that is shown. */

/**
 * How an attempt ended.
 *
 * @typedef {object} Outcome
 * @property {'allowed' | 'blocked' | 'not sent' | 'failed'} verdict not sent: this browser never
 *   does; failed: for another reason than the policy
 * @property {string} seen what the script saw
 * @property {SecurityPolicyViolationEvent} [violation] the page's own event
 */

/**
 * Shows an outcome in its place. What goes in is text: a URL may hold anything.
 *
 * @param {HTMLElement} element of the attempt
 * @param {Outcome} outcome of it
 */
export function showOutcome(element, { verdict, seen, violation }) {
  element.dataset['verdict'] = verdict
  const chip = make('span', verdict, 'chip')
  const verdictLine = make('p', '')
  verdictLine.append(chip)
  const lines = [verdictLine]
  if (violation !== undefined) {
    verdictLine.append(' by ', make('code', violation.effectiveDirective))
    const blocked = make('p', violation.blockedURI.includes(':') ? '' : 'Blocked URI: ')
    blocked.append(make('code', violation.blockedURI))
    lines.push(blocked)
  }
  lines.push(make('p', seen))
  element.querySelector('.outcome')?.replaceChildren(...lines)
}

/**
 * @param {Outcome} outcome of an attempt
 * @returns {string} the same in words
 */
export function describeOutcome({ verdict, violation }) {
  if (verdict === 'blocked') return `blocked by ${violation?.effectiveDirective ?? 'the policy'}`
  return verdict === 'not sent' ? 'not sent by this browser' : verdict
}

/**
 * @param {'span' | 'p' | 'code'} tag of the element
 * @param {string} text in it
 * @param {string} [className] for the style sheet
 * @returns {HTMLElement} a new element
 */
function make(tag, text, className = '') {
  const element = document.createElement(tag)
  element.textContent = text
  if (className !== '') element.className = className
  return element
}
