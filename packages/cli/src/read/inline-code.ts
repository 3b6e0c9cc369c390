/** What of an HTML document a hash can allow, as a browser's parser finds it. */

import type { DefaultTreeAdapterTypes } from 'parse5'
import { html, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element
type Attribute = Element['attrs'][number]

/** What a piece of code is. */
export type InlineKind = 'event-handler' | 'javascript-url' | 'script' | 'style' | 'style-attribute'

/** One piece of inline code. */
export interface InlineCode {
  readonly kind: InlineKind
  /** Line of the element, from 1; for code in a srcdoc, the line of the iframe. */
  readonly line: number
  /** The exact text that is hashed. */
  readonly source: string
}

/**
 * Script types that are code. A script element of any other type holds data.
 *
 * @see https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element
 */
const CODE = new Set([
  '',
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

const URL_ATTRIBUTES = new Set(['action', 'data', 'formaction', 'href', 'src', 'xlink:href'])

/**
 * Finds all inline code in document order. Templates count, and so do srcdoc frames, which inherit
 * the policy.
 */
export function findInlineCode(markup: string): readonly InlineCode[] {
  return Array.from(elementsOf(markup)).flatMap(({ element, line }) => codeIn(element, line))
}

/** A script element with a URL and an integrity attribute, which hashes in a policy can allow. */
export interface IntegrityScript {
  /** Line of the element, from 1; for a script in a srcdoc, the line of the iframe. */
  readonly line: number
  /** The src attribute as it is written. */
  readonly src: string
  /** Every hash of the attribute, such as `sha384-…`. A policy allows the script if it has all. */
  readonly hashes: readonly string[]
}

/**
 * Finds all external scripts that hashes can allow, in document order.
 *
 * @see https://w3c.github.io/webappsec-csp/#external-hash
 */
export function findIntegrityScripts(markup: string): readonly IntegrityScript[] {
  return Array.from(elementsOf(markup)).flatMap(({ element, line }) => {
    if (element.tagName !== 'script' || isSVG(element)) return []
    const [src, integrity] = [valueOf(element, 'src'), valueOf(element, 'integrity')]
    if (src === undefined || integrity === undefined || !CODE.has(typeOf(element))) return []
    const hashes = readIntegrity(integrity)
    return hashes.length === 0 ? [] : [{ line, src, hashes }]
  })
}

// hash-expression = hash-algorithm "-" base64-value; what follows a "?" are options
const HASH_EXPRESSION = /^(sha(?:256|384|512))-([^?]*)/i
const BASE64 = /^[\w+/-]+={0,2}$/

/** Reads the hashes of an integrity attribute; none if a policy cannot contain one of them. */
function readIntegrity(integrity: string): readonly string[] {
  const hashes = integrity.split(/\s+/).flatMap((item) => {
    const [, algorithm, value] = HASH_EXPRESSION.exec(item) ?? []
    return algorithm === undefined || value === undefined
      ? []
      : [{ algorithm: algorithm.toLowerCase(), value }]
  })
  if (!hashes.every(({ value }) => BASE64.test(value))) return []
  return hashes.map(({ algorithm, value }) => `${algorithm}-${value}`)
}

/** An element and the line that tells where it is. */
interface Located {
  readonly element: Element
  readonly line: number
}

/** All elements in document order, with those of templates and srcdoc frames. */
function* elementsOf(markup: string): Generator<Located> {
  // A list in place of recursion: markup may nest deeper than the stack.
  const open: Place[] = [
    { node: parse(markup, { sourceCodeLocationInfo: true }), line: 1, isFrame: false },
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, isFrame } = next
    const line = isFrame ? next.line : (lineOf(node) ?? next.line)
    for (const child of childrenOf(node).toReversed()) open.push({ node: child, line, isFrame })
    if (!('attrs' in node)) continue
    yield { element: node, line }
    const frame = node.tagName === 'iframe' ? valueOf(node, 'srcdoc') : undefined
    if (frame !== undefined) open.push({ node: parse(frame), line, isFrame: true })
  }
}

/** A node that is still to be read. */
interface Place {
  readonly node: Node
  /** The line of the node around it. */
  readonly line: number
  /** Whether it is in a srcdoc, where all lines are that of the iframe. */
  readonly isFrame: boolean
}

function lineOf(node: Node): number | undefined {
  return 'sourceCodeLocation' in node ? node.sourceCodeLocation?.startLine : undefined
}

function childrenOf(node: Node): readonly Node[] {
  const children = 'childNodes' in node ? node.childNodes : []
  return 'content' in node ? [node.content, ...children] : children
}

function codeIn(element: Element, line: number): readonly InlineCode[] {
  const source = textOf(element)
  const kind = elementKind(element)
  const own = kind === undefined || source === '' ? [] : [{ kind, line, source }]
  return [...own, ...element.attrs.flatMap((attribute) => codeInAttribute(attribute, line))]
}

function elementKind(element: Element): 'script' | 'style' | undefined {
  const type = typeOf(element)
  if (element.tagName === 'style') {
    return type === '' || type === 'text/css' ? 'style' : undefined
  }
  if (element.tagName !== 'script') return undefined
  const isExternal = ['src', 'href'].some((name) => {
    const isHere = name === 'src' ? !isSVG(element) : isSVG(element)
    return isHere && valueOf(element, name) !== undefined
  })
  return !isExternal && CODE.has(type) ? 'script' : undefined
}

function typeOf(element: Element): string {
  return (valueOf(element, 'type') ?? '').trim().toLowerCase()
}

function codeInAttribute({ name, value }: Attribute, line: number): readonly InlineCode[] {
  if (value === '') return []
  if (name === 'style') return [{ kind: 'style-attribute', line, source: value }]
  if (/^on[a-z]+$/.test(name)) return [{ kind: 'event-handler', line, source: value }]
  // A URL's white space at its ends, and tabs and line breaks in it, don't count.
  const url = value.replaceAll(/^[\u0000-\u0020]+|[\t\n\r]+/g, '')
  if (!URL_ATTRIBUTES.has(name) || !/^javascript:/i.test(url)) return []
  // "javascript://[" is not a URL: browsers do not follow it.
  return URL.canParse(url) ? [{ kind: 'javascript-url', line, source: new URL(url).href }] : []
}

function isSVG({ namespaceURI }: Element): boolean {
  return namespaceURI === html.NS.SVG
}

function valueOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value
}

/**
 * The child text content, which is what browsers hash.
 *
 * @see https://dom.spec.whatwg.org/#concept-child-text-content
 */
function textOf({ childNodes }: Element): string {
  return childNodes.map((child) => ('value' in child ? child.value : '')).join('')
}
