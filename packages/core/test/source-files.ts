/** The TypeScript sources of all packages, for the tests that hold for every one of them. */

import { readdirSync, readFileSync } from 'node:fs'

/** A source file: its path from the root of the workspace, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

const PACKAGES = new URL('../../', import.meta.url)

/** Reads every source file of every package; tests and what serves them are left out. */
export function readSourceFiles(): readonly SourceFile[] {
  return readdirSync(PACKAGES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readFolder(`packages/${name}/src/`, new URL(`${name}/src/`, PACKAGES)))
}

function readFolder(path: string, folder: URL): readonly SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry
    if (entry.isDirectory()) {
      return name === 'testing' ? [] : readFolder(`${path}${name}/`, new URL(`${name}/`, folder))
    }
    if (!/(?<!\.test|\.test-d|\.d)\.ts$/.test(name)) return []
    return [{ path: path + name, text: readFileSync(new URL(name, folder), 'utf8') }]
  })
}
