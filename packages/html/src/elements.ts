/** The elements of an HTML document, as a browser's parser finds them. */

import type { DefaultTreeAdapterTypes } from 'parse5'
import { html, parse } from 'parse5'

/** A node of the document. */
export type Node = DefaultTreeAdapterTypes.Node
/** An element of the document. */
export type Element = DefaultTreeAdapterTypes.Element

/** Where an element begins in the text. */
export interface Place {
  /** Line, from 1; of what is in a srcdoc, the line of the iframe. */
  readonly line: number
  /** Column, from 1; of what is in a srcdoc, the column of the iframe. */
  readonly column: number
}

/** An element and where it is. */
export interface Located {
  readonly element: Element
  readonly place: Place
  /** Whether it is in a template: nothing runs there until a script clones it. */
  readonly isInTemplate: boolean
  /** Whether it is in a srcdoc, where all places are that of the iframe. */
  readonly isInFrame: boolean
}

/** A node that is still to be read, and what is known of the nodes around it. */
interface Open extends Omit<Located, 'element'> {
  readonly node: Node
}

/**
 * All elements in document order, with those of templates and of srcdoc frames, which inherit the
 * policy. Scripting counts as on: what is in a noscript is text.
 */
export function* elementsOf(markup: string): Generator<Located> {
  // A list in place of recursion: markup may nest deeper than the stack.
  const open: Open[] = [
    {
      node: parse(markup, { sourceCodeLocationInfo: true }),
      place: { line: 1, column: 1 },
      isInTemplate: false,
      isInFrame: false,
    },
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, isInFrame, isInTemplate } = next
    const place = isInFrame ? next.place : (placeOf(node) ?? next.place)
    for (const child of childrenOf(node).toReversed()) {
      open.push({ node: child, place, isInTemplate, isInFrame })
    }
    if ('content' in node) open.push({ node: node.content, place, isInTemplate: true, isInFrame })
    if (!('attrs' in node)) continue
    yield { element: node, place, isInTemplate, isInFrame }
    const frame = srcdocOf(node)
    if (frame !== undefined) {
      open.push({ node: parse(frame), place, isInTemplate, isInFrame: true })
    }
  }
}

/** The markup in an iframe's srcdoc attribute. */
export function srcdocOf(element: Element): string | undefined {
  return isHTML(element) && element.tagName === 'iframe' ? valueOf(element, 'srcdoc') : undefined
}

/** The value of an attribute. */
export function valueOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value
}

/** Whether this is an element of HTML, as nothing in svg and math is. */
export function isHTML({ namespaceURI }: Element): boolean {
  return namespaceURI === html.NS.HTML
}

/** Whether this is an element of SVG. */
export function isSVG({ namespaceURI }: Element): boolean {
  return namespaceURI === html.NS.SVG
}

function childrenOf(node: Node): readonly Node[] {
  return 'childNodes' in node ? node.childNodes : []
}

function placeOf(node: Node): Place | undefined {
  const location = 'sourceCodeLocation' in node ? node.sourceCodeLocation : undefined
  return location ? { line: location.startLine, column: location.startCol } : undefined
}
