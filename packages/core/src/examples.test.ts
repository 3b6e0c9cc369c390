/** Each public function and class has an example, which test/docs.test.ts runs. */

import { expect, it } from 'vitest'
import { readSourceFiles } from '../test/source-files.ts'

const files = readSourceFiles().filter(({ path }) => path.startsWith('packages/core/src/'))
const FACES = ['index.ts', 'helmet.ts', 'presets.ts', 'servers.ts']

it.each(FACES)('every function and class of %s has an example', async (face) => {
  const module = (await import(/* @vite-ignore */ `./${face}`)) as Readonly<Record<string, unknown>>
  const names = Object.keys(module).filter((name) => typeof module[name] === 'function')
  expect(names.length).toBeGreaterThan(1)
  expect(names.filter((name) => !commentOf(name).includes('@example'))).toEqual([])
})

/** What stands between the end of the declaration before and this one. */
function commentOf(name: string): string {
  const declaration = new RegExp(String.raw`\nexport (?:async )?(?:function|class) ${name}\b`)
  const { text } = files.find((file) => declaration.test(file.text)) ?? { text: '' }
  const before = text.slice(0, declaration.exec(text)?.index)
  return before.slice(before.lastIndexOf('/**'))
}
