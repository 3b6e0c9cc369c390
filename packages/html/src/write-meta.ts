/**
 * A policy written into an HTML document as its meta element.
 *
 * @see
 *   https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy
 */

import type { Policy } from '@cusp/core'
import { NONCE } from '@cusp/core'
import { refusal, show } from '@cusp/core/internal'
import type { Token } from 'parse5'
import { parse } from 'parse5'
import type { Element, Node } from './elements.ts'
import { valueOf } from './elements.ts'
import { policyName, readMeta } from './read-meta.ts'
import type { Edit } from './splice.ts'
import { splice } from './splice.ts'

/** A document with its policy. */
export interface WrittenMeta {
  /** The document with the meta element. */
  readonly html: string
  /** What of the policy only a header can carry; null where that is nothing. */
  readonly header: Policy | null
}

/**
 * Puts a policy into an HTML document as a meta element, or replaces the one that is there. It
 * comes first in the head, before everything that it governs; only the charset, which browsers look
 * for in the first 1024 bytes, comes before it. The rest of the text stays as it is.
 *
 * A meta element cannot carry report-uri, frame-ancestors, sandbox and endpoints: they are in
 * `header`, which the server has to send.
 *
 * @example
 * ```ts
 * import { csp, NONE, SELF } from '@cusp/core'
 * import { writeMeta } from '@cusp/html'
 *
 * const policy = csp().defaultSrc(SELF).frameAncestors(NONE)
 * const { html, header } = writeMeta('<!doctype html><title>Shop</title>', policy)
 * html.includes(`content="default-src 'self'">`) // => true
 * header // => frame-ancestors 'none'
 * ```
 *
 * @throws CspError `ERR_CSP_NONCE` for a policy with NONCE, which a file cannot hold;
 *   `ERR_CSP_INPUT` for a document with several such elements, or that has no head to put it into;
 *   and as `Policy.toMeta` does
 */
export function writeMeta(html: string, policy: Policy): WrittenMeta {
  checkText(html)
  checkNonce(policy)
  const { meta, header } = policy.splitForMeta()
  // The parser takes a byte order mark for text, in front of which the doctype would be none.
  const mark = html.startsWith('\uFEFF') ? '\uFEFF' : ''
  const text = html.slice(mark.length)
  const written = splice(text, editsFor(text, meta.toMeta()))
  const [found, ...others] = readMeta(written).filter(({ isInHead }) => isInHead)
  if (found?.value === meta.toString() && others.length === 0) {
    return { html: mark + written, header }
  }
  throw refusal('ERR_CSP_INPUT', {
    action: 'write the meta tag',
    problem: 'the document has no place for it where browsers read it',
    fix: 'a document that begins with <!doctype html><html><head>',
  })
}

function checkText(html: unknown): void {
  if (typeof html === 'string') return
  throw refusal('ERR_CSP_INPUT', {
    action: 'write the meta tag',
    problem: `${show(html)} is not text`,
    fix: 'the text of the document',
    value: html,
  })
}

function checkNonce({ directives }: Policy): void {
  const directive = directives.find(({ values }) => values.includes(NONCE))
  if (directive === undefined) return
  throw refusal('ERR_CSP_NONCE', {
    action: 'write the meta tag',
    problem: `${directive.name} uses NONCE, which must be new for each response`,
    fix: 'hashHtml(html)',
    directive: directive.name,
  })
}

/** An element and where its text is. */
interface Span {
  readonly element: Element
  readonly start: number
  readonly end: number
}

function editsFor(html: string, tag: string): readonly Edit[] {
  const document = parse(html, { sourceCodeLocationInfo: true })
  const root = document.childNodes.find((node) => node.nodeName === 'html') as Element
  const head = root.childNodes.find((node) => node.nodeName === 'head') as Element
  const children = head.childNodes.flatMap(spanOf)
  const old = children.filter(({ element }) => policyName(element) !== undefined)
  checkOnlyOne(old)
  const removed = old.map(({ start, end }) => ({ start, end, text: '' }))
  const rest = children.filter((child) => !old.includes(child))
  const charset = rest.find(({ element }) => isCharset(element))
  const start = startOf(document.childNodes, { root, head })
  if (charset === undefined) return [{ start, end: start, text: tag }, ...removed]
  const before = rest.slice(0, rest.indexOf(charset))
  if (before.every(({ element }) => isUngoverned(element))) {
    return [{ start: charset.end, end: charset.end, text: tag }, ...removed]
  }
  // It moves to the front: behind the tag it could be further than 1024 bytes away.
  const moved = html.slice(charset.start, charset.end)
  return [
    { start, end: start, text: moved + tag },
    { start: charset.start, end: charset.end, text: '' },
    ...removed,
  ]
}

/** Several policies allow less than each of them: to replace them by one could allow more. */
function checkOnlyOne(old: readonly Span[]): void {
  if (old.length < 2) return
  throw refusal('ERR_CSP_INPUT', {
    action: 'write the meta tag',
    problem: `the document has ${old.length} policies already`,
    fix: 'one meta element with a policy, or none,',
  })
}

/** Where the head begins: after its tag, or that of the document, or the doctype. */
function startOf(
  nodes: readonly Node[],
  { root, head }: { readonly root: Element; readonly head: Element },
): number {
  const tag = head.sourceCodeLocation?.startTag ?? root.sourceCodeLocation?.startTag
  if (tag !== undefined) return tag.endOffset
  const doctype = nodes.find((node) => node.nodeName === '#documentType')
  return locationOf(doctype)?.endOffset ?? 0
}

function spanOf(node: Node): readonly Span[] {
  const location = locationOf(node)
  if (!('attrs' in node) || !location) return []
  return [{ element: node, start: location.startOffset, end: location.endOffset }]
}

function locationOf(node: Node | undefined): Token.Location | null | undefined {
  return node !== undefined && 'sourceCodeLocation' in node ? node.sourceCodeLocation : undefined
}

function isCharset(element: Element): boolean {
  if (element.tagName !== 'meta') return false
  const isContentType = valueOf(element, 'http-equiv')?.toLowerCase() === 'content-type'
  return isContentType || valueOf(element, 'charset') !== undefined
}

/** Whether no policy says anything about the element: a title, or a meta element but refresh. */
function isUngoverned(element: Element): boolean {
  if (element.tagName === 'title') return true
  return element.tagName === 'meta' && valueOf(element, 'http-equiv')?.toLowerCase() !== 'refresh'
}
