import { build } from 'esbuild'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'

test('core needs crypto, URL, TextEncoder and TextDecoder, and nothing else of its host', async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'smoke.js')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'bundle',
    target: 'es2022',
    conditions: ['@cusp/source'],
  })
  const context = createContext({ crypto, URL, TextEncoder, TextDecoder })
  runInContext(outputFiles[0]?.text ?? '', context)

  const globals = ['process', 'Buffer', 'setTimeout', 'btoa', 'fetch', 'structuredClone']
  expect(globals.filter((name) => Object.hasOwn(context, name))).toEqual([])
  await expect(runInContext('bundle.smoke()', context)).resolves.toBeUndefined()
})
