/** What kind of thing a script, a style or a link element is. */

import type { Element } from './elements.ts'
import { isHTML, isSVG, valueOf } from './elements.ts'

/**
 * Script types that are code. A script element of any other type holds data.
 *
 * @see https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element
 */
const CODE = new Set([
  'module',
  'importmap',
  'speculationrules',
  'application/ecmascript',
  'application/javascript',
  'application/x-ecmascript',
  'application/x-javascript',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.1',
  'text/javascript1.2',
  'text/javascript1.3',
  'text/javascript1.4',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
])

/** Whether the element is a script of code, in HTML or SVG. */
export function isScript(element: Element): boolean {
  if (element.tagName !== 'script' || !(isHTML(element) || isSVG(element))) return false
  const type = valueOf(element, 'type')
  const language = valueOf(element, 'language') ?? ''
  if (type === '' || (type === undefined && language === '')) return true
  return CODE.has((type ?? `text/${language}`).trim().toLowerCase())
}

/**
 * The URL of a script of code as it is written; undefined if the code is in the element. An
 * attribute without a value is a URL too: such a script runs nothing.
 */
export function scriptURL(element: Element): string | undefined {
  if (!isSVG(element)) return valueOf(element, 'src')
  return valueOf(element, 'href') ?? valueOf(element, 'xlink:href')
}

/** Whether the element is a style, of any type: Chromium asks the policy before the type. */
export function isStyle(element: Element): boolean {
  return element.tagName === 'style' && (isHTML(element) || isSVG(element))
}

/** The words of a link's rel attribute; none for another element. */
export function relOf(element: Element): readonly string[] {
  if (element.tagName !== 'link' || !isHTML(element)) return []
  return (valueOf(element, 'rel') ?? '').toLowerCase().split(/[\t\n\f\r ]+/)
}
