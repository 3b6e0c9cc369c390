/** The policies of all files of a folder or a glob. Nothing in them is executed. */

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'
import { decodeText } from '../text.ts'
import { MENTION } from './forms/form.ts'
import { OPTIONS } from './forms/forms.ts'
import type { PlaceReading } from './places.ts'
import { readPlaces } from './places.ts'
import { whyNotPolicy } from './policy-text.ts'

/** What one file holds: its policies, or why they are not read. */
export interface FileReading {
  /** Relative to the current folder, with "/" between its parts. */
  readonly file: string
  readonly places: readonly PlaceReading[]
  readonly problem?: string
}

/** The names of files in which headers are set. */
const NAMES =
  /^(?:_headers|caddyfile|\.htaccess|[^.]*)$|\.(?:html?|xhtml|json|jsonc|ya?ml|toml|conf|config|caddyfile|php|[cm]?js|txt|csp|http|headers)$/i
/** Programs that are not read, but may set headers. */
const PROGRAMS = /\.(?:[cm]?tsx?|jsx|vue|svelte)$/i
const PLAIN = /\.(?:txt|csp)$/i
/** A longer pattern is a policy, or a mistake. */
const LONGEST = 1000
/** Files above this are data or bundles. */
const MOST_BYTES = 4_000_000

/** Whether an argument names a folder, or files by a pattern. */
export async function isFolder(argument: string, { cwd }: Host): Promise<boolean> {
  if (/[\s;]/.test(argument) || argument === '') return false
  try {
    return (await stat(path.resolve(cwd, argument))).isDirectory()
  } catch {
    const isPath = /[./]/.test(argument) && !/^\w+:/.test(argument)
    return isPath && argument.includes('*') && argument.length <= LONGEST
  }
}

/**
 * Reads every file of a folder or a glob that names the header, or whose text is a policy.
 *
 * @throws UsageError where no file does
 */
export async function readFolder(
  argument: string,
  { host, onFile }: { readonly host: Host; readonly onFile: (done: number, all: number) => void },
): Promise<readonly FileReading[]> {
  const files = await findFiles(argument, host)
  const readings: FileReading[] = []
  let done = 0
  for await (const reading of readEach(files, host)) {
    if (reading !== undefined) readings.push(reading)
    done += 1
    onFile(done, files.length)
  }
  if (readings.length > 0) return readings
  const shown = JSON.stringify(argument)
  throw new UsageError(
    `Cannot read ${shown}: none of its files has a policy. Use a folder of HTML files, headers or configuration.`,
  )
}

async function findFiles(argument: string, { cwd }: Host): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby')
  const full = path.resolve(cwd, argument)
  const isPattern = !(await stat(full).then(
    (found) => found.isDirectory(),
    () => false,
  ))
  const files = await glob(isPattern ? argument : '**', {
    cwd: isPattern ? cwd : full,
    dot: true,
    absolute: true,
    followSymbolicLinks: false,
    expandDirectories: false,
    braceExpansion: false,
    extglob: false,
    ignore: ['**/node_modules/**', '**/.git/**'],
  })
  return files
    .filter((file) => isPattern || NAMES.test(path.basename(file)) || PROGRAMS.test(file))
    .map((file) => path.relative(cwd, file).replaceAll(path.sep, '/'))
    .toSorted()
}

/** One after the other, so that a large folder is not held in memory. */
async function* readEach(
  files: readonly string[],
  host: Host,
): AsyncGenerator<FileReading | undefined> {
  for (const file of files) yield readOne(file, host)
}

/** Reads one file; undefined for a file that has nothing to do with policies. */
async function readOne(file: string, { cwd }: Host): Promise<FileReading | undefined> {
  const full = path.resolve(cwd, file)
  const { size } = await stat(full)
  const bytes = await readFile(full)
  const text = decodeText(size > MOST_BYTES ? bytes.subarray(0, MOST_BYTES) : bytes)
  const isNamed = MENTION.test(text)
  if (!isNamed && !OPTIONS.test(text) && !isPlainPolicy(file, text)) return undefined
  if (size > MOST_BYTES) return { file, places: [], problem: 'it is larger than 4 MB' }
  if (PROGRAMS.test(file)) {
    return { file, places: [], problem: 'TypeScript and components are not read' }
  }
  const label = JSON.stringify(file)
  try {
    return { file, places: await readPlaces(text, { label, file }) }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    // Other programs have directives, too.
    if (!isNamed) return undefined
    return { file, places: [], problem: error.message.replace(`Cannot read ${label}: `, '') }
  }
}

function isPlainPolicy(file: string, text: string): boolean {
  return PLAIN.test(file) && whyNotPolicy(text) === undefined
}
