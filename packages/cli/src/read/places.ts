/** The policies of a text of any form, by the places for which they count. */

import { parsePolicyList } from '@cusp/core'
import type { PolicyItem, PolicyRecord } from '@cusp/engine'
import { UsageError } from '../host.ts'
import type { Setting } from './forms/form.ts'
import { FormError } from './forms/form.ts'
import { readForms } from './forms/forms.ts'
import type { HeaderReading } from './headers.ts'
import { readHeaders } from './headers.ts'
import type { MetaReading } from './meta.ts'
import { fillPlaceholders, findUnclear } from './placeholders.ts'
import { unquote, whyNotHeader, whyNotPolicy } from './policy-text.ts'

/** The policies of one place. */
export interface PlaceReading {
  /** Where they count: a path, a block, a line; empty where the text knows only one place. */
  readonly place: string
  readonly policies: readonly PolicyItem[]
  /** The value of X-Frame-Options beside them. */
  readonly frameOptions?: string | undefined
  /** Placeholders that no program has filled. */
  readonly placeholders: readonly string[]
  /** Whether a server has sent them, so that a placeholder is what browsers got. */
  readonly isSent: boolean
  /** Notes for standard error. */
  readonly notes: readonly string[]
}

/** The beginning of an HTML document. */
const DOCUMENT = /^\s*<(?:!--|(?:!doctype|html|head|meta|title|link|script|style|base|body)\b)/i
const DOCUMENT_FILE = /\.x?html?$/i

/**
 * Reads a text of any form. The label names it in sentences; the name of its file tells HTML apart.
 *
 * @throws UsageError for what is not clearly a policy or headers
 */
export async function readPlaces(
  text: string,
  { label, file = '' }: { readonly label: string; readonly file?: string },
): Promise<readonly PlaceReading[]> {
  if (DOCUMENT_FILE.test(file)) return readDocument(text, label)
  try {
    // A comment may begin XML as well.
    if (DOCUMENT.test(text) && !/^\s*<!--/.test(text)) return await readDocument(text, label)
    const headers = readHeaders(text)
    if (headers !== undefined) return [await readResponse(headers, label)]
    const found = await readForms(text)
    if (found !== undefined) return readSettings(found.settings)
    if (DOCUMENT.test(text)) return await readDocument(text, label)
    return [readBare(text, label)]
  } catch (error) {
    if (!(error instanceof FormError)) throw error
    throw new UsageError(`Cannot read ${label}: ${error.message}`)
  }
}

async function readDocument(text: string, label: string): Promise<readonly PlaceReading[]> {
  const { policies, notes } = await readMetaOf(text)
  if (policies.length > 0) return [{ ...fillAll(policies), place: '', isSent: false, notes }]
  const why = notes[0] === undefined ? '' : ` (${notes[0]})`
  throw new UsageError(
    `Cannot read ${label}: its head does not have a policy${why}. Add <meta http-equiv="Content-Security-Policy" content="…">, or use the headers of the page.`,
  )
}

async function readMetaOf(markup: string): Promise<MetaReading> {
  // The parser is large: it is loaded only when it is needed.
  const { readMeta } = await import('./meta.ts')
  return readMeta(markup)
}

async function readResponse(
  { policies, frameOptions, hasStatus, count, body }: HeaderReading,
  label: string,
): Promise<PlaceReading> {
  if (!hasStatus) for (const { value } of policies) refuseUnclear(value)
  const page = DOCUMENT.test(body) ? await readMetaOf(body) : { policies: [], notes: [] }
  const all = [...policies, ...page.policies]
  const notes = [
    ...page.notes,
    ...(count > 1 ? [`${label} has ${count} responses: the last one counts`] : []),
    ...(all.length === 0 ? [`the headers in ${label} do not have a Content-Security-Policy`] : []),
  ]
  return { ...fillAll(all), place: '', frameOptions, isSent: hasStatus, notes }
}

/** Puts what is set for one place together. */
function readSettings(settings: readonly Setting[]): readonly PlaceReading[] {
  return Array.from(groupByPlace(settings)).flatMap(([place, those]) => {
    const policies = those.flatMap(policyOf)
    if (policies.length === 0) return []
    const notes = [...new Set(those.flatMap(({ note }) => note ?? []))]
    const frameOptions = those.find(({ field }) => field === 'x-frame-options')?.value
    return [{ ...fillAll(policies), place, frameOptions, isSent: false, notes }]
  })
}

function groupByPlace(settings: readonly Setting[]): ReadonlyMap<string, readonly Setting[]> {
  const places = new Map<string, Setting[]>()
  for (const setting of settings) {
    const known = places.get(setting.place)
    if (known === undefined) places.set(setting.place, [setting])
    else known.push(setting)
  }
  return places
}

function policyOf({ field, value }: Setting): readonly PolicyRecord[] {
  if (field === 'x-frame-options') return []
  refuseUnclear(value)
  const disposition = field === 'content-security-policy' ? 'enforce' : 'report'
  return [{ value: value.trim().replace(/\s+/g, ' '), disposition }]
}

/** Reads the text of a policy, also in quotation marks. */
function readBare(text: string, label: string): PlaceReading {
  const value = unquote(text.trim())
  refuseUnclear(value)
  const count = parsePolicyList(fillPlaceholders(value).value).length
  const notes = count > 1 ? [`${label} is ${count} policies: a comma begins another one`] : []
  return { ...fillAll([{ value }]), place: '', isSent: false, notes }
}

/** Refuses the value of a policy that no server has sent, where it is not clearly one. */
function refuseUnclear(value: string): void {
  const unclear = findUnclear(value)
  if (unclear !== undefined && whyNotHeader(value) === undefined) {
    throw new FormError(
      `the placeholder ${JSON.stringify(unclear.placeholder)} stands for ${unclear.what}. Use the policy as it is sent.`,
    )
  }
  const problem = whyNotPolicy(fillPlaceholders(value).value)
  if (problem !== undefined) throw new FormError(problem)
}

function fillAll(
  policies: readonly PolicyRecord[],
): Pick<PlaceReading, 'placeholders' | 'policies'> {
  const filled = policies.map((policy) => ({ policy, ...fillPlaceholders(policy.value) }))
  return {
    policies: filled.map(({ policy, value }) => ({ ...policy, value })),
    placeholders: [...new Set(filled.flatMap(({ placeholders }) => placeholders))],
  }
}
