import { describe, expect, it, test } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { readInline } from './read-inline.ts'

describe('what is inline code', () => {
  test.each<[html: string, found: readonly (readonly [kind: string, source: string])[]]>([
    ['<script>a()</script>', [['script', 'a()']]],
    ['<script>\r\na()\r\n</script>', [['script', '\na()\n']]],
    ['<script>a &amp; b</script>', [['script', 'a &amp; b']]],
    ['<script></script><style></style>', [['style', '']]],
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
    ['<style type="text/x-sass">a{}</style>', [['style', 'a{}']]],
    ['<math><style>a{}</style></math>', []],
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
    [
      '<p ONCLICK=a() onload="">',
      [
        ['event-handler', 'a()'],
        ['event-handler', ''],
      ],
    ],
    ['<p on-tap="a()" on>', []],
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
    expect(readInline(html).inline.map(({ kind, source }) => [kind, source])).toEqual(found)
  })

  test('a javascript: URL has a text for each way in which browsers spell it', () => {
    const [plain, spelt] = readInline(
      `<a href="javascript:a()">x</a><a href='javascript:a ? "é" : b'>y</a>`,
    ).inline
    expect(plain).not.toHaveProperty('alternatives')
    expect(spelt?.source).toBe('javascript:a%20?%20%22%C3%A9%22%20:%20b')
    expect(spelt?.alternatives).toEqual(['javascript:a ? "é" : b', 'javascript:a ? "%C3%A9" : b'])
  })

  test('however deep', () => {
    const html = `${'<div>'.repeat(50_000)}<script>a()</script>`
    expect(readInline(html).inline).toEqual([
      { kind: 'script', line: 1, column: 250_001, source: 'a()', isInTemplate: false },
    ])
  })

  test('however deep the frames', () => {
    let html = '<script>a()</script>'
    for (let depth = 0; depth < 12; depth++) {
      html = `<iframe srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`
    }
    const { inline } = readInline(`\n${html}<p style="b">`)
    expect(inline.map(({ kind, line, source }) => [kind, line, source])).toEqual([
      ['script', 2, 'a()'],
      ['style-attribute', 2, 'b'],
    ])
  })

  test('with its line and column', () => {
    const html =
      '<p>\r\n😀 <script>a()</script>\n<iframe\nsrcdoc="<script>\nb()</script>"></iframe>'
    const places = readInline(html).inline.map(({ line, column }) => [line, column])
    expect(places).toEqual([
      [2, 4],
      [3, 1],
    ])
  })

  test('with whether it is in a template', () => {
    const html = '<template><style>a{}</style><template><p style=b></template></template><style>c{}'
    expect(readInline(html).inline.map((code) => code.isInTemplate)).toEqual([true, true, false])
  })
})

const [A, B] = [`sha256-${'A'.repeat(43)}=`, `sha384-${'b'.repeat(64)}`]

describe('what integrity attributes allow', () => {
  test.each<[html: string, found: readonly (readonly [src: string, hashes: readonly string[]])[]]>([
    [`<script src="a.js" integrity="${A}"></script>`, [['a.js', [A]]]],
    [`<script src="a.js" integrity=" ${A}\n${B} "></script>`, [['a.js', [A, B]]]],
    [`<script src="a.js" integrity="${A}?x=1 md5-x y"></script>`, [['a.js', [A]]]],
    [`<script src="a.js" integrity="SHA256-${A.slice(7)}"></script>`, [['a.js', [A]]]],
    [`<script type=module src="a.js" integrity="${B}"></script>`, [['a.js', [B]]]],
    [`<iframe srcdoc="<script src=a.js integrity=${A}></script>"></iframe>`, [['a.js', [A]]]],
    [`<script src="a.js" integrity="${A} sha384-b'c"></script>`, [['a.js', []]]],
    ['<script src="a.js" integrity=""></script>', [['a.js', []]]],
    ['<script src="a.js" integrity="md5-x"></script>', [['a.js', []]]],
    ['<script src="a.js"></script>', [['a.js', []]]],
    ['<script src="a.js" integrity="sha256-tooShort"></script>', [['a.js', []]]],
    [`<script integrity="${A}">a()</script>`, []],
    [`<script type="text/x" src="a.js" integrity="${A}"></script>`, []],
    [`<svg><script href="a.js" src="b.js" integrity="${A}"></script></svg>`, [['a.js', []]]],
    [`<link rel=stylesheet href="a.css" integrity="${A}">`, []],
  ])('%s', (html, found) => {
    expect(scriptsOf(html)).toEqual(found)
  })
})

/** The URL and the hashes of each external script. */
function scriptsOf(html: string): readonly unknown[] {
  const scripts = readInline(html).external.filter(({ kind }) => kind === 'external-script')
  return scripts.map(({ url, integrity }) => [url, integrity])
}

test('style sheets that the page loads', () => {
  const html = `<link rel="alternate StyleSheet" href=a.css integrity="${A}">
<link rel=icon href=b.ico><link rel=stylesheet><svg><link rel=stylesheet href=c.css></svg>`
  expect(readInline(html).external).toEqual([
    { kind: 'external-style', url: 'a.css', integrity: [A], line: 1, column: 1 },
  ])
})

describe('the encoding', () => {
  const script = '<script>"é"</script>'
  const cases: [what: string, bytes: Uint8Array, contentType?: string][] = [
    ['UTF-8 where nothing says another', Buffer.from(script)],
    ['a byte order mark', Buffer.from(`\uFEFF${script}`)],
    ['UTF-16, by its mark', Buffer.from(`\uFEFF${script}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\uFEFF${script}`, 'utf16le').swap16()],
    ['the charset of the header', Buffer.from(script, 'latin1'), 'text/html; charset=ISO-8859-1'],
    ['a quoted one', Buffer.from(script, 'latin1'), 'Text/HTML;charset="latin1"'],
    ['the meta element', Buffer.from(`<meta charset=iso-8859-1>${script}`, 'latin1')],
    [
      'the mark before the header before the meta element',
      Buffer.from(`\uFEFF<meta charset=koi8-r>${script}`),
      'text/html; charset=windows-1251',
    ],
    [
      'the header before the meta element',
      Buffer.from(`<meta charset=koi8-r>${script}`),
      'text/html; charset=utf-8',
    ],
  ]
  it.each(cases)('%s', (_, bytes, contentType) => {
    const { inline } = readInline(bytes, contentType === undefined ? {} : { contentType })
    expect(inline.map(({ source }) => source)).toEqual(['"é"'])
  })

  it('is windows-1252 where a page says ISO-8859-1', () => {
    const page = Uint8Array.of(...Buffer.from('<meta charset=iso-8859-1><style>'), 0x80, 0x9f)
    expect(readInline(page).inline[0]?.source).toBe('€Ÿ')
  })

  it('of a text is none: its mark is no text', () => {
    expect(readInline(`\uFEFF<!doctype html>${script}`).inline[0]?.column).toBe(16)
  })
})

describe('refused is', () => {
  const cases: readonly (readonly [html: unknown, options: object, message: string])[] = [
    ['', { contentType: 'application/xhtml+xml' }, 'browsers parse "application/xhtml+xml" as XML'],
    ['', { contentType: 'text/xml; charset=utf-8' }, 'browsers parse "text/xml" as XML'],
    ['', { contentType: 'text/plain' }, '"text/plain" is not the type of an HTML document'],
    ['', { contentType: 5 }, '5 is not the type of an HTML document'],
    ['', { contenttype: 'text/html' }, '"contenttype" is not an option. Use contentType instead.'],
    [5, {}, '5 is neither text nor bytes'],
    [undefined, {}, 'undefined is neither text nor bytes'],
  ]
  it.each(cases)('%j with %j', (html, options, message) => {
    const error = catchCspError(() => Reflect.apply(readInline, undefined, [html, options]))
    expect(error.code).toBe('ERR_CSP_INPUT')
    expect(error.message).toContain(message)
  })
})
