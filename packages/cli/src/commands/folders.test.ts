/** `check` and `diff` of folders: a table as the answer. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-folders-'))
afterAll(() => rmSync(folder, { recursive: true }))
const world = { cwd: folder, env: { COLUMNS: '9999' } }

const FILES: Readonly<Record<string, string>> = {
  'old/same.txt': "img-src 'self'",
  'new/same.txt': "img-src 'self'",
  'old/sub/wider.txt': "img-src 'self'; font-src 'self'",
  'new/sub/wider.txt': "img-src 'self' a.example; font-src 'self'",
  'old/gone.txt': "img-src 'none'",
  'new/added.txt': "img-src 'none'",
  'old/moved.js': `setHeader('Content-Security-Policy', "img-src 'self'")`,
  'new/moved.js': `// one line more\nsetHeader('Content-Security-Policy', "img-src 'none'")`,
  'new/broken.conf': 'add_header Content-Security-Policy $csp;',
  'old/_headers':
    "/*\n  Content-Security-Policy: img-src 'self'\n/b\n  Content-Security-Policy: img-src *\n",
  'new/_headers':
    "/b\n  Content-Security-Policy: img-src *\n/*\n  Content-Security-Policy: img-src 'self'\n",
  'checks.json': '[{ "check": "image=/a.png", "expect": "blocked" }]',
}
for (const [file, text] of Object.entries(FILES)) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
  writeFileSync(path.join(folder, file), text)
}

const PROBLEM = 'the placeholder "$csp" stands for a whole directive. Use the policy as it is sent.'

/** The cells of each line of the table. */
function rowsOf(stdout: string): readonly string[] {
  const [table = ''] = stdout.split('\n\n')
  return table.split('\n').map((line) => line.split(/ {2,}/).join(' | '))
}

describe('check of a folder', () => {
  test('has a line for each place, and a column for each check', async () => {
    const args = ['check', 'new', 'image=/a.png', 'image=https://a.example/b.png']
    const { stdout, stderr, code } = await cusp(args, world)
    expect(stderr).toBe('')
    expect(rowsOf(stdout)).toEqual([
      'file | image=/a.png | image=https://a.example/b.png',
      'new/_headers (/b) | allowed | allowed',
      'new/_headers (/*) | allowed | blocked',
      'new/added.txt | blocked | blocked',
      `new/broken.conf | not read | ${PROBLEM}`,
      'new/moved.js (line 2) | blocked | blocked',
      'new/same.txt | allowed | blocked',
      'new/sub/wider.txt | allowed | allowed',
    ])
    expect(stdout).toContain('\n\n6 files, 1 not read\n')
    expect(code).toBe(1)
  })

  test.each<[args: readonly string[], code: number]>([
    [['new/sub/*.txt', 'image=https://a.example/b.png'], 0],
    [['old/**/*.txt', 'image=https://a.example/b.png', '--expect', 'blocked'], 0],
    [['old/**/*.txt', 'image=https://a.example/b.png'], 1],
    [['new/*.conf', 'image=/x', '--expect', 'blocked'], 1],
    [['new/sub/*.txt'], 2],
  ])('%j exits with %d', async (args, code) => {
    expect((await cusp(['check', ...args], world)).code).toBe(code)
  })

  test('marks what its file of checks expects otherwise', async () => {
    const { stdout, code } = await cusp(['check', 'old/*.txt', '--checks', 'checks.json'], world)
    expect(stdout).toContain('old/gone.txt  blocked\n')
    expect(stdout).toContain('old/same.txt  allowed  expected: blocked\n')
    expect(code).toBe(1)
  })

  test('as JSON has what one file has', async () => {
    const many = await cusp(['check', 'old/*.txt', 'image=/a.png', '--json'], world)
    const one = await cusp(['check', 'old/gone.txt', 'image=/a.png', '--json'], world)
    expect(JSON.parse(many.stdout)).toEqual([
      { file: 'old/gone.txt', place: '', answers: JSON.parse(one.stdout) },
      { file: 'old/same.txt', place: '', answers: expect.any(Array) },
    ])
  })
})

describe('diff of two folders', () => {
  test('pairs their files by name, and their places', async () => {
    const { stdout, code } = await cusp(['diff', 'old', 'new'], world)
    expect(rowsOf(stdout)).toEqual([
      'file | changes',
      '_headers (/*) | same',
      '_headers (/b) | same',
      'added.txt | 1 narrower (only after has a policy)',
      `broken.conf | not read | after: ${PROBLEM}`,
      'gone.txt | 1 wider (only before has a policy)',
      'moved.js (line 2) | 1 narrower',
      'same.txt | same',
      'sub/wider.txt | 1 wider',
    ])
    expect(code).toBe(1)
  })

  test.each<[args: readonly string[], code: number]>([
    [['old/same.*', 'new/same.*'], 0],
    [['old/**/*.txt', 'new/**/*.txt', '--fail-on', 'wider'], 1],
    [['old/sub/*.txt', 'new/sub/*.txt', '--fail-on', 'narrower'], 0],
    [['old', 'new', '--fail-on', 'none'], 0],
    [['old', 'new', '--markdown'], 2],
    [['old', 'new/same.txt'], 2],
    [["img-src 'self'", 'new'], 2],
  ])('%j exits with %d', async (args, code) => {
    expect((await cusp(['diff', ...args], world)).code).toBe(code)
  })

  test('as JSON has the changes of each pair', async () => {
    const { stdout } = await cusp(['diff', 'old/sub/*', 'new/sub/*', '--json'], world)
    const pair = await cusp(['diff', 'old/sub/wider.txt', 'new/sub/wider.txt', '--json'], world)
    expect(JSON.parse(stdout)).toEqual([
      { file: 'wider.txt', place: '', on: 'both', changes: JSON.parse(pair.stdout) },
    ])
  })
})
