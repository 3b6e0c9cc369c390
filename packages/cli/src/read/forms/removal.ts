/** Statements that take a field away again: then what is set before is not what browsers get. */

import type { FieldName } from './form.ts'
import { FormError, readFieldName, USE_RESPONSE } from './form.ts'

/** The name of a field in each statement that removes it. What comes behind it counts again. */
const REMOVALS: readonly RegExp[] = [
  // Header [always] unset <name>
  /\bunset[ \t]+["']?([\w-]+)/gi,
  // more_clear_headers <name>
  /\bmore_clear_headers[ \t]+["']?([\w-]+\*?)/gi,
  // header_remove(<name>) of PHP; without a name it removes all
  /\bheader_remove\s*\(\s*["']?([\w-]*)/gi,
  // response.removeHeader(<name>), headers.delete(<name>), header.Del(<name>)
  /\.(?:removeHeader|remove|delete|del)\s*\(\s*["'`]([\w-]+)/gi,
  // delete headers[<name>]
  /\bdelete\s+[\w.]+\[\s*["'`]([\w-]+)/g,
  // <remove name="<name>" />
  /<remove\s+name\s*=\s*["']([\w-]+)/gi,
]
/** Caddy removes a field at the end, wherever that stands. */
const LATE = /(?<=[\s{])-(content-security-policy[\w-]*)/gi
const FIELDS = /content[-_]?security[-_]?policy(?:[-_]?report[-_]?only)?/gi
const COMMENT = /^[ \t]*(?:#|\/\/|\*)/

/**
 * Refuses a text that takes one of the fields away after it has set it.
 *
 * @throws FormError where it does
 */
export function refuseRemoval(text: string): void {
  const late = new Set(removalsIn(text, LATE))
  const removals = [...late, ...REMOVALS.flatMap((pattern) => removalsIn(text, pattern))]
  if (removals.length === 0) return
  const last = lastSettings(text, new Set(removals.map(({ nameAt }) => nameAt)))
  for (const removal of removals) {
    const { start, fields } = removal
    const isFutile = (at: number | undefined): boolean =>
      at !== undefined && (at < start || late.has(removal))
    if (!fields.some((field) => isFutile(last.get(field)))) continue
    const line = text.slice(0, start).split('\n').length
    throw new FormError(`line ${line} takes the header away again. ${USE_RESPONSE}`)
  }
}

/** Where each field is named for the last time but in a removal. */
function lastSettings(text: string, removed: ReadonlySet<number>): ReadonlyMap<FieldName, number> {
  const last = new Map<FieldName, number>()
  for (const { index, 0: name } of text.matchAll(FIELDS)) {
    const field = readFieldName(name)
    if (field !== undefined && !removed.has(index)) last.set(field, index)
  }
  return last
}

/** A statement that removes fields. */
interface Removal {
  readonly start: number
  /** Where the name stands: at its end. */
  readonly nameAt: number
  readonly fields: readonly FieldName[]
}

function removalsIn(text: string, pattern: RegExp): readonly Removal[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: match, 1: name = '' }) => ({
    start: index,
    nameAt: index + match.length - name.length,
    fields: fieldsOf(name),
  })).filter(({ start }) => !COMMENT.test(text.slice(text.lastIndexOf('\n', start) + 1)))
}

/** The fields that a name stands for: no name is every name, and a star is any ending. */
function fieldsOf(name: string): readonly FieldName[] {
  const all: readonly FieldName[] = [
    'content-security-policy',
    'content-security-policy-report-only',
  ]
  if (name === '') return all
  if (name.endsWith('*'))
    return all.filter((one) => one.startsWith(name.slice(0, -1).toLowerCase()))
  const field = readFieldName(name)
  return field === undefined ? [] : [field]
}
