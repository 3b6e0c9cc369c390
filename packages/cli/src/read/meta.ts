/** The policies of an HTML document's meta elements. */

import type { PolicyRecord } from '@cusp/engine'
import type { DefaultTreeAdapterTypes } from 'parse5'
import { parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

/** What the meta elements of a document hold. */
export interface MetaReading {
  readonly policies: readonly PolicyRecord[]
  /** Why browsers ignore other meta elements, a sentence for each. */
  readonly notes: readonly string[]
}

/** A meta element that names the header, and whether it is a child of the head. */
interface Meta {
  readonly name: string
  readonly value: string
  readonly isInHead: boolean
}

/** Reads `<meta http-equiv="Content-Security-Policy">`. Browsers read it in the head alone. */
export function readMeta(markup: string): MetaReading {
  const metas = findMetas(markup)
  return {
    policies: metas.filter(isPolicy).map(({ value }) => ({ value, source: 'meta' })),
    notes: metas
      .filter((meta) => !isPolicy(meta))
      .map(({ name }) =>
        name === 'content-security-policy'
          ? 'browsers ignore a meta element with a policy outside the head'
          : 'browsers ignore a meta element with a report-only policy',
      ),
  }
}

function isPolicy({ name, isInHead }: Meta): boolean {
  return isInHead && name === 'content-security-policy'
}

function findMetas(markup: string): readonly Meta[] {
  const found: Meta[] = []
  // A list in place of recursion: markup may nest deeper than the stack.
  const open: Node[] = [parse(markup)]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ('childNodes' in node) open.push(...node.childNodes.toReversed())
    if (!('attrs' in node) || node.tagName !== 'meta') continue
    const name = valueOf(node, 'http-equiv').toLowerCase()
    const value = valueOf(node, 'content')
    const isInHead = node.parentNode?.nodeName === 'head'
    if (/^content-security-policy(?:-report-only)?$/.test(name) && value !== '') {
      found.push({ name, value, isInHead })
    }
  }
  return found
}

function valueOf({ attrs }: Element, name: string): string {
  return attrs.find((attribute) => attribute.name === name)?.value ?? ''
}
