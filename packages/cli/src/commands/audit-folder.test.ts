import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-folder-'))
afterAll(() => rmSync(folder, { recursive: true }))
const world = { cwd: folder, env: { COLUMNS: '9999' } }

/** Writes files below a folder of their own. */
function write(name: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(folder, name, file)
    mkdirSync(path.dirname(full), { recursive: true })
    writeFileSync(full, text)
  }
}

/** The first two cells of each line of the table, without its head and its sum. */
function rowsOf(stdout: string): readonly string[] {
  const [table = ''] = stdout.split('\n\n')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/).slice(0, 2).join(' | '))
}

describe('a folder', () => {
  write('site', {
    _headers:
      "/*\n  Content-Security-Policy: img-src 'self'\n/b\n  Content-Security-Policy-Report-Only: img-src *\n",
    'a/policy.txt': "default-src 'self'",
    'a/readme.txt': 'nothing of it is a policy',
    'index.html': '<meta http-equiv=content-security-policy content="img-src \'self\'">',
    'other.html': '<title>x</title>',
    'nginx.conf': 'add_header Content-Security-Policy $csp;',
    'server.js': `throw new Error('it is executed')
res.setHeader('Content-Security-Policy', "img-src 'self'")`,
    'app.ts': "res.setHeader('Content-Security-Policy', 'img-src *')",
    'other.js': "export const rules = { directives: { '@skip': 1 } }",
    'schema.js': 'export const options = { directives: { cacheControl: 1 } }',
    'options.js': 'export const options = { directives: { defaultSrc: ["\'self\'"] } }',
    'big.json': `{ "Content-Security-Policy": "${' '.repeat(4_000_001)}" }`,
    'node_modules/x/_headers': '/*\n  Content-Security-Policy: img-src *\n',
  })

  test('is a table of its files and their places', async () => {
    const { stdout, stderr, code } = await cusp(['audit', 'site'], world)
    expect(stderr).toBe('')
    expect(rowsOf(stdout)).toEqual([
      'site/_headers (/*) | 1 enforced',
      'site/_headers (/b) | 1 report-only',
      'site/a/policy.txt | 1 enforced',
      'site/app.ts | not read',
      'site/big.json | not read',
      'site/index.html | 1 enforced',
      'site/nginx.conf | not read',
      'site/options.js (line 1) | 1 enforced',
      'site/server.js (line 2) | 1 enforced',
    ])
    expect(stdout).toContain('\n\n8 files, 3 not read\n')
    expect(stdout).toMatch(/not read +the placeholder "\$csp" stands for a whole directive\./)
    expect(code).toBe(1)
  })

  test('as JSON has the findings', async () => {
    const { stdout } = await cusp(['audit', 'site', '--json'], world)
    const rows = JSON.parse(stdout) as readonly {
      readonly file: string
      readonly place: string
      readonly findings: readonly { readonly id: string }[]
    }[]
    const alone = await cusp(['audit', 'site/a/policy.txt', '--json'], world)
    const { findings } = JSON.parse(alone.stdout) as { readonly findings: unknown }
    expect(rows.find(({ file }) => file === 'site/a/policy.txt')?.findings).toEqual(findings)
  })

  test.each<[args: readonly string[], code: number]>([
    [['site', '--fail-on', 'none'], 0],
    [['site/*.conf', '--fail-on', 'high'], 1],
    [['site/**/*.txt', '--fail-on', 'high'], 0],
    [['site/**/*.txt'], 1],
    [['site/*.html', '--fail-on', 'high'], 1],
  ])('%j exits with %d', async (args, code) => {
    expect((await cusp(['audit', ...args], world)).code).toBe(code)
  })

  test.each<[args: readonly string[], problem: string]>([
    [['audit', 'empty'], 'Cannot read "empty": none of its files has a policy. Use a folder of'],
    [['audit', 'none/*.html'], 'Cannot read "none/*.html": none of its files has a policy.'],
    [
      ['audit', 'site', '--sarif'],
      'Cannot audit "site": --sarif is not for a folder. Use one file',
    ],
    [['audit', 'site', '--browsers'], 'Cannot audit "site": --browsers is not for a folder.'],
    [['explain', 'site', '/x'], 'Cannot read "site": it is a folder or a pattern, not one policy.'],
  ])('%j is refused', async (args, problem) => {
    write('empty', { 'a.txt': 'x' })
    const { stdout, stderr, code } = await cusp(args, world)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(problem)
  })
})

test('a folder of 1 000 files says on a terminal how far it is', { timeout: 60_000 }, async () => {
  const files = Array.from({ length: 1000 }, (_, index) => [`${index}.txt`, "img-src 'self'"])
  write('many', Object.fromEntries(files) as Record<string, string>)
  const { stdout, stderr } = await cusp(['audit', 'many'], { cwd: folder, terminal: 100 })
  expect(stderr.split('\n')).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `${(index + 1) * 100} of 1000 files`),
    '',
  ])
  expect(stdout).toContain('1000 files')
  expect((await cusp(['audit', 'many'], world)).stderr).toBe('')
})
