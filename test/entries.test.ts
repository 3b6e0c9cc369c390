/** What plain Node finds for each entry of each package: the source in this workspace, `dist` otherwise. */

import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { entriesOf, hasCommonJS, publicPackages } from '../scripts/packing.js'

const PROGRAM = `
  import { createRequire } from 'node:module'
  const { resolve } = createRequire(process.cwd() + '/package.json')
  const found = process.argv.slice(1).map((name) => [import.meta.resolve(name), resolve(name)])
  console.log(JSON.stringify(found))
`

describe.each(publicPackages())('$manifest.name', ({ folder, manifest }) => {
  const entries = entriesOf(manifest)

  it('is its source under the condition of the workspace, for import and require', () => {
    const sources = entries.map((entry) => `src/${fileOf(entry)}.ts`)
    const found = resolveAll(['--conditions=@cusp/source'])
    expect(found).toEqual(sources.map((source) => [source, source]))
  })

  it('is ES modules for import and, where there is CommonJS, that for require', () => {
    const required = hasCommonJS(manifest) ? 'dist/cjs' : 'dist'
    const found = resolveAll([])
    expect(found).toEqual(
      entries.map((entry) => [`dist/${fileOf(entry)}.js`, `${required}/${fileOf(entry)}.js`]),
    )
  })

  /** The files for import and require of each entry, from the package's folder. */
  function resolveAll(flags: readonly string[]): readonly (readonly string[])[] {
    const names = entries.map((entry) => manifest.name + entry.slice(1))
    const args = [...flags, '--input-type=module', '--eval', PROGRAM, '--', ...names]
    const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    const found = JSON.parse(output) as readonly (readonly [string, string])[]
    return found.map(([imported, required]) =>
      [fileURLToPath(imported), required].map((file) => path.relative(folder, file)),
    )
  }
})

function fileOf(entry: string): string {
  return entry === '.' ? 'index' : entry.slice(2)
}
