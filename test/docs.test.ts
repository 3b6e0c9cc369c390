/** The documentation is true: its code is checked and run, its links lead somewhere. */

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DocModule } from './docs/modules.ts'
import { findSources, readExamples } from './docs/examples.ts'
import { removeModules, run, writeModules, writeProject } from './docs/modules.ts'
import { findMarkdown, readAnchors, readBlocks, readLinks, ROOT } from './docs/markdown.ts'

const LANGUAGES = new Set(['ts', 'js', 'mjs', 'typescript', 'javascript'])

/** What a tool wrote: it is as true as its source. */
const GENERATED = /CHANGELOG\.md$|^docs\/api\//

const files = findMarkdown().filter((file) => !GENERATED.test(file))
const modules = new Map<string, readonly DocModule[]>()
const exempt = files.flatMap(readBlocks).filter(({ exemption }) => exemption !== undefined)
for (const file of files) {
  const blocks = readBlocks(file).filter(({ language, exemption }) => {
    return LANGUAGES.has(language) && exemption === undefined
  })
  if (blocks.length > 0) modules.set(file, writeModules(blocks))
}
for (const file of findSources()) {
  const blocks = readExamples(file)
  if (blocks.length > 0) modules.set(file, writeModules(blocks))
}
afterAll(removeModules)

describe('code in Markdown and in JSDoc', () => {
  it('is there, and what is exempt says why', () => {
    expect([...modules.keys()]).toEqual(
      expect.arrayContaining(['README.md', 'docs/migrating.md', 'packages/core/src/deliver.ts']),
    )
    for (const { exemption } of exempt) expect(exemption?.length).toBeGreaterThan(10)
  })

  it('has the right types', { timeout: 60_000 }, async () => {
    expect(await typeCheck()).toEqual([])
  })

  describe('runs', () => {
    const started = process.cwd()
    // What an example writes to ./ goes with the test.
    const folder = mkdtempSync(path.join(tmpdir(), 'cusp-docs-'))
    beforeAll(() => {
      process.chdir(folder)
      vi.spyOn(Server.prototype, 'listen').mockReturnThis()
      vi.spyOn(console, 'log').mockReturnValue()
      vi.spyOn(console, 'table').mockReturnValue()
    })
    afterAll(() => {
      vi.restoreAllMocks()
      process.chdir(started)
      rmSync(folder, { recursive: true, force: true })
    })
    // What shows a test would add itself to this one.
    const runnable = [...modules.values()].flat().filter(({ block }) => {
      return !/from '(?:vitest|node:test)'/.test(block.code)
    })
    it.each(runnable.map((module) => [titleOf(module), module] as const))(
      '%s',
      async (_title, module) => {
        expect(await run(module)).toBeDefined()
      },
    )
  })
})

const REPOSITORY = 'https://github.com/cusp-csp/cusp/blob/main/'
const PACKAGE_README = /^packages\/[^/]+\/README\.md$/

describe('links in Markdown', () => {
  it.each(files)('%s', (file) => {
    const broken = readLinks(file).filter((link) => !leadsSomewhere(file, link))
    expect(broken).toEqual([])
  })

  it.each(files.filter((file) => PACKAGE_README.test(file)))(
    '%s leaves its package by whole addresses, which npm shows too',
    (file) => {
      expect(readLinks(file).filter((link) => link.startsWith('../'))).toEqual([])
    },
  )
})

function titleOf({ block: { file, line, part } }: DocModule): string {
  return part === undefined ? `${file}:${line}` : `${file}:${line}, ${part}`
}

/** tsc's complaints, each with its place in the Markdown. */
async function typeCheck(): Promise<readonly string[]> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '--project', writeProject(), '--pretty', 'false']
  const output = await promisify(execFile)(process.execPath, args).then(
    () => '',
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  )
  const complaints = output.split('\n').filter((line) => line !== '')
  const all = [...modules.values()].flat()
  return complaints.map((complaint) => {
    const [, name, line, rest] = /^(.*?)\((\d+),\d+\): (.*)$/.exec(complaint) ?? []
    const module = all.find(({ file }) => path.basename(file) === path.basename(name ?? ''))
    if (module === undefined) return complaint
    return `${module.block.file}:${module.block.line + Number(line) - 1} ${rest}`
  })
}

function leadsSomewhere(file: string, link: string): boolean {
  const isOwn = link.startsWith(REPOSITORY)
  if (!isOwn && /^[a-z]+:/i.test(link)) return true
  const [target = '', anchor] = (isOwn ? link.slice(REPOSITORY.length) : link).split('#')
  const folder = isOwn ? '' : path.posix.dirname(file)
  const found = target === '' ? file : path.posix.join(folder, target)
  if (!existsSync(path.join(ROOT, found))) return false
  if (anchor === undefined) return true
  // A folder's page shows its README.
  const page = found.endsWith('.md') ? found : path.posix.join(found, 'README.md')
  return existsSync(path.join(ROOT, page)) && readAnchors(page).has(anchor)
}
