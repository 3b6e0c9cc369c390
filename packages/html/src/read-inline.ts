/** What of an HTML document a policy has to allow, as a browser's parser finds it. */

import { spellingsOfJavaScriptURL } from '@cusp/core/internal'
import type { DecodeOptions } from './decode.ts'
import { decodeHtml } from './decode.ts'
import type { Element, Located, Place } from './elements.ts'
import { elementsOf, isSVG, valueOf } from './elements.ts'
import { readIntegrity } from './integrity.ts'
import { isScript, isStyle, relOf, scriptURL } from './script-type.ts'

/** What a piece of code is. */
export type InlineKind = 'event-handler' | 'javascript-url' | 'script' | 'style' | 'style-attribute'

/** One piece of inline code. */
export interface InlineCode extends Place {
  readonly kind: InlineKind
  /** The exact text that browsers hash. */
  readonly source: string
  /**
   * Further texts, where browsers do not agree on the text: `javascript:` URLs with percent signs,
   * other letters than those of ASCII, or a question mark. Each browser hashes one of them.
   */
  readonly alternatives?: readonly string[]
  /** Whether it is in a template: it does nothing until a script clones it. */
  readonly isInTemplate: boolean
}

/** A script or a style sheet that the document loads. */
export interface ExternalFile extends Place {
  readonly kind: 'external-script' | 'external-style'
  /** The URL as it is written. */
  readonly url: string
  /**
   * Every hash of the integrity attribute, such as `sha384-…`. A policy that has all of them
   * allows the script, from wherever it comes; no policy allows a style sheet by its hash.
   */
  readonly integrity: readonly string[]
}

/** The code of an HTML document, in document order. */
export interface PageCode {
  readonly inline: readonly InlineCode[]
  readonly external: readonly ExternalFile[]
}

const URL_ATTRIBUTES = new Set(['action', 'data', 'formaction', 'href', 'src', 'xlink:href'])

/**
 * Finds the code of an HTML document: inline scripts and styles, event handlers, style attributes,
 * `javascript:` URLs, and the scripts and style sheets that it loads, each with its line and
 * column. Templates count, and so do srcdoc frames, which inherit the policy; a noscript does not.
 *
 * Bytes are decoded as browsers do: by a byte order mark, the charset of `contentType`, or the
 * document's own meta element; without any of these they are UTF-8.
 *
 * @example
 * ```ts
 * import { readInline } from '@cusp/html'
 *
 * const { inline } = readInline('<h1>Shop</h1>\n<script>start()</script>')
 * inline.map(({ kind, line, source }) => `${line} ${kind}: ${source}`) // => 2 script: start()
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` for what is neither text nor bytes, and for a `contentType` that
 *   is not HTML: browsers parse XHTML as XML
 */
export function readInline(html: string | Uint8Array, options: DecodeOptions = {}): PageCode {
  const elements = [...elementsOf(decodeHtml(html, options))]
  return { inline: elements.flatMap(codeIn), external: elements.flatMap(filesIn) }
}

function codeIn({ element, place, isInTemplate }: Located): readonly InlineCode[] {
  const { line, column } = place
  return [...contentOf(element), ...attributesOf(element)].map(locate)

  function locate(code: Code): InlineCode {
    return { ...code, line, column, isInTemplate }
  }
}

type Code = Pick<InlineCode, 'alternatives' | 'kind' | 'source'>

/** An empty script runs nothing. Browsers ask the policy about styles that are empty, too. */
function contentOf(element: Element): readonly Code[] {
  const source = textOf(element)
  if (isStyle(element)) return [{ kind: 'style', source }]
  const isInline = isScript(element) && scriptURL(element) === undefined
  return isInline && source !== '' ? [{ kind: 'script', source }] : []
}

function attributesOf({ attrs }: Element): readonly Code[] {
  return attrs.flatMap((attribute) => {
    const code = codeInAttribute(attribute)
    return code === undefined ? [] : [code]
  })
}

function codeInAttribute({ name, value }: Element['attrs'][number]): Code | undefined {
  if (name === 'style') return { kind: 'style-attribute', source: value }
  if (/^on[a-z]+$/.test(name)) return { kind: 'event-handler', source: value }
  // A URL's white space at its ends, and tabs and line breaks in it, don't count.
  const url = value.replaceAll(/^[\u0000-\u0020]+|[\t\n\r]+/g, '')
  if (!URL_ATTRIBUTES.has(name) || !/^javascript:/i.test(url)) return undefined
  // "javascript://[" is not a URL: browsers do not follow it.
  if (!URL.canParse(url)) return undefined
  const [source = url, ...alternatives] = spellingsOfJavaScriptURL(url)
  const code = { kind: 'javascript-url', source } as const
  return alternatives.length === 0 ? code : { ...code, alternatives }
}

function filesIn({ element, place }: Located): readonly ExternalFile[] {
  const integrity = isSVG(element) ? [] : readIntegrity(valueOf(element, 'integrity') ?? '')
  const script = isScript(element) ? scriptURL(element) : undefined
  if (script !== undefined) return [{ ...place, kind: 'external-script', url: script, integrity }]
  const style = relOf(element).includes('stylesheet') ? valueOf(element, 'href') : undefined
  return style === undefined ? [] : [{ ...place, kind: 'external-style', url: style, integrity }]
}

/**
 * The child text content, which is what browsers hash.
 *
 * @see https://dom.spec.whatwg.org/#concept-child-text-content
 */
function textOf({ childNodes }: Element): string {
  return childNodes.map((child) => ('value' in child ? child.value : '')).join('')
}
