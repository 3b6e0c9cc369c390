/** The policies of a command line: as text, a file, a module, or from standard input. */

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { PolicyItem } from '@cusp/engine'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'
import { decodeText } from '../text.ts'
import { isFolder } from './folder.ts'
import { readModule, readReference } from './module.ts'
import type { PlaceReading } from './places.ts'
import { readPlaces } from './places.ts'
import { findMisspelt, hasDirective } from './policy-text.ts'

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
  /** The value of X-Frame-Options beside them. */
  readonly frameOptions?: string | undefined
  /** Placeholders that no program has filled. */
  readonly placeholders?: readonly string[]
  /** Whether a server has sent the policies. */
  readonly isSent?: boolean
}

const NEXT_CONFIG = /(?:^|[\\/])next\.config\.[cm]?js$/

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
  // What next.config exports is no policy: its literals are read, as everywhere but in a module.
  const isConfig = NEXT_CONFIG.test(argument)
  const reference = isConfig ? undefined : readReference(argument)
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
    return readFileAt(file, argument)
  }
  if (await isFolder(argument, host)) {
    throw new UsageError(
      `Cannot read ${JSON.stringify(argument)}: it is a folder or a pattern, not one policy. Use one file, or cusp check or cusp audit for a table of all.`,
    )
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

async function readFileAt(file: string, argument: string): Promise<PolicyReading> {
  const text = decodeText(await readFile(file))
  const label = JSON.stringify(argument)
  return { ...onlyPlace(await readPlaces(text, { label, file }), { text, label }), file }
}

async function readText(text: string, label: string): Promise<PolicyReading> {
  return onlyPlace(await readPlaces(text, { label }), { text, label })
}

/** The reading of a text whose places all have the same policies. */
function onlyPlace(
  places: readonly PlaceReading[],
  { text, label }: { readonly text: string; readonly label: string },
): PolicyReading {
  const [first, ...others] = distinct(places)
  if (first === undefined) {
    throw new UsageError(`Cannot read ${label}: it does not have a policy. ${FORMS}`)
  }
  if (others.length > 0) {
    const names = [first, ...others].map(({ place }) => JSON.stringify(place)).join(', ')
    throw new UsageError(
      `Cannot read ${label}: it has different policies for ${names}. Use the text of one of them, or the headers of a response.`,
    )
  }
  const { placeholders, notes } = first
  const note = `${label} has an unfilled placeholder, judged as if it were filled: ${placeholders.join(', ')}`
  return { ...first, label, text, notes: [...notes, ...(placeholders.length > 0 ? [note] : [])] }
}

/** The places with different policies. */
function distinct(places: readonly PlaceReading[]): readonly PlaceReading[] {
  const known = new Map(places.map((one) => [JSON.stringify(one.policies), one]))
  return [...known.values()]
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
