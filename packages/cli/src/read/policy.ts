/** The policies of a command line: as text, a file, a module, or from standard input. */

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Issue } from '@cusp/core'
import { DIRECTIVES, parsePolicyList } from '@cusp/core'
import type { PolicyItem } from '@cusp/engine'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'
import { isHeaderBlock, looksLikeHeaders, readHeaders } from './headers.ts'
import { readModule, readReference } from './module.ts'

/** Policies and where they came from. */
export interface PolicyReading {
  /** Its name in a sentence: a file's name in quotes, "standard input" or "the policy". */
  readonly label: string
  readonly policies: readonly PolicyItem[]
  /** The absolute path of the file, if there is one. */
  readonly file?: string
  /** The text that was read, if it was text. */
  readonly text?: string
  /** A note for standard error. */
  readonly note?: string
}

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
    }
  }
  const file = path.resolve(host.cwd, argument)
  if (await isFile(file)) {
    const text = await readFile(file, 'utf8')
    const label = JSON.stringify(argument)
    const isDocument = /\.x?html?$/i.test(file)
    const reading = isDocument ? await readDocument(text, label) : readText(text, label)
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
  // The parser is large: it is loaded only when it is needed.
  const { readMeta } = await import('./meta.ts')
  const policies = readMeta(text)
  if (policies.length > 0) return { label, text, policies }
  throw new UsageError(
    `Cannot read ${label}: its head does not have a policy. Add <meta http-equiv="Content-Security-Policy" content="…">, or use the headers of the page.`,
  )
}

function readText(text: string, label: string): PolicyReading {
  if (isHeaderBlock(text)) {
    const policies = readHeaders(text)
    const note = `the headers in ${label} do not have a Content-Security-Policy`
    return { label, text, policies, ...(policies.length === 0 ? { note } : {}) }
  }
  if (!hasDirective(text)) throw new UsageError(`Cannot read ${label}: ${refuseText(text)}`)
  return { label, text, policies: [{ value: text.trim() }] }
}

/** Says why a text without a known directive is not a policy, and what to use instead. */
function refuseText(text: string): string {
  if (looksLikeHeaders(text)) {
    return 'these headers do not have a Content-Security-Policy. Use all headers of the response.'
  }
  const misspelt = findMisspelt(text)
  return misspelt === undefined
    ? `it does not have a known directive. Use a policy, such as "default-src 'self'".`
    : `${JSON.stringify(misspelt.directive)} is not a directive. Did you mean ${misspelt.fix}?`
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

function hasDirective(text: string): boolean {
  return parsePolicyList(text).some(({ policy }) =>
    policy.directives.some(({ name }) => DIRECTIVES.has(name)),
  )
}

/** The first directive that is a typing mistake for a known one. */
function findMisspelt(text: string): Issue | undefined {
  return parsePolicyList(text)
    .flatMap(({ issues }) => issues)
    .find(({ code }) => code === 'misspelt-directive')
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
