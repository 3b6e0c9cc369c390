/** `cusp hash`: the hashes of the inline code of HTML files, and directives with them. */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { HashAlgorithm } from '@cusp/core'
import { hashSource } from '@cusp/core'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import type { InlineCode, InlineKind } from '../read/inline-code.ts'
import { escapeLine } from '../text.ts'
import { toJSON } from '../write/output.ts'
import type { Page } from '../write/page.ts'
import { longest, pageOf } from '../write/page.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp } from './command.ts'

interface Options {
  readonly algorithm: HashAlgorithm
  readonly attributes?: boolean | undefined
  readonly json?: boolean | undefined
}

/** A piece of code and its hash source. */
interface Hashed extends InlineCode {
  readonly file: string
  readonly hash: string
}

/** The directive that allows each kind. Attributes and URLs need 'unsafe-hashes' too. */
const DIRECTIVES: Readonly<Record<InlineKind, string>> = {
  script: 'script-src',
  'event-handler': 'script-src',
  'javascript-url': 'script-src',
  style: 'style-src',
  'style-attribute': 'style-src',
}

const EXAMPLES = exampleHelp(
  'cusp hash dist/index.html',
  'cusp hash dist/*.html --algorithm sha384',
  'cusp hash page.html --attributes --json',
  'curl -s https://shop.example | cusp hash -',
)

/** Makes the command. */
export function hashCommand({ host, finish }: CommandContext): Command {
  return new Command('hash')
    .summary('hash the inline code of HTML files')
    .description('Hash the inline scripts and styles of HTML files, for script-src and style-src.')
    .argument('<files...>', 'HTML files, or - for standard input')
    .option('--attributes', 'include event handlers, style attributes and javascript: URLs')
    .addOption(
      new Option('--algorithm <name>', 'the hash algorithm')
        .choices(['sha256', 'sha384', 'sha512'])
        .default('sha256'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      finish(await runHash(files, { options, host }))
    })
}

/** Prints the hash of every inline script and style, and the sources to write into the policy. */
async function runHash(
  files: readonly string[],
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  // The parser is large: it is loaded only when it is needed.
  const { findInlineCode } = await import('../read/inline-code.ts')
  const found = await Promise.all(
    files.map(async (file) => {
      const codes = findInlineCode(await read(file, host))
      const wanted = codes.filter(({ kind }) => options.attributes === true || isElement(kind))
      return Promise.all(wanted.map((code) => hashCode(file, code, options.algorithm)))
    }),
  )
  const hashed = found.flat()
  const sources = sourcesOf(hashed)
  host.stdout.write(
    options.json === true
      ? toJSON({ hashes: hashed, sources: Object.fromEntries(sources) })
      : writeHashes(hashed, { files, sources, page: pageOf(host.stdout, host.env) }),
  )
  return EXIT.ok
}

async function hashCode(
  file: string,
  { kind, line, source }: InlineCode,
  algorithm: HashAlgorithm,
): Promise<Hashed> {
  return { file, line, kind, hash: await hashSource(source, algorithm), source }
}

async function read(file: string, host: Host): Promise<string> {
  if (file === '-') return host.readStdin()
  try {
    return await readFile(path.resolve(host.cwd, file), 'utf8')
  } catch {
    throw new UsageError(
      `Cannot hash ${JSON.stringify(file)}: the file cannot be read. Give the path of an HTML file, or - for standard input.`,
    )
  }
}

/** The sources for each directive, without duplicates. */
function sourcesOf(hashed: readonly Hashed[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, Set<string>>()
  for (const { kind, hash } of hashed) {
    const directive = DIRECTIVES[kind]
    const set = sources.get(directive) ?? new Set()
    if (!isElement(kind)) set.add("'unsafe-hashes'")
    sources.set(directive, set.add(hash))
  }
  return new Map(Array.from(sources, ([directive, set]) => [directive, [...set]]))
}

function writeHashes(
  hashed: readonly Hashed[],
  context: {
    readonly files: readonly string[]
    readonly sources: ReadonlyMap<string, readonly string[]>
    readonly page: Page
  },
): string {
  const { files, sources, page } = context
  const sections = files.map((file) => {
    const own = hashed.filter((one) => one.file === file)
    return `${page.paint('bold', escapeLine(file))}\n${own.length === 0 ? '  no inline code\n' : writeRows(own, page)}`
  })
  const directives = Array.from(
    sources,
    ([directive, values]) => `${[directive, ...values].join(' ')}\n`,
  )
  return [...sections, ...(directives.length === 0 ? [] : [directives.join('')])].join('\n')
}

function writeRows(hashed: readonly Hashed[], page: Page): string {
  const lineWidth = longest(hashed.map(({ line }) => String(line)))
  const kindWidth = longest(hashed.map(({ kind }) => kind))
  return hashed
    .map(({ line, kind, hash, source }) => {
      const head = `  ${String(line).padStart(lineWidth)}  ${kind.padEnd(kindWidth)}  ${hash}`
      return `${head}${writeBeginning(source, page.width - head.length - 2, page)}\n`
    })
    .join('')
}

/** Writes as much of the code as fits into the line. */
function writeBeginning(source: string, room: number, page: Page): string {
  const text = escapeLine(source.trim().replaceAll(/\s+/g, ' '))
  if (room < 8) return ''
  return `  ${page.paint('dim', text.length > room ? `${text.slice(0, room - 1)}…` : text)}`
}

function isElement(kind: InlineKind): boolean {
  return kind === 'script' || kind === 'style'
}
