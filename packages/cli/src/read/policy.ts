/** The policies of a command line: as text, a file, a module, or from standard input. */

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { parsePolicyList } from '@cusp/core'
import type { PolicyItem } from '@cusp/engine'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'
import { decodeText } from '../text.ts'
import type { HeaderReading } from './headers.ts'
import { readHeaders } from './headers.ts'
import type { MetaReading } from './meta.ts'
import { readModule, readReference } from './module.ts'
import { findMisspelt, hasDirective, whyNotPolicy, whyNotValue } from './policy-text.ts'

/** Policies and where they came from. */
export interface PolicyReading {
  /** Its name in a sentence: a file's name in quotes, "standard input" or "the policy". */
  readonly label: string
  readonly policies: readonly PolicyItem[]
  /** The absolute path of the file, if there is one. */
  readonly file?: string
  /** The text that was read, if it was text. */
  readonly text?: string
  /** Notes for standard error. */
  readonly notes: readonly string[]
}

/** The beginning of an HTML document. */
const DOCUMENT = /^\s*<(?:!doctype|!--|html|head|meta|title|link|script|style|base|body)\b/i

const FORMS = `Use a policy ("default-src 'self'"), a file, a module (./policy.js#policy), or - for standard input.`

/**
 * Reads the policies that an argument names. Without an argument, reads standard input.
 *
 * @throws UsageError for anything that is not a policy
 */
export async function readPolicy(argument: string | undefined, host: Host): Promise<PolicyReading> {
  if (argument === '-' || (argument === undefined && !host.isInteractive)) return readPiped(host)
  if (argument === undefined || argument.trim() === '') {
    throw new UsageError(`Cannot read the policy: none is given. ${FORMS}`)
  }
  const reference = readReference(argument)
  if (reference !== undefined) {
    const policies = await readModule(reference, host.cwd)
    return {
      label: JSON.stringify(argument),
      policies,
      file: path.resolve(host.cwd, reference.file),
      notes: [],
    }
  }
  const file = path.resolve(host.cwd, argument)
  if (await isFile(file)) {
    const text = decodeText(await readFile(file))
    const label = JSON.stringify(argument)
    const isDocument = /\.x?html?$/i.test(file)
    const reading = isDocument ? await readDocument(text, label) : await readText(text, label)
    return { ...reading, file }
  }
  refuseOtherWords(argument)
  return readText(argument, 'the policy')
}

async function readPiped(host: Host): Promise<PolicyReading> {
  const text = host.isInteractive ? '' : await host.readStdin()
  if (text.trim() === '') {
    throw new UsageError(
      'Cannot read the policy: nothing is piped in. Pipe in headers or a policy: curl -sI https://shop.example | cusp audit -',
    )
  }
  return readText(text, 'standard input')
}

async function readDocument(text: string, label: string): Promise<PolicyReading> {
  const { policies, notes } = await readMetaOf(text)
  if (policies.length > 0) return { label, text, policies, notes }
  const why = notes[0] === undefined ? '' : ` (${notes[0]})`
  throw new UsageError(
    `Cannot read ${label}: its head does not have a policy${why}. Add <meta http-equiv="Content-Security-Policy" content="…">, or use the headers of the page.`,
  )
}

async function readMetaOf(markup: string): Promise<MetaReading> {
  // The parser is large: it is loaded only when it is needed.
  const { readMetaPolicies } = await import('./meta.ts')
  return readMetaPolicies(markup)
}

/** Reads a text of any form. */
async function readText(text: string, label: string): Promise<PolicyReading> {
  if (DOCUMENT.test(text)) return readDocument(text, label)
  const headers = readHeaders(text)
  if (headers !== undefined) return readResponse(headers, { text, label })
  const problem = whyNotPolicy(text)
  if (problem !== undefined) throw new UsageError(`Cannot read ${label}: ${problem}`)
  const count = parsePolicyList(text).length
  const note = `${label} is ${count} policies: a comma begins another one`
  return { label, text, policies: [{ value: text.trim() }], notes: count > 1 ? [note] : [] }
}

async function readResponse(
  { policies, hasStatus, count, body }: HeaderReading,
  { text, label }: { readonly text: string; readonly label: string },
): Promise<PolicyReading> {
  for (const { value } of hasStatus ? [] : policies) {
    const problem = whyNotValue(value)
    if (problem !== undefined) throw new UsageError(`Cannot read ${label}: ${problem}`)
  }
  const page = DOCUMENT.test(body) ? await readMetaOf(body) : { policies: [], notes: [] }
  const all = [...policies, ...page.policies]
  const notes = [
    ...page.notes,
    ...(count > 1 ? [`${label} has ${count} responses: the last one counts`] : []),
    ...(all.length === 0 ? [`the headers in ${label} do not have a Content-Security-Policy`] : []),
  ]
  return { label, text, policies: all, notes }
}

/** Refuses words that neither are a policy nor name a file. */
function refuseOtherWords(argument: string): void {
  const shown = JSON.stringify(argument)
  if (/^https?:\/\//i.test(argument)) {
    throw new UsageError(
      `Cannot read ${shown}: cusp does not fetch pages. Pipe in the headers: curl -sI ${argument} | cusp audit -`,
    )
  }
  if (/^[a-z-]+=/.test(argument)) {
    throw new UsageError(
      `Cannot read ${shown}: it is a check, not a policy. Write the policy before it, or - for standard input.`,
    )
  }
  const isName = !/[\s;]/.test(argument) && !hasDirective(argument)
  if (isName && findMisspelt(argument) === undefined) {
    throw new UsageError(`Cannot read ${shown}: there is no such file. ${FORMS}`)
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
