/**
 * What the packages export is decided, not happened upon: `exports.txt` has every name, and a
 * change of it is read.
 */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import ts from 'typescript-6'
import { ROOT } from './docs/markdown.ts'

interface Entry {
  /** What is imported. */
  readonly specifier: string
  /** Its source. */
  readonly file: string
}

const entries = readdirSync(path.join(ROOT, 'packages')).flatMap(readEntries)
const exported = readExports(entries)

it('are those of exports.txt', async () => {
  const listing = entries.map(({ specifier }) => `${specifier}\n${exported.get(specifier)}`)
  await expect(listing.join('\n')).toMatchFileSnapshot('exports.txt')
})

it.each(entries)('$specifier has no default export and the values of its types', async (entry) => {
  const names = Object.keys((await import(/* @vite-ignore */ entry.file)) as object)
  const values = exported.get(entry.specifier)?.match(/^ {2}\w+$/gm)
  expect(names.map((name) => `  ${name}`).toSorted()).toEqual(values?.toSorted() ?? [])
  expect(names).not.toContain('default')
})

function readEntries(folder: string): readonly Entry[] {
  const home = path.join(ROOT, 'packages', folder)
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly private?: boolean
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  }
  if (manifest.private === true) return []
  return Object.entries(manifest.exports).flatMap(([entry, conditions]) => {
    const source = typeof conditions === 'string' ? undefined : conditions['@cusp/source']
    if (source === undefined) return []
    return [{ specifier: manifest.name + entry.slice(1), file: path.join(home, source) }]
  })
}

/** The lines of each entry point: values by their name, types with `type` before it. */
function readExports(all: readonly Entry[]): ReadonlyMap<string, string> {
  const program = ts.createProgram({
    rootNames: all.map(({ file }) => file),
    options: {
      module: ts.ModuleKind.NodeNext,
      allowImportingTsExtensions: true,
      noEmit: true,
      noLib: true,
      types: [],
      customConditions: ['@cusp/source'],
    },
  })
  const checker = program.getTypeChecker()
  return new Map(
    all.map(({ specifier, file }) => {
      const source = program.getSourceFile(file)
      const module = source && checker.getSymbolAtLocation(source)
      if (module === undefined) throw new Error(`Cannot read ${file}: it is no module`)
      const lines = checker.getExportsOfModule(module).map((symbol) => {
        return isValue(symbol, checker) ? `  ${symbol.name}` : `  type ${symbol.name}`
      })
      return [specifier, `${lines.toSorted().join('\n')}\n`]
    }),
  )
}

function isValue(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.declarations?.some(ts.isTypeOnlyExportDeclaration) === true) return false
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
  const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol
  return (target.flags & ts.SymbolFlags.Value) !== 0
}
