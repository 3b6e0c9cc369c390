/** `cusp hash`: the hashes of inline code and integrity attributes, and directives with them. */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { HashAlgorithm } from '@cusp/core'
import type { hashInline, InlineKind, PageCode } from '@cusp/html'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
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

/** What a hash allows: inline code, or a script with an integrity attribute. */
type Kind = InlineKind | 'external-script'

/** A hash source, and what it allows. */
interface Hashed {
  readonly file: string
  readonly line: number
  readonly kind: Kind
  readonly hash: string
  /** The exact text that is hashed; the src attribute of an external script. */
  readonly source: string
}

/** The directive that allows each kind. Attributes and URLs need 'unsafe-hashes' too. */
const DIRECTIVES: Readonly<Record<Kind, string>> = {
  script: 'script-src',
  'external-script': 'script-src',
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
    .description(
      'Hash the inline scripts and styles of HTML files, and list the hashes of integrity attributes.',
    )
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
  const pages = await readAll(files, host)
  const hashed = pages.flatMap(({ file, page, hash }) => hashPage(page, { file, options, hash }))
  const sources = sourcesOf(hashed)
  host.stdout.write(
    options.json === true
      ? toJSON({ hashes: hashed, sources: Object.fromEntries(sources) })
      : writeHashes(hashed, { files, sources, page: pageOf(host.stdout, host.env) }),
  )
  return EXIT.ok
}

/** A file, and what is in it. */
interface ReadPage {
  readonly file: string
  readonly page: PageCode
  readonly hash: typeof hashInline
}

function hashPage(
  { inline, external }: PageCode,
  { file, options, hash }: Omit<ReadPage, 'page'> & { readonly options: Options },
): readonly Hashed[] {
  const scripts = external.filter(({ kind }) => kind === 'external-script')
  const allowed = scripts.flatMap(({ line, url, integrity }) =>
    integrity.map((own): Hashed => {
      return { file, line, kind: 'external-script', hash: `'${own}'`, source: url }
    }),
  )
  const hashed = inline
    .filter(({ kind }) => options.attributes === true || isElement(kind))
    .flatMap(({ line, kind, source: own, alternatives = [] }) =>
      [own, ...alternatives].map((source): Hashed => {
        return { file, line, kind, hash: hash(source, options.algorithm), source }
      }),
    )
  return [...hashed, ...allowed].toSorted((a, b) => a.line - b.line)
}

/** Reads all files. Of several that cannot be read, the first one is named. */
async function readAll(files: readonly string[], host: Host): Promise<readonly ReadPage[]> {
  // The parser is large: it is loaded only when it is needed.
  const { hashInline: hash, readInline } = await import('@cusp/html')
  const markups = await Promise.all(files.map((file) => read(file, host)))
  return files.map((file, index) => {
    const markup = markups[index]
    if (markup !== undefined) return { file, page: readInline(markup), hash }
    throw new UsageError(
      `Cannot hash ${JSON.stringify(file)}: the file cannot be read. Give the path of an HTML file, or - for standard input.`,
    )
  })
}

async function read(file: string, host: Host): Promise<string | Uint8Array | undefined> {
  if (file === '-') return host.readStdin()
  if (/\.(?:xht|xhtml|svg|xml)$/i.test(file)) {
    throw new UsageError(
      `Cannot hash ${JSON.stringify(file)}: browsers parse it as XML, which has other rules for what is inline. Give the path of an HTML file, or - for standard input.`,
    )
  }
  return readFile(path.resolve(host.cwd, file)).catch(() => undefined)
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
    return `${page.paint('bold', escapeLine(file))}\n${own.length === 0 ? '  nothing to hash\n' : writeRows(own, page)}`
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

function isElement(kind: Kind): boolean {
  return kind === 'script' || kind === 'style' || kind === 'external-script'
}
