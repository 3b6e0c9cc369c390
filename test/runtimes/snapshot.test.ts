/** Processes that start from one V8 start-up snapshot have nonces of their own. */

import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'

const PROGRAM = `
import { createNonce } from '@cusp/core'
const before = createNonce()
const { startupSnapshot } = process.getBuiltinModule('node:v8')
startupSnapshot.setDeserializeMainFunction(() => {
  console.log(JSON.stringify([before, ...Array.from({ length: 600 }, () => createNonce())]))
})
`

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-snapshot-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a nonce made before the snapshot leaves no pool in it', { timeout: 60_000 }, async () => {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: path.join(import.meta.dirname, '..') },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['@cusp/source'],
  })
  const [program, blob] = [path.join(folder, 'program.js'), path.join(folder, 'blob')]
  writeFileSync(program, outputFiles[0]?.text ?? '')
  node('--snapshot-blob', blob, '--build-snapshot', program)
  const runs = [1, 2].map(() => JSON.parse(node('--snapshot-blob', blob)) as readonly string[])
  const [before, ...nonces] = runs.flat()
  expect(nonces).toHaveLength(1201)
  // The one that was made before is in both; every other one is new.
  expect(new Set([before, ...nonces]).size).toBe(1201)
})

function node(...args: readonly string[]): string {
  return execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
