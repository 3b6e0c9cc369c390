import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { hashSource } from '@cusp/core'
import { decide } from '@cusp/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { findInlineCode, findIntegrityScripts } from '../read/inline-code.ts'
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

describe('what is inline code', () => {
  test.each<[html: string, found: readonly (readonly [kind: string, source: string])[]]>([
    ['<script>a()</script>', [['script', 'a()']]],
    ['<script>\r\na()\r\n</script>', [['script', '\na()\n']]],
    ['<script>a &amp; b</script>', [['script', 'a &amp; b']]],
    ['<script></script><style></style>', []],
    ['<script src="a.js">b()</script>', []],
    ['<script src>b()</script>', []],
    ['<script type="module">a()</script>', [['script', 'a()']]],
    ['<script type=" Text/JavaScript ">a()</script>', [['script', 'a()']]],
    ['<script type="importmap">{}</script>', [['script', '{}']]],
    ['<script type="speculationrules">{}</script>', [['script', '{}']]],
    ['<script type="application/ld+json">{}</script>', []],
    ['<script type="text/template"><b></script>', []],
    ['<style>a{}</style>', [['style', 'a{}']]],
    ['<style type="text/css">a{}</style>', [['style', 'a{}']]],
    ['<style type="text/x-sass">a{}</style>', []],
    ['<svg><script>a &amp; b</script></svg>', [['script', 'a & b']]],
    ['<svg><script href="a.js">b</script></svg>', []],
    ['<svg><script xlink:href="a.js">b</script></svg>', []],
    ['<svg><style>a{}</style></svg>', [['style', 'a{}']]],
    ['<template><script>a()</script></template>', [['script', 'a()']]],
    ['<noscript><style>a{}</style></noscript>', []],
    ['<textarea><script>a()</script></textarea>', []],
    ['<!-- <script>a()</script> -->', []],
    ['<iframe srcdoc="<script>a(&quot;b&quot;)</script>"></iframe>', [['script', 'a("b")']]],
    ['<p srcdoc="<script>a()</script>"></p>', []],
    ['<p onclick="a(&quot;b&quot;)">', [['event-handler', 'a("b")']]],
    ['<p ONCLICK=a() onload="">', [['event-handler', 'a()']]],
    ['<p on-tap="a()" one>', []],
    ['<p style="color:red">', [['style-attribute', 'color:red']]],
    ['<a href=" java\nscript:a()">', [['javascript-url', 'javascript:a()']]],
    ['<form action="JavaScript:a()">', [['javascript-url', 'javascript:a()']]],
    ['<a href="https://a.example/?javascript:">', []],
    ['<p title="javascript:a()">', []],
    ['<a href="javascript://[">', []],
    ['<a href="javascript://[" onclick="a()">', [['event-handler', 'a()']]],
    ['<a href="javascript://%0aa()">', [['javascript-url', 'javascript://%0aa()']]],
    ['<form action="javascript://a:b:c"><button formaction="javascript://a b">', []],
  ])('%s', (html, found) => {
    expect(findInlineCode(html).map(({ kind, source }) => [kind, source])).toEqual(found)
  })

  test('however deep', () => {
    const html = `${'<div>'.repeat(50_000)}<script>a()</script>`
    expect(findInlineCode(html)).toEqual([{ kind: 'script', line: 1, source: 'a()' }])
  })

  test('however deep the frames', () => {
    let html = '<script>a()</script>'
    for (let depth = 0; depth < 12; depth++) {
      html = `<iframe srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`
    }
    expect(findInlineCode(`\n${html}<p style="b">`)).toEqual([
      { kind: 'script', line: 2, source: 'a()' },
      { kind: 'style-attribute', line: 2, source: 'b' },
    ])
  })

  test('with its line', () => {
    const html = '<p>\n<script>a()</script>\n<iframe\nsrcdoc="<script>\nb()</script>"></iframe>'
    expect(findInlineCode(html).map(({ line }) => line)).toEqual([2, 3])
  })
})

describe('what integrity attributes allow', () => {
  const [A, B] = [`sha256-${'A'.repeat(43)}=`, `sha384-${'b'.repeat(64)}`]

  test.each<[html: string, found: readonly (readonly [src: string, hashes: readonly string[]])[]]>([
    [`<script src="a.js" integrity="${A}"></script>`, [['a.js', [A]]]],
    [`<script src="a.js" integrity=" ${A}\n${B} "></script>`, [['a.js', [A, B]]]],
    [`<script src="a.js" integrity="${A}?x=1 md5-x y"></script>`, [['a.js', [A]]]],
    [`<script src="a.js" integrity="SHA256-${A.slice(7)}"></script>`, [['a.js', [A]]]],
    [`<script type=module src="a.js" integrity="${B}"></script>`, [['a.js', [B]]]],
    [`<iframe srcdoc="<script src=a.js integrity=${A}></script>"></iframe>`, [['a.js', [A]]]],
    [`<script src="a.js" integrity="${A} sha384-b'c"></script>`, []],
    ['<script src="a.js" integrity=""></script>', []],
    ['<script src="a.js" integrity="md5-x"></script>', []],
    ['<script src="a.js"></script>', []],
    [`<script integrity="${A}">a()</script>`, []],
    [`<script type="text/x" src="a.js" integrity="${A}"></script>`, []],
    [`<svg><script href="a.js" src="a.js" integrity="${A}"></script></svg>`, []],
    [`<link rel=stylesheet href="a.css" integrity="${A}">`, []],
  ])('%s', (html, found) => {
    expect(findIntegrityScripts(html).map(({ src, hashes }) => [src, hashes])).toEqual(found)
  })

  test('is listed in the order of the lines, and the engine allows it', async () => {
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
