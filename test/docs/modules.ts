/**
 * Blocks of documentation as modules: with what the page has said before, and a few things that
 * every reader has.
 */

import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Block } from './markdown.ts'
import { ROOT } from './markdown.ts'

/**
 * What a block may use without having said where it comes from: declared where it is used and not
 * declared by the block.
 */
const PREAMBLE: Readonly<Record<string, (block: Block) => string>> = {
  app: ({ code }) =>
    /koa/.test(code)
      ? `import Koa_ from 'koa'; const app = new Koa_()`
      : `import express_ from 'express'; const app = express_()`,
  page: () => `const page = '<!doctype html><title>page</title>'`,
  file: () => `const file = Buffer.from('a file')`,
  randomBytes: () => `import { randomBytes } from 'node:crypto'`,
  tenants: () =>
    `import { csp as csp_ } from '@cusp/core'; const tenants = { find: async (/** @type {string} */ host) => { if (host === '127.0.0.1') return { policy: csp_().defaultSrc('https://tenant.example') }; throw new Error('no tenant') } }`,
  check: () => `const check = Object.freeze({ type: 'eval' })`,
  adminPolicy: () => `import { api as api_ } from '@cusp/core'; const adminPolicy = api_()`,
  stricter: ({ code }) =>
    /\bpolicy\b/.test(code)
      ? `import { strict as strict_ } from '@cusp/core'; const stricter = strict_()`
      : '',
  res: () =>
    `import { IncomingMessage, ServerResponse } from 'node:http'; import { Socket } from 'node:net'; const res = new ServerResponse(new IncomingMessage(new Socket()))`,
}

/** The folder of generated modules; `dist` is ignored by every tool here. */
const FOLDER = path.join(ROOT, 'test/dist', randomUUID())

/** A block and what stands before it. */
export interface DocModule {
  readonly block: Block
  /** The file that is type-checked. */
  readonly file: string
  /** The declarations before the block, on one line. */
  readonly head: string
}

/**
 * Writes the TypeScript and JavaScript blocks of a page as modules; later blocks may use what
 * earlier ones imported.
 */
export function writeModules(blocks: readonly Block[]): readonly DocModule[] {
  mkdirSync(FOLDER, { recursive: true })
  const imported = new Map<string, string>()
  return blocks.map((block) => {
    const declarations: string[] = []
    const code = rebase(block)
    const available = new Map<string, string>(imported)
    for (const [name, declare] of Object.entries(PREAMBLE)) {
      if (!available.has(name)) available.set(name, declare(block))
    }
    for (const [name, declaration] of available) {
      if (!uses(code, name) || declares(code, name) || declaration === '') continue
      declarations.push(declaration)
    }
    for (const [name, statement] of importsOf(code)) imported.set(name, statement)
    const extension = block.language.startsWith('t') ? 'ts' : 'js'
    const file = path.join(FOLDER, `${block.file.replaceAll('/', '-')}-${block.line}.${extension}`)
    // One line, so that line numbers are easy to find again; no block is a script.
    const head = [...declarations, 'export {}'].join('; ')
    writeFileSync(file, `${head}\n${code}\n`)
    return { block, file, head }
  })
}

/** Removes what was written. */
export function removeModules(): void {
  rmSync(FOLDER, { recursive: true, force: true })
}

/** Where tsc's project file goes. */
export function writeProject(): string {
  const project = path.join(FOLDER, 'tsconfig.json')
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    moduleDetection: 'force',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    allowImportingTsExtensions: true,
    customConditions: ['@cusp/source'],
  }
  writeFileSync(project, JSON.stringify({ compilerOptions, include: ['*.ts', '*.js'] }))
  return project
}

/**
 * Runs a block. `expression // => text` says what the expression is as a text, and is held to it.
 *
 * @param names what the block declares or was given, to be returned
 */
export async function run(
  module: DocModule,
  names: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const { block, file, head } = module
  let promises = 0
  const body = rebase(block)
    .split('\n')
    .map((line, at) => {
      const [, indent, expression, expected] = /^(\s*)(.+?);? \/\/ => (.*)$/.exec(line) ?? []
      if (expression === undefined || expected === undefined) return line
      promises += 1
      return `${indent}said_.push([${expression}, ${JSON.stringify(expected)}, ${block.line + at + 1}])`
    })
    .join('\n')
  const exported = [...names, 'said_'].join(', ')
  const extension = path.extname(file)
  const target = `${file.slice(0, -extension.length)}.run${extension}`
  writeFileSync(target, `${head}; const said_ = []; export { ${exported} }\n${body}\n`)
  const result = (await import(/* @vite-ignore */ pathToFileURL(target).href)) as Record<
    string,
    unknown
  >
  const heard = result['said_'] as readonly (readonly [unknown, string, number])[]
  for (const [value, expected, line] of heard) {
    // A comment cannot show a line's end.
    if (String(value).trimEnd() === expected) continue
    throw new Error(
      `Cannot confirm ${block.file}:${line}: it is ${String(value)}, expected ${expected}`,
    )
  }
  if (heard.length < promises) {
    throw new Error(`Cannot confirm ${block.file}:${block.line}: not all of its lines were reached`)
  }
  return result
}

/**
 * Relative imports start from the Markdown file; a package that this folder does not have is taken
 * from its source.
 */
function rebase({ file, code }: Block): string {
  return code.replaceAll(/(from|import) '([^']+)'/g, (whole, word: string, target: string) => {
    const source = target.startsWith('.') ? path.join(path.dirname(file), target) : sourceOf(target)
    return source === undefined
      ? whole
      : `${word} '${path.relative(FOLDER, path.join(ROOT, source))}'`
  })
}

function sourceOf(target: string): string | undefined {
  if (target === 'cusp') return 'packages/cli/src/index.ts'
  const [, name, entry = 'index'] = /^@cusp\/([a-z-]+)(?:\/([a-z-]+))?$/.exec(target) ?? []
  if (name === undefined || existsSync(path.join(ROOT, 'test/node_modules/@cusp', name))) {
    return undefined
  }
  return `packages/${name}/src/${entry}.ts`
}

function uses(code: string, name: string): boolean {
  return new RegExp(String.raw`(?<![\w$.'-])${name}(?![\w$'-])`).test(withoutComments(code))
}

function declares(code: string, name: string): boolean {
  if (importsOf(code).some(([imported]) => imported === name)) return true
  const declaration = new RegExp(
    String.raw`\b(?:const|let|function|class)\s+(?:${name}\b|[{[][^}\]=]*\b${name}\b[^}\]=]*[}\]]\s*=)`,
  )
  return declaration.test(code)
}

function withoutComments(code: string): string {
  return code.replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}

/** The names that a module imports, each with a statement for it alone. */
function importsOf(code: string): readonly (readonly [name: string, statement: string])[] {
  const found: (readonly [string, string])[] = []
  for (const [, type = '', clause = '', from = ''] of code.matchAll(
    /^import (type )?([^'"]+?) from ('[^']+')/gm,
  )) {
    const [, named] = /\{([^}]*)\}/.exec(clause) ?? []
    for (const part of named?.split(',') ?? []) {
      const [imported = '', local = imported] = part.trim().split(/\s+as\s+/)
      if (imported !== '') found.push([local, `import ${type}{ ${part.trim()} } from ${from}`])
    }
    const [whole] = /^[\w$]+/.exec(clause) ?? []
    if (whole !== undefined) found.push([whole, `import ${type}${whole} from ${from}`])
  }
  return found
}
