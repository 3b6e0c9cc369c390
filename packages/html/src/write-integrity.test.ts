import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { hashSource } from '@cusp/core'
import { afterAll, describe, expect, it, test } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { hashHtml } from './hash-html.ts'
import { writeIntegrity } from './write-integrity.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-integrity-'))
afterAll(() => rmSync(folder, { recursive: true }))
mkdirSync(path.join(folder, 'blog'))
writeFileSync(path.join(folder, 'blog/a b.js'), 'blog()')
writeFileSync(path.join(folder, 'root.js'), 'root()')

const options = { folder, url: '/blog/index.html', algorithm: 'sha256' } as const
const BLOG = (await hashSource('blog()')).slice(1, -1)
const ROOT = (await hashSource('root()')).slice(1, -1)

describe('the scripts', () => {
  test.each<[html: string, written: string]>([
    ['<script src="a b.js"></script>', `<script integrity="${BLOG}" src="a b.js"></script>`],
    [
      '<script src="a%20b.js?v=1#x"></script>',
      `<script integrity="${BLOG}" src="a%20b.js?v=1#x"></script>`,
    ],
    [
      '\r\n<SCRIPT type=module src=../root.js>',
      `\r\n<SCRIPT integrity="${ROOT}" type=module src=../root.js>`,
    ],
    ['<base href=/><script src=root.js>', `<base href=/><script integrity="${ROOT}" src=root.js>`],
    [
      '<base href="//["><script src=/root.js>',
      `<base href="//["><script integrity="${ROOT}" src=/root.js>`,
    ],
    [
      '<base target=x><script src=/root.js>',
      `<base target=x><script integrity="${ROOT}" src=/root.js>`,
    ],
    [
      '<link rel="stylesheet" href="/root.js"><link rel=modulepreload href="a b.js">',
      `<link integrity="${ROOT}" rel="stylesheet" href="/root.js"><link integrity="${BLOG}" rel=modulepreload href="a b.js">`,
    ],
    ...[
      '<link rel=icon href=/root.js>',
      '<link rel=stylesheet>',
      '<script src="https://cdn.example/root.js"></script>',
      '<script src="//[" ></script>',
      '<script src=""></script>',
      '<script src=root.js integrity=sha256-x></script>',
      '<script>a()</script>',
      '<script type=text/x src=root.js></script>',
      '<svg><script href=/root.js></script></svg>',
      '<iframe srcdoc="<script src=/root.js></script>"></iframe>',
    ].map((same): [string, string] => [same, same]),
  ])('%s', (html, written) => {
    expect(writeIntegrity(html, options)).toBe(written)
  })

  it('have hashes that hashHtml finds', () => {
    const page = writeIntegrity('<script src=root.js></script>', { folder })
    expect(String(hashHtml(page))).toMatch(/^script-src 'sha384-[\w+/]{64}'$/)
  })
})

describe('a folder that is not the root', () => {
  test.each<[base: string, html: string, isWritten: boolean]>([
    ['/app/', '<script src="/app/root.js"></script>', true],
    ['/app', '<script src="/app/root.js"></script>', true],
    ['/app/', '<script src="/root.js"></script>', false],
    ['/app/', '<script src="/apple/root.js"></script>', false],
    ['https://cdn.example/x/', '<script src="https://cdn.example/x/root.js"></script>', true],
    ['https://cdn.example/x/', '<script src="/x/root.js"></script>', false],
  ])('%s: %s', (base, html, isWritten) => {
    const written = writeIntegrity(html, { ...options, base })
    expect(written).toBe(isWritten ? html.replace('<script', `<script integrity="${ROOT}"`) : html)
  })
})

it('leaves what another server has, where it is told so', () => {
  const html = '<script src="/made-by-the-server.js"></script>'
  expect(writeIntegrity(html, { ...options, missing: 'leave' })).toBe(html)
})

describe('refused is', () => {
  it.each(['/none.js', '/', '/%2e%2e%2fsecret', '/%zz', '/blog'])('%s', (url) => {
    const error = catchCspError(() => writeIntegrity(`<script src="${url}"></script>`, options))
    expect(error.code).toBe('ERR_CSP_INPUT')
    expect(error.message).toContain(`${JSON.stringify(url)} is not a file of `)
  })

  it.each([
    [{ folder, path: '/' }],
    [{ folder, algorithm: 'md5' }],
    [undefined],
    [{}],
    [{ folder, url: '//[' }],
    [{ folder, base: '//[' }],
    [{ folder, missing: 'ignore' }],
  ])('%j', (wrong) => {
    const error = catchCspError(() => Reflect.apply(writeIntegrity, undefined, ['', wrong]))
    expect(error.code).toBe('ERR_CSP_INPUT')
  })
})
