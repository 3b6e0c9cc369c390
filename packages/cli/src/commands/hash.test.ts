import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { hashSource } from '@cusp/core'
import { decide } from '@cusp/engine'
import { afterAll, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-hash-'))
const world = { cwd: folder }
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(
  path.join(folder, 'a.html'),
  `<!doctype html>
<script>one()</script>
<style>p { color: red }</style>
<p style="margin: 0" onclick="two()">x</p>
<script>one()</script>
`,
)
writeFileSync(path.join(folder, 'b.html'), '<p>nothing here</p>')

const ONE = await hashSource('one()')
const STYLE = await hashSource('p { color: red }')

const [A, B] = [`sha256-${'A'.repeat(43)}=`, `sha384-${'b'.repeat(64)}`]

test('what integrity attributes allow is listed in the order of the lines, and the engine allows it', async () => {
  const stdin = `<p>
<script src="https://a.example/" integrity="${A} ${B}"></script>
<script>one()</script>`
  const { stdout } = await cusp(['hash', '-', '--algorithm', 'sha512'], { stdin })
  const one = await hashSource('one()', 'sha512')
  expect(stdout).toBe(`-
  2  external-script  '${A}'  https://a.example/
  2  external-script  '${B}'
  3  script           ${one}

script-src '${A}' '${B}' ${one}
`)
  const value = stdout.trimEnd().split('\n').at(-1) ?? ''
  const check = {
    type: 'request',
    destination: 'script',
    url: 'https://a.example/',
  } as const
  expect(decide({ value }, { ...check, integrity: `${A} ${B}` }).allowed).toBe(true)
  expect(decide({ value }, { ...check, integrity: `${A} ${B.replace('b', 'c')}` }).allowed).toBe(
    false,
  )
})

test('elements, and the sources for the policy', async () => {
  expect(await cusp(['hash', 'a.html', 'b.html'], { ...world, env: { COLUMNS: '100' } })).toEqual({
    code: 0,
    stderr: '',
    stdout: `a.html
  2  script  ${ONE}  one()
  3  style   ${STYLE}  p { color: red }
  5  script  ${ONE}  one()

b.html
  nothing to hash

script-src ${ONE}
style-src ${STYLE}
`,
  })
})

test('attributes need a keyword too', async () => {
  const { stdout } = await cusp(['hash', 'a.html', '--attributes'], world)
  const [handler, attribute] = [await hashSource('two()'), await hashSource('margin: 0')]
  expect(stdout).toContain(`\nscript-src ${ONE} 'unsafe-hashes' ${handler}\n`)
  expect(stdout).toContain(`\nstyle-src ${STYLE} 'unsafe-hashes' ${attribute}\n`)
})

test('the policy that it gives allows what was hashed', async () => {
  const { stdout } = await cusp(['hash', 'a.html', '--attributes', '--json'], world)
  const { hashes, sources } = JSON.parse(stdout)
  const value = Object.entries<string[]>(sources)
    .map(([name, values]) => [name, ...values].join(' '))
    .join(';')
  const types = new Map([
    ['event-handler', 'script attribute'],
    ['style-attribute', 'style attribute'],
  ])
  expect(hashes).toHaveLength(5)
  for (const { kind, source } of hashes) {
    const inline = types.get(kind) ?? kind
    expect(decide({ value }, { type: 'inline', inline, source }).allowed).toBe(true)
    expect(decide({ value }, { type: 'inline', inline, source: `${source} ` }).allowed).toBe(false)
  }
})

test('a javascript: URL has the hash of each browser, where they differ', async () => {
  const url = 'javascript:say("é")'
  const { stdout } = await cusp(['hash', '-', '--attributes'], {
    stdin: `<a href='${url}'>x</a><a href="javascript:go()">y</a>`,
    env: { COLUMNS: '120' },
  })
  const hashes = await Promise.all(
    ['javascript:say("%C3%A9")', url, 'javascript:go()'].map((text) => hashSource(text)),
  )
  expect(stdout.match(/(?<=javascript-url {2})'\S+'/g)).toEqual(hashes)
  expect(stdout).toContain(`\nscript-src 'unsafe-hashes' ${hashes.join(' ')}\n`)
})

test('another algorithm, from what is piped in', async () => {
  const args = ['hash', '-', '--algorithm', 'sha384', '--json']
  const { stdout } = await cusp(args, { stdin: '<script>one()</script>' })
  expect(JSON.parse(stdout)).toEqual({
    hashes: [
      {
        file: '-',
        line: 1,
        kind: 'script',
        hash: await hashSource('one()', 'sha384'),
        source: 'one()',
      },
    ],
    sources: { 'script-src': [await hashSource('one()', 'sha384')] },
  })
})

test('as much of the code as there is room for', async () => {
  const stdin = `<script>${'x'.repeat(200)}</script>`
  const wide = await cusp(['hash', '-'], { stdin, env: { COLUMNS: '100' } })
  expect(wide.stdout.split('\n')[1]).toMatch(/ {2}x+…$/)
  expect(wide.stdout.split('\n')[1]).toHaveLength(100)
  const narrow = await cusp(['hash', '-'], { stdin, env: { COLUMNS: '60' } })
  expect(narrow.stdout.split('\n')[1]).not.toContain('xx')
})

test('of several files that are not there the first one is named', async () => {
  const files = ['nope.html', `${'x'.repeat(300)}.html`, '\u0000', '']
  const messages = await Promise.all(
    files.map(async (file) => (await cusp(['hash', file, ...files], world)).stderr),
  )
  expect(messages.map((message) => message.slice(0, 18))).toEqual([
    'error: Cannot hash',
    'error: Cannot hash',
    'error: Cannot hash',
    'error: Cannot hash',
  ])
  for (const [index, message] of messages.entries()) {
    expect(message).toContain(JSON.stringify(files[index]))
  }
})

test('a file that is not there is refused', async () => {
  const ran = await cusp(['hash', 'nope.html'], world)
  expect(ran).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'error: Cannot hash "nope.html": the file cannot be read. Give the path of an HTML file, or - for\nstandard input.\n',
  })
})

test('other encodings, as the page declares them', async () => {
  const page = '<meta charset=windows-1252><script>say("é")</script>'
  writeFileSync(path.join(folder, 'latin.html'), Buffer.from(page, 'latin1'))
  const { stdout } = await cusp(['hash', 'latin.html'], world)
  expect(stdout).toContain(await hashSource('say("é")'))
})

test('code that begins with a tag is hashed as well', async () => {
  const { code, stdout } = await cusp(['hash', '-'], { stdin: '<style><style>a{}</style>' })
  expect([code, stdout]).toEqual([0, expect.stringContaining('1  style  ')])
})

test('XHTML is refused: it is parsed by other rules', async () => {
  const { code, stderr } = await cusp(['hash', 'page.xhtml'], world)
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot hash "page.xhtml": browsers parse it as XML')
})
