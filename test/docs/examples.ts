/** The examples in the JSDoc of the packages' sources, as blocks. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Block } from './markdown.ts'
import { ROOT } from './markdown.ts'

const FENCED = /^ *\* ```(\w+)\n(.*?)^ *\* ```$/gms

/** Every source file of every package, from the root; without tests. */
export function findSources(): readonly string[] {
  return readdirSync(path.join(ROOT, 'packages')).flatMap((name) => {
    const folder = `packages/${name}/src`
    return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(?:test|test-d|d)\.ts$/.test(file))
      .map((file) => `${folder}/${file}`)
  })
}

/** The fenced blocks in a file's comments. */
export function readExamples(file: string): readonly Block[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  return Array.from(text.matchAll(FENCED), ({ 1: language = '', 2: code = '', index }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    heading: '',
    language,
    exemption: undefined,
    part: undefined,
    code: code.replaceAll(/^ *\* ?/gm, '').trimEnd(),
  }))
}
