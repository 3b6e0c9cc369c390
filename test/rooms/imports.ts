/** The imports of a package's sources, types included. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript-6'

/** Texts by their paths, `/` between the folders. */
export type Files = ReadonlyMap<string, string>

/** One file that names another, or a package. */
export interface Import {
  readonly from: string
  /** As it is written. */
  readonly specifier: string
  /**
   * The path in the same folder of sources that a relative specifier leads to; undefined for a
   * package.
   */
  readonly to: string | undefined
}

/** Every import and re-export of these files, in the order of the files. */
export function readImports(files: Files): readonly Import[] {
  return [...files].flatMap(([from, text]) =>
    ts.preProcessFile(text).importedFiles.map(({ fileName: specifier }) => {
      const to = specifier.startsWith('.') ? resolve(from, specifier) : undefined
      return { from, specifier, to }
    }),
  )
}

/** The files under `folder` that are published: everything but tests and declarations. */
export function readSources(folder: string): Files {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sources = all.map((file) => file.split(path.sep).join('/')).filter(isSource)
  return new Map(
    sources.toSorted().map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
  )
}

function isSource(file: string): boolean {
  return file.endsWith('.ts') && !/\.(?:test|test-d|d)\.ts$/.test(file)
}

function resolve(from: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(from), specifier)
}
