/** The policies of an HTML document's meta elements. */

import type { PolicyRecord } from '@cusp/engine'
import type { DefaultTreeAdapterTypes } from 'parse5'
import { parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node

/**
 * Reads the policies of `<meta http-equiv="Content-Security-Policy">` in the head. Browsers ignore
 * these elements elsewhere.
 */
export function readMeta(markup: string): readonly PolicyRecord[] {
  const html = parse(markup).childNodes.find((node) => node.nodeName === 'html')
  const head = childrenOf(html).find((node) => node.nodeName === 'head')
  return childrenOf(head).flatMap((node) => {
    if (!('attrs' in node) || node.tagName !== 'meta') return []
    const attributes = new Map(node.attrs.map(({ name, value }) => [name, value]))
    const value = attributes.get('content') ?? ''
    const isPolicy = attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy'
    return isPolicy && value !== '' ? [{ value, source: 'meta' }] : []
  })
}

/** The children of a node; a parsed document always has html and head. */
function childrenOf(node: Node | undefined): readonly Node[] {
  return node !== undefined && 'childNodes' in node ? node.childNodes : []
}
