/** The policies that a command is given: as an argument, a file, headers piped in or the export of a module. */

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { DIRECTIVES, parsePolicyList } from '@cusp/core'
import type { PolicyItem } from '@cusp/engine'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'
import { isHeaderBlock, looksLikeHeaders, readHeaders } from './headers.ts'
import { readModule, readReference } from './module.ts'

/** Policies and where they came from. */
export interface PolicyReading {
  /** How to call it in a sentence: a file's name, "standard input", "the policy". */
  readonly label: string
  readonly policies: readonly PolicyItem[]
  /** The file, absolute, where there is one. */
  readonly file?: string
  /** The text that was read, where it was text. */
  readonly text?: string
  /** What is worth a word on the error stream. */
  readonly note?: string
}

const EXPECTED = `a policy ("default-src 'self'"), a file, a module (./policy.js#policy), or - for what is piped in`

/**
 * Reads the policies that an argument stands for; without one, what is piped in.
 *
 * @throws UsageError for what is none
 */
export async function readPolicy(argument: string | undefined, host: Host): Promise<PolicyReading> {
  if (argument === '-' || (argument === undefined && !host.isInteractive)) return readPiped(host)
  if (argument === undefined || argument.trim() === '') {
    throw new UsageError(`Cannot read the policy: none is given, expected ${EXPECTED}`)
  }
  const reference = readReference(argument)
  if (reference !== undefined) {
    const policies = await readModule(reference, host.cwd)
    return { label: argument, policies, file: path.resolve(host.cwd, reference.file) }
  }
  const file = path.resolve(host.cwd, argument)
  if (await isFile(file)) {
    const text = await readFile(file, 'utf8')
    const reading = /\.x?html?$/i.test(file)
      ? await readDocument(text, argument)
      : readText(text, argument)
    return { ...reading, file }
  }
  refuseWhatIsNoPolicy(argument)
  return readText(argument, 'the policy')
}

async function readPiped(host: Host): Promise<PolicyReading> {
  const text = host.isInteractive ? '' : await host.readStdin()
  if (text.trim() === '') {
    throw new UsageError(
      'Cannot read the policy: nothing is piped in, expected headers or a policy: curl -sI https://shop.example | cusp audit -',
    )
  }
  return readText(text, 'standard input')
}

async function readDocument(text: string, label: string): Promise<PolicyReading> {
  // The parser is large: it is loaded where somebody asks.
  const { readMeta } = await import('./meta.ts')
  const policies = readMeta(text)
  if (policies.length > 0) return { label, text, policies }
  throw new UsageError(
    `Cannot read ${label}: its head holds no policy, expected <meta http-equiv="Content-Security-Policy" content="…">`,
  )
}

function readText(text: string, label: string): PolicyReading {
  if (isHeaderBlock(text)) {
    const policies = readHeaders(text)
    const note = `${label}: the response has no Content-Security-Policy`
    return { label, text, policies, ...(policies.length === 0 ? { note } : {}) }
  }
  if (!hasDirective(text)) {
    const what = looksLikeHeaders(text)
      ? 'the headers hold no Content-Security-Policy'
      : 'no directive of it is known'
    throw new UsageError(`Cannot read ${label}: ${what}, expected a policy ("default-src 'self'")`)
  }
  return { label, text, policies: [{ value: text.trim() }] }
}

/** Words that are no policy and name no file. */
function refuseWhatIsNoPolicy(argument: string): void {
  const shown = JSON.stringify(argument)
  if (/^https?:\/\//i.test(argument)) {
    throw new UsageError(
      `Cannot read ${shown}: cusp fetches nothing, expected its headers piped in: curl -sI ${argument} | cusp audit -`,
    )
  }
  if (/^[a-z-]+=/.test(argument)) {
    throw new UsageError(
      `Cannot read ${shown}: it looks like a check, expected the policy before it, or - for what is piped in`,
    )
  }
  if (!/[\s;]/.test(argument) && !hasDirective(argument)) {
    throw new UsageError(`Cannot read ${shown}: there is no such file, expected ${EXPECTED}`)
  }
}

function hasDirective(text: string): boolean {
  return parsePolicyList(text).some(({ policy }) =>
    policy.directives.some(({ name }) => DIRECTIVES.has(name)),
  )
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
