import { build } from 'esbuild'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'

test('web needs Request, Response and what core needs, and no node: module', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'web-smoke.js')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'neutral',
    format: 'iife',
    globalName: 'bundle',
    target: 'es2022',
    conditions: ['@cusp/source'],
  })
  const inputs = Object.values(metafile.inputs).flatMap(({ imports }) => imports)
  expect(inputs.filter(({ external, path: name }) => external ?? name.startsWith('node:'))).toEqual(
    [],
  )
  const host = { crypto, URL, TextEncoder, TextDecoder, Request, Response, Headers }
  const context = createContext({ ...host, console: { warn: () => {} } })
  runInContext(outputFiles[0]?.text ?? '', context)
  await expect(runInContext('bundle.smokeWeb()', context)).resolves.toBeUndefined()
})
