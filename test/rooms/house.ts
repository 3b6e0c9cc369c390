/** What stands in packages/: the sources and the declared entries of each package. */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../docs/markdown.ts'
import type { Files, Import } from './imports.ts'
import { readImports, readSources } from './imports.ts'
import type { PackagePlan } from './plan.ts'

/** One package as it is. */
export interface Package {
  readonly plan: PackagePlan
  /** The name that others import. */
  readonly name: string
  /** What others may import, such as `@cusp/core/helmet`. */
  readonly entries: readonly string[]
  readonly files: Files
  readonly imports: readonly Import[]
}

/** Reads a package from its folder. */
export function readPackage(plan: PackagePlan): Package {
  const home = path.join(ROOT, 'packages', plan.folder)
  const { name, exports } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly exports: Readonly<Record<string, unknown>>
  }
  return makePackage(plan, {
    name,
    entries: Object.keys(exports).map((entry) => name + entry.slice(1)),
    files: readSources(path.join(home, 'src')),
  })
}

/** A package of these files. */
export function makePackage(
  plan: PackagePlan,
  found: Pick<Package, 'name' | 'entries' | 'files'>,
): Package {
  return { plan, ...found, imports: readImports(found.files) }
}

/** The room of a file: the first folder of its path, or the file itself. */
export function roomOf(file: string): string {
  return file.split('/')[0] ?? file
}

/** The package of a specifier: `@cusp/core` of `@cusp/core/helmet`. */
export function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}
