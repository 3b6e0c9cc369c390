/** A program of these tests in one file, which starts at once. */

import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

/** Beside the packages that it does not contain. */
const FOLDER = path.join(import.meta.dirname, '../../node_modules/.cache/durability')

/** Bundles a source of this folder, and returns the path of the program. */
export async function buildProgram(source: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true })
  const name = `${path.basename(source, '.ts')}-${process.pid}.mjs`
  const outfile = path.join(FOLDER, name)
  await build({
    entryPoints: [path.join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@cusp/source'],
    external: ['libsql', 'pg'],
    logLevel: 'error',
  })
  return outfile
}
