/** A file of HTML that is sent with a new nonce each time. */

import { readFileSync } from 'node:fs'
import { isStrongNonce } from '@cusp/core'
import { refusal, show } from '@cusp/core/internal'
import { parse } from 'parse5'
import { decodeHtml, encodingOf } from './decode.ts'
import type { Element, Node } from './elements.ts'
import { srcdocOf, valueOf } from './elements.ts'
import { isScript, isStyle, relOf } from './script-type.ts'
import type { Edit } from './splice.ts'

/** Writes the document with a nonce. */
export type NonceSlots = (nonce: string) => string

/**
 * Reads an HTML file and returns a function that writes it with a nonce in each of its scripts,
 * style elements, and links to them. Call it once, when the application starts. A nonce that is in
 * the file is replaced.
 *
 * It takes a file and no text, on purpose. A nonce says "this script is mine". Put into the output
 * of a template it would say so of every script that a visitor has got into it.
 *
 * Where the page does not change, hashes are better: see {@link hashHtml}. The header is the same
 * for each response, and the file is sent as it is, so that caches and 304 work.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { createNonce } from '@cusp/core'
 * import { nonceSlots } from '@cusp/html'
 *
 * writeFileSync('./index.html', '<!doctype html><script>start()</script>')
 * const page = nonceSlots('./index.html')
 *
 * const nonce = createNonce()
 * page(nonce) === `<!doctype html><script nonce="${nonce}">start()</script>` // => true
 * ```
 *
 * @param file the path of the file, or its `file:` URL
 * @throws CspError `ERR_CSP_INPUT` for markup in place of a file, and for a file that is not UTF-8;
 *   the function throws `ERR_CSP_NONCE` for a weak nonce; and the error of Node for a file that
 *   cannot be read
 */
export function nonceSlots(file: string | URL): NonceSlots {
  checkFile(file)
  const bytes = readFileSync(file)
  checkEncoding(file, bytes)
  const pieces = cut(decodeHtml(bytes, {}))
  return (nonce) => {
    checkNonce(nonce)
    return pieces.join(nonce)
  }
}

function checkFile(file: unknown): void {
  const isFile = file instanceof URL || (typeof file === 'string' && !file.includes('<'))
  if (isFile) return
  throw refusal('ERR_CSP_INPUT', {
    action: 'make slots for nonces',
    problem: `${show(file)} is not the path of a file`,
    fix: 'a file that you wrote',
    hint: 'In the output of a template, nonces would allow scripts that others put into it.',
    value: file,
  })
}

function checkEncoding(file: string | URL, bytes: Uint8Array): void {
  const encoding = encodingOf(bytes)
  if (encoding === 'UTF-8') return
  throw refusal('ERR_CSP_INPUT', {
    action: `make slots for nonces in ${show(String(file))}`,
    problem: `the file is ${encoding}`,
    fix: 'a file in UTF-8',
    value: file,
  })
}

function checkNonce(nonce: string): void {
  if (isStrongNonce(nonce)) return
  throw refusal('ERR_CSP_NONCE', {
    action: 'write the page',
    problem: `${show(nonce)} is not a nonce of 22 or more letters of base64`,
    fix: 'createNonce()',
    value: nonce,
  })
}

/** Cuts a document into the pieces between its nonces. */
function cut(html: string): readonly string[] {
  const pieces: string[] = []
  let at = 0
  let open = ''
  for (const { start, end, parts } of findSlots(html).toSorted((a, b) => a.start - b.start)) {
    const [head = '', ...tail] = parts
    open += html.slice(at, start) + head
    for (const part of tail) {
      pieces.push(open)
      open = part
    }
    at = end
  }
  return [...pieces, open + html.slice(at)]
}

/** A place of the text, and what stands there in its place: a nonce goes between two parts. */
interface Slot extends Omit<Edit, 'text'> {
  readonly parts: readonly string[]
}

function findSlots(html: string): readonly Slot[] {
  const slots: Slot[] = []
  const open: Node[] = [parse(html, { sourceCodeLocationInfo: true })]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ('childNodes' in node) open.push(...node.childNodes)
    if ('content' in node) open.push(node.content)
    if (!('attrs' in node)) continue
    const slot = takesNonce(node) ? slotOf(node) : frameSlot(node)
    if (slot !== undefined) slots.push(slot)
  }
  return slots
}

function takesNonce(element: Element): boolean {
  if (isScript(element) || isStyle(element)) return true
  // Where scripts of Vite find it, for what they add to the page.
  if (element.tagName === 'meta') return valueOf(element, 'property') === 'csp-nonce'
  const rel = relOf(element)
  if (rel.includes('stylesheet') || rel.includes('modulepreload')) return true
  return rel.includes('preload') && /^(?:script|style)$/i.test(valueOf(element, 'as') ?? '')
}

/** In place of the attribute that is there, or after the name of the tag. */
function slotOf({ tagName, sourceCodeLocation: place }: Element): Slot | undefined {
  if (!place) return undefined
  const old = place.attrs?.['nonce']
  if (old !== undefined) {
    return { start: old.startOffset, end: old.endOffset, parts: ['nonce="', '"'] }
  }
  const start = place.startOffset + 1 + tagName.length
  return { start, end: start, parts: [' nonce="', '"'] }
}

/** A srcdoc frame inherits the policy: its scripts get the nonce too. */
function frameSlot(element: Element): Slot | undefined {
  const markup = srcdocOf(element)
  const attribute = element.sourceCodeLocation?.attrs?.['srcdoc']
  if (markup === undefined || attribute === undefined) return undefined
  const [first = '', ...rest] = cut(markup).map(escapeAttribute)
  if (rest.length === 0) return undefined
  const last = `${rest.pop() ?? ''}"`
  const { startOffset, endOffset } = attribute
  return { start: startOffset, end: endOffset, parts: [`srcdoc="${first}`, ...rest, last] }
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
