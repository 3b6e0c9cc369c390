/** web.config of IIS: `<add name="Content-Security-Policy" value="…" />`. */

import type { DefaultTreeAdapterTypes } from 'parse5'
import { parseFragment } from 'parse5'
import type { Form, Setting } from './form.ts'
import { FormError, readFieldName, USE_RESPONSE } from './form.ts'

const KNOWN = /^<(?:configuration|location|system\.webserver|httpprotocol|customheaders|add)\b/i
/** XML has quotation marks around each value; the parser of HTML takes one word without them. */
const QUOTED = /^[^=]+=\s*["']/

/** web.config of IIS. */
export const webConfig: Form = { name: 'a web.config', read }

function read(text: string): readonly Setting[] | undefined {
  if (!KNOWN.test(withoutProlog(text))) return undefined
  const settings: Setting[] = []
  const open: { readonly node: DefaultTreeAdapterTypes.Node; readonly place: string }[] = [
    { node: parseFragment(text, { sourceCodeLocationInfo: true }), place: '' },
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, place: outer } = next
    const attributes = new Map(
      'attrs' in node ? node.attrs.map(({ name, value }) => [name, value]) : [],
    )
    const place = node.nodeName === 'location' ? (attributes.get('path') ?? outer) : outer
    if (node.nodeName === 'add' || node.nodeName === 'set') {
      const written = node.sourceCodeLocation?.attrs?.['value']
      const isQuoted =
        written === undefined || QUOTED.test(text.slice(written.startOffset, written.endOffset))
      settings.push(...readElement(attributes, { place, isQuoted }))
    }
    if ('childNodes' in node) {
      open.push(...node.childNodes.map((child) => ({ node: child, place })).toReversed())
    }
  }
  return settings.length === 0 ? undefined : settings
}

/** Leaves out the declaration and the comments before the first element. */
function withoutProlog(text: string): string {
  let rest = text.trimStart()
  for (;;) {
    const end = rest.startsWith('<?') ? '?>' : '-->'
    if (!rest.startsWith('<?') && !rest.startsWith('<!--')) return rest
    const at = rest.indexOf(end)
    if (at === -1) return ''
    rest = rest.slice(at + end.length).trimStart()
  }
}

function readElement(
  attributes: ReadonlyMap<string, string>,
  { place, isQuoted }: { readonly place: string; readonly isQuoted: boolean },
): readonly Setting[] {
  const name = attributes.get('name') ?? ''
  // URL Rewrite writes response headers as server variables: RESPONSE_Content_Security_Policy.
  const field = readFieldName(name.replace(/^RESPONSE_/i, ''))
  if (field === undefined) return []
  const value = attributes.get('value')
  if (value === undefined || !isQuoted) {
    throw new FormError(`${name} does not have a value in quotation marks. ${USE_RESPONSE}`)
  }
  return [{ field, value, place }]
}
