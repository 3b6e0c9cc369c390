/**
 * One thing that a generated document tries: what the engine is asked, and what the browser is told
 * to do.
 */

import type { Check } from '../../../packages/engine/src/index.ts'

/** A probe. */
export interface Probe {
  /** Unique in its document, such as `p3`. */
  readonly id: string
  /** What it tries, for the table of results. */
  readonly kind: string
  /** What `decide` is asked, hop by hop: a redirect that is allowed asks again. */
  readonly checks: readonly Check[]
  readonly task: Task
  /**
   * The token by which a server of ours knows the request; null where no server of ours is asked.
   */
  readonly arrival: string | null
}

/** How a probe gets into its document. */
export type Insertion =
  /** As markup that the parser reads. */
  | 'markup'
  /** By a script. */
  | 'script'
  /** It is no element but a function call. */
  | 'call'

/** What the page does. It is sent there as JSON. */
export interface Task {
  readonly id: string
  readonly insertion: Insertion
  readonly element?: ElementDescription
  /** What is done with the element once it stands there. */
  readonly act?: 'click' | 'submit'
  /** A name in `page/calls.js`. */
  readonly call?: string
  readonly url?: string
  /** What stands behind `blob:` wherever an address says only that. */
  readonly blob?: { readonly type: string; readonly body: string }
  /** What tells that it was allowed, besides requests that arrive. */
  readonly effect: Effect
  /** Whether another process has its say, so that a violation may come late. */
  readonly isSlow: boolean
  /** Whether browsers do it only when a document has been loaded. */
  readonly needsIdle: boolean
}

/** What shows in the page that nothing stood in the way. */
type Effect =
  /** The code called `ran(id)`. */
  | 'ran'
  /** The call returned, and did not throw. */
  | 'returned'
  /** The property `--id` has been set on the root. */
  | 'root-styled'
  /** The property `--id` has been set on the element. */
  | 'styled'
  /** The document has this base URL. */
  | 'based'
  /** Nothing in the page tells. */
  | null

/** An element, as markup or for a script to make. */
export interface ElementDescription {
  readonly tag: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly text?: string
  readonly children?: readonly ElementDescription[]
}

const VOID_TAGS: ReadonlySet<string> = new Set(['base', 'embed', 'img', 'input', 'link', 'track'])

/** The element as HTML. Its text is a script's or a style's, and holds no end tag. */
export function toMarkup({
  tag,
  attributes,
  text = '',
  children = [],
}: ElementDescription): string {
  const written = attributes.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('')
  if (VOID_TAGS.has(tag)) return `<${tag}${written}>`
  return `<${tag}${written}>${text}${children.map(toMarkup).join('')}</${tag}>`
}

/** The text for the inside of an attribute's double quotes. */
export function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
