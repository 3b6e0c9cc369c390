/** The policies of an HTML document's meta elements. */

import type { PolicyRecord } from '@cusp/engine'
import type { DefaultTreeAdapterTypes } from 'parse5'
import { parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node

/** What stands in `<meta http-equiv="Content-Security-Policy">` in the head; elsewhere browsers ignore it. */
export function readMeta(markup: string): readonly PolicyRecord[] {
  const found: PolicyRecord[] = []
  visit(parse(markup), false, found)
  return found
}

function visit(node: Node, isInHead: boolean, found: PolicyRecord[]): void {
  const isHead = isInHead || node.nodeName === 'head'
  if (isHead && 'attrs' in node && node.tagName === 'meta') {
    const attributes = new Map(node.attrs.map(({ name, value }) => [name, value]))
    const value = attributes.get('content') ?? ''
    const isPolicy = attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy'
    if (isPolicy && value !== '') found.push({ value, source: 'meta' })
  }
  if ('childNodes' in node) for (const child of node.childNodes) visit(child, isHead, found)
}
