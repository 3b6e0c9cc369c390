/** Markdown files of the repository: their code blocks, headings and links. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The repository's root. */
export const ROOT = path.resolve(import.meta.dirname, '../..')

/** One fenced block of code. */
export interface Block {
  /** The Markdown file, from the root. */
  readonly file: string
  /** The line of its opening fence. */
  readonly line: number
  /** The heading above it. */
  readonly heading: string
  /** The word behind the fence. */
  readonly language: string
  /** Why it is not checked, from `not-checked="…"` behind the language. */
  readonly exemption: string | undefined
  /** Where a block holds "// before" and "// after", each is one. */
  readonly part: 'before' | 'after' | undefined
  readonly code: string
}

const IGNORED = new Set(['node_modules', 'dist', 'coverage', '.git'])

/** Every Markdown file, from the root. */
export function findMarkdown(folder = ''): readonly string[] {
  const entries = readdirSync(path.join(ROOT, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const file = path.posix.join(folder, entry.name)
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : findMarkdown(file)
    return entry.name.endsWith('.md') ? [file] : []
  })
}

/** The blocks of a file in order. */
export function readBlocks(file: string): readonly Block[] {
  const blocks: Block[] = []
  let heading = ''
  for (const { line, text, fence } of readLines(file)) {
    if (fence === undefined) heading = /^#{1,6} (.*)$/.exec(text)?.[1] ?? heading
    else blocks.push(...splitBlock({ file, line, heading, ...readInfo(text), code: fence }))
  }
  return blocks
}

/** The anchors of a file as GitHub makes them. */
export function readAnchors(file: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const { text, fence } of readLines(file)) {
    const heading = fence === undefined ? /^#{1,6} (.*)$/.exec(text)?.[1] : undefined
    if (heading === undefined) continue
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** The targets of links and images in a file's prose. */
export function readLinks(file: string): readonly string[] {
  return [...readLines(file)].flatMap(({ text, fence }) => {
    if (fence !== undefined) return []
    const prose = text.replaceAll(/`[^`]*`/g, '')
    const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)]
    const others = [...prose.matchAll(/^\[[^\]]+\]: (\S+)|(?:src|href)="([^"]+)"/g)]
    return [...inline, ...others].map((match) => match[1] ?? match[2] ?? '')
  })
}

interface Line {
  readonly line: number
  readonly text: string
  /** The code of the block that this line opens. */
  readonly fence?: string
}

/** The lines of prose, each block of code as one. */
function* readLines(file: string): Generator<Line> {
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n')
  for (let at = 0; at < lines.length; at += 1) {
    const text = lines[at] ?? ''
    const fence = /^(\s*)(`{3,})/.exec(text)
    if (fence === null) {
      yield { line: at + 1, text }
      continue
    }
    const [, indent = '', ticks = ''] = fence
    const end = lines.findIndex((line, index) => index > at && line.trim() === ticks)
    if (end === -1) throw new Error(`Cannot read ${file}: the block in line ${at + 1} has no end`)
    const code = lines.slice(at + 1, end).map((line) => line.slice(indent.length))
    yield { line: at + 1, text: text.trim(), fence: code.join('\n') }
    at = end
  }
}

function readInfo(fence: string): Pick<Block, 'language' | 'exemption'> {
  const [, language = '', rest = ''] = /^`+(\S*) ?(.*)$/.exec(fence) ?? []
  return { language, exemption: /not-checked="([^"]+)"/.exec(rest)?.[1] }
}

function splitBlock(block: Omit<Block, 'part'>): readonly Block[] {
  const [before, after, ...others] = block.code.split(/^\/\/ after\n/m)
  if (before === undefined || after === undefined || others.length > 0) {
    return [{ ...block, part: undefined }]
  }
  const offset = before.split('\n').length
  return [
    { ...block, part: 'before', code: before },
    { ...block, part: 'after', code: after, line: block.line + offset },
  ]
}
