import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createNonce } from '@cusp/core'
import { afterAll, describe, expect, it, test } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { nonceSlots } from './nonce-slots.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-nonce-slots-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
function write(content: string | Uint8Array): string {
  count += 1
  const file = path.join(folder, `${count}.html`)
  writeFileSync(file, content)
  return file
}

const N = createNonce()

describe('the slots', () => {
  test.each<[html: string, written: string]>([
    ['', ''],
    ['<p onclick="a()" style="b">é', '<p onclick="a()" style="b">é'],
    ['<script>a()</script>', `<script nonce="${N}">a()</script>`],
    ['<SCRIPT src=a></SCRIPT>', `<SCRIPT nonce="${N}" src=a></SCRIPT>`],
    ['<script\nsrc=a></script>', `<script nonce="${N}"\nsrc=a></script>`],
    ['<script type=module>a()</script>', `<script nonce="${N}" type=module>a()</script>`],
    ['<script type=importmap>{}</script>', `<script nonce="${N}" type=importmap>{}</script>`],
    [
      '<script type=application/ld+json>{}</script>',
      '<script type=application/ld+json>{}</script>',
    ],
    ['<meta property=csp-nonce nonce="{NONCE}">', `<meta property=csp-nonce nonce="${N}">`],
    ['<meta property=og:title>', '<meta property=og:title>'],
    ['<style>a{}</style>', `<style nonce="${N}">a{}</style>`],
    ['<link rel=stylesheet href=a />', `<link nonce="${N}" rel=stylesheet href=a />`],
    ['<link rel=modulepreload href=a>', `<link nonce="${N}" rel=modulepreload href=a>`],
    ['<link rel=preload as=script href=a>', `<link nonce="${N}" rel=preload as=script href=a>`],
    ['<link rel=preload as=font href=a>', '<link rel=preload as=font href=a>'],
    ['<link rel=icon href=a>', '<link rel=icon href=a>'],
    ['<meta property=csp-nonce nonce=x>', `<meta property=csp-nonce nonce="${N}">`],
    ['<meta property=og:title nonce=x>', '<meta property=og:title nonce=x>'],
    ['<script nonce="{{nonce}}" src=a></script>', `<script nonce="${N}" src=a></script>`],
    ['<script NONCE>a()</script>', `<script nonce="${N}">a()</script>`],
    [
      '<svg><script/><style>b</style></svg>',
      `<svg><script nonce="${N}"/><style nonce="${N}">b</style></svg>`,
    ],
    ['<math><script></script></math>', '<math><script></script></math>'],
    [
      '<template><script>a()</script></template>',
      `<template><script nonce="${N}">a()</script></template>`,
    ],
    [
      '<!-- <script>a()</script> --><textarea><script></textarea>',
      '<!-- <script>a()</script> --><textarea><script></textarea>',
    ],
    ['\r\n😀<script>a()</script>\r\n', `\r\n😀<script nonce="${N}">a()</script>\r\n`],
    ['\uFEFF<style></style>', `<style nonce="${N}"></style>`],
    [
      `<iframe srcdoc='<script>a("&amp;")</script>'></iframe>`,
      `<iframe srcdoc="<script nonce=&quot;${N}&quot;>a(&quot;&amp;&quot;)</script>"></iframe>`,
    ],
    ['<iframe srcdoc="<p>x"></iframe>', '<iframe srcdoc="<p>x"></iframe>'],
    [
      '<script>a()</script><style>b</style>',
      `<script nonce="${N}">a()</script><style nonce="${N}">b</style>`,
    ],
  ])('of %j', (html, written) => {
    expect(nonceSlots(write(html))(N)).toBe(written)
  })

  it('take another nonce each time', () => {
    const page = nonceSlots(pathToFileURL(write('<script>a()</script>')))
    const [first, second] = [createNonce(), createNonce()]
    expect([page(first), page(second)]).toEqual([
      `<script nonce="${first}">a()</script>`,
      `<script nonce="${second}">a()</script>`,
    ])
  })
})

describe('refused is', () => {
  it.each([['<p>rendered</p>'], [5], [undefined], [Buffer.from('<p>')]])('%j, no file', (input) => {
    const error = catchCspError(() => Reflect.apply(nonceSlots, undefined, [input]))
    expect(error.code).toBe('ERR_CSP_INPUT')
    expect(error.message).toContain('is not the path of a file')
  })

  it('a file that is not UTF-8', () => {
    const file = write(Buffer.from('<meta charset=iso-8859-1><p>é', 'latin1'))
    const error = catchCspError(() => nonceSlots(file))
    expect(error.code).toBe('ERR_CSP_INPUT')
    expect(error.message).toContain('the file is windows-1252')
  })

  it('a file that is not there', () => {
    expect(() => nonceSlots(path.join(folder, 'none.html'))).toThrow('ENOENT')
  })

  it.each(['', 'short', `"><script>${'a'.repeat(22)}`, undefined])('%j as a nonce', (nonce) => {
    const page = nonceSlots(write('<script>a()</script>'))
    const error = catchCspError(() => Reflect.apply(page, undefined, [nonce]))
    expect(error.code).toBe('ERR_CSP_NONCE')
  })
})
