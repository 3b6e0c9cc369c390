/** What plain Node finds for each entry of each package, under the condition of this workspace. */

import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { entriesOf, publicPackages } from '../scripts/packing.js'

const PROGRAM = `
  import { createRequire } from 'node:module'
  const { resolve } = createRequire(process.cwd() + '/package.json')
  const found = process.argv.slice(1).map((name) => [import.meta.resolve(name), resolve(name)])
  console.log(JSON.stringify(found))
`

type PublicPackage = ReturnType<typeof publicPackages>[number]

it.each(publicPackages())(
  '$manifest.name resolves to its sources, for import and for require',
  (found) => {
    const sources = entriesOf(found.manifest).map((entry) => {
      return `src/${entry === '.' ? 'index' : entry.slice(2)}.ts`
    })
    expect(resolveAll(found)).toEqual(sources.map((source) => [source, source]))
  },
)

/** The files for import and require of each entry, from the package's folder. */
function resolveAll({ folder, manifest }: PublicPackage): readonly (readonly string[])[] {
  const names = entriesOf(manifest).map((entry) => manifest.name + entry.slice(1))
  const args = [
    '--conditions=@cusp/source',
    '--input-type=module',
    '--eval',
    PROGRAM,
    '--',
    ...names,
  ]
  const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const found = JSON.parse(output) as readonly (readonly [string, string])[]
  return found.map(([imported, required]) =>
    [fileURLToPath(imported), required].map((file) => path.relative(folder, file)),
  )
}
