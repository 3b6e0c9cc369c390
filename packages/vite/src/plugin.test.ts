import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Policy } from '@cusp/core'
import { createNonce, csp, NONCE, NONE, SELF, STRICT_DYNAMIC, UNSAFE_INLINE } from '@cusp/core'
import { readInline, readMeta } from '@cusp/html'
import type { InlineConfig } from 'vite'
import { afterAll, describe, expect, it } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { FILES, makeLogger, makeProject, read, removeProjects, VERSIONS } from '../test/project.ts'
import type { CuspOptions } from './options.ts'
import { cusp } from './plugin.ts'

afterAll(removeProjects)

const BASE = csp().defaultSrc(SELF).objectSrc(NONE).baseUri(NONE)

describe.each(VERSIONS)('a build of $name', (vite) => {
  async function buildWith(
    options: CuspOptions,
    { base = '/', files = FILES }: { readonly base?: string; readonly files?: typeof FILES } = {},
  ): Promise<{ readonly folder: string; readonly lines: readonly string[] }> {
    const folder = makeProject(files)
    const { lines, logger } = makeLogger()
    await vite.build({
      root: folder,
      base,
      configFile: false,
      logLevel: 'warn',
      customLogger: logger,
      plugins: [cusp(options)],
    })
    return { folder, lines }
  }

  it('has a tag with the hashes of the page, and integrity of what it loads', async () => {
    const { folder, lines } = await buildWith({ policy: BASE.frameAncestors(NONE) })
    const html = read(folder, 'dist/index.html')
    const [meta] = readMeta(html)
    const { inline, external } = readInline(html)
    expect(inline.map(({ kind }) => kind)).toEqual(['script', 'style'])
    expect(external.map(({ kind, integrity }) => [kind, integrity.length])).toEqual([
      ['external-script', 1],
      ['external-style', 1],
    ])
    const hash = external[0]?.integrity[0]
    expect(meta?.value).toMatch(
      /^default-src 'self'; object-src 'none'; base-uri 'none'; script-src 'self' 'sha256-[^']+' 'sha384-[^']+'; style-src 'self' 'sha256-[^']+'$/,
    )
    expect(meta?.value).toContain(`'${hash}'`)
    expect(lines.at(-1)).toContain(
      "the policy is in 1 page; send as a header what no meta tag can carry: frame-ancestors 'none'",
    )
  })

  it('writes headers in place of a tag, for the path that the site is served at', async () => {
    const { folder, lines } = await buildWith({ deliver: 'headers' }, { base: '/shop/' })
    expect(read(folder, 'dist/_headers')).toMatch(
      /^\/shop\/\n {2}Content-Security-Policy: default-src 'self'.*sha384-.*\n\/shop\/index\.html\n/,
    )
    expect(readMeta(read(folder, 'dist/index.html'))).toEqual([])
    expect(lines.at(-1)).toContain('the headers of 1 page are in dist/_headers')
  })

  it.each([
    ['json', 'csp-headers.json'],
    ['nginx', 'csp-headers.conf'],
  ] as const)('writes %s beside the build', async (deliver, name) => {
    const { folder } = await buildWith({ deliver })
    expect(read(folder, name)).toContain('/index.html')
    expect(existsSync(path.join(folder, 'dist', name))).toBe(false)
  })

  it('has places for nonces that are no nonces', async () => {
    const { folder } = await buildWith({ deliver: 'nonce' })
    const html = read(folder, 'dist/index.html')
    expect(html.match(/nonce="\{NONCE\}"/g)).toHaveLength(5)
    expect(html).toContain('integrity="sha384-')
    expect(readMeta(html)).toEqual([])
  })

  it('keeps small files out of data: URLs, where the policy blocks these', async () => {
    const strictly = await buildWith({})
    expect(readdirSync(path.join(strictly.folder, 'dist/assets')).join(' ')).toContain('.svg')
    const allowing = BASE.imgSrc(SELF, 'data:').fontSrc(SELF, 'data:').mediaSrc(SELF, 'data:')
    const loosely = await buildWith({ policy: allowing })
    expect(read(loosely.folder, 'dist/index.html')).toContain('src="data:image/svg+xml')
  })

  it("leaves hashes out where 'unsafe-inline' is in force, and integrity where it is not wanted", async () => {
    const policy = BASE.styleSrc(SELF, UNSAFE_INLINE)
    const { folder } = await buildWith({ policy, integrity: false })
    const html = read(folder, 'dist/index.html')
    expect(readMeta(html)[0]?.value).toContain(
      "style-src 'self' 'unsafe-inline'; script-src 'self' 'sha256-",
    )
    expect(html).not.toContain('integrity=')
  })

  it('takes a relative base, and scripts that the server makes', async () => {
    const page =
      '<!doctype html><script src="/made.js"></script><script type="module" src="./a.js"></script>'
    const { folder } = await buildWith(
      {},
      { base: './', files: { 'index.html': page, 'a.js': 'a()' } },
    )
    const html = read(folder, 'dist/index.html')
    expect(html).toContain('<script src="/made.js">')
    expect(html).toMatch(/<script integrity="[^"]+" type="module" crossorigin src="\.\/assets/)
  })

  it('does not take the place of headers that are there', async () => {
    const files = { ...FILES, 'public/_headers': '/*\n  X-A: b\n' }
    await expect(buildWith({ deliver: 'headers' }, { files })).rejects.toThrow(
      'Cannot write "dist/_headers": it is a copy of "public/_headers".',
    )
  })

  it('says so where a build has no page, and writes nothing after an error', async () => {
    const folder = makeProject({ 'a.js': 'a()' })
    const { lines, logger } = makeLogger()
    const config: InlineConfig = {
      root: folder,
      configFile: false,
      logLevel: 'warn',
      customLogger: logger,
      plugins: [cusp()],
    }
    await vite.build({
      ...config,
      build: { lib: { entry: 'a.js', formats: ['es'], fileName: 'a' } },
    })
    expect(lines.at(-1)).toContain('the build has no page, so that no policy was written')
    const broken = makeProject({
      'index.html': '<script type="module" src="/a.js"></script>',
      'a.js': 'import "./none.js"',
    })
    await expect(vite.build({ ...config, root: broken })).rejects.toThrow('none.js')
    expect(existsSync(path.join(broken, 'dist'))).toBe(false)
  })

  it.each([
    [{}, 'r4nd0m', '"r4nd0m" is a nonce, the same in every response, which anybody can read'],
    [{ deliver: 'nonce' }, createNonce(), 'is a nonce, the same in every response'],
    [{}, '{{nonce}}', 'built files stay the same, and hashes take the place of nonces'],
  ] as const)('with %j refuses html.cspNonce %s', async (options, cspNonce, message) => {
    const plugins = [cusp(options)]
    const { logger } = makeLogger()
    const config = {
      root: makeProject(),
      configFile: false,
      logLevel: 'warn',
      customLogger: logger,
      plugins,
    } as const
    await expect(vite.build({ ...config, html: { cspNonce } })).rejects.toThrow(message)
  })

  it('takes another place for the nonce, if it is none itself', async () => {
    const folder = makeProject()
    const plugins = [cusp({ deliver: 'nonce' })]
    const { logger } = makeLogger()
    await vite.build({
      root: folder,
      configFile: false,
      logLevel: 'warn',
      customLogger: logger,
      plugins,
      html: { cspNonce: '%NONCE%' },
    })
    expect(read(folder, 'dist/index.html')).toContain('nonce="%NONCE%"')
  })
})

describe('refused is', () => {
  const literal: Policy = csp().scriptSrc(`'nonce-${createNonce()}'`)
  it.each<[what: string, options: unknown, code: string, message: string]>([
    ['an option that is not known', { polcy: BASE }, 'ERR_CSP_INPUT', 'Use policy instead.'],
    ['no object', null, 'ERR_CSP_INPUT', 'null is not an object of options'],
    ['another way', { deliver: 'header' }, 'ERR_CSP_INPUT', 'Use "headers" instead.'],
    ['another hash', { algorithm: 'md5' }, 'ERR_CSP_INPUT', '"md5" is not known'],
    ['another mode', { development: true }, 'ERR_CSP_INPUT', 'true is not known'],
    [
      'a flag that is none',
      { overlay: 'no' },
      'ERR_CSP_INPUT',
      'overlay is "no", not true or false',
    ],
    [
      'a file for a tag',
      { file: '_headers' },
      'ERR_CSP_INPUT',
      'a file is for headers, and the policy is delivered by "meta"',
    ],
    ['a file that is none', { file: '' }, 'ERR_CSP_INPUT', 'file is "", not a path'],
    ['a text', { policy: "default-src 'self'" }, 'ERR_CSP_INPUT', 'is not a policy'],
    ['the empty policy', { policy: csp() }, 'ERR_CSP_INPUT', 'the policy is empty'],
    [
      'a literal nonce',
      { policy: literal },
      'ERR_CSP_NONCE',
      'the same in every response, which anybody can read. Use a policy without it',
    ],
    [
      'a literal nonce for a server',
      { policy: literal, deliver: 'nonce' },
      'ERR_CSP_NONCE',
      'Use NONCE instead.',
    ],
    [
      'NONCE in files',
      { policy: csp().scriptSrc(NONCE) },
      'ERR_CSP_NONCE',
      "Use deliver: 'nonce' with a server",
    ],
    [
      'no NONCE for a server',
      { policy: BASE, deliver: 'nonce' },
      'ERR_CSP_NONCE',
      'Use scriptSrc(NONCE, STRICT_DYNAMIC) instead.',
    ],
  ])('%s', (_, options, code, message) => {
    const error = catchCspError(() => Reflect.apply(cusp, undefined, [options]))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  it('nothing of what helps', () => {
    expect(cusp({ policy: csp().scriptSrc(NONCE, STRICT_DYNAMIC), deliver: 'nonce' }).name).toBe(
      '@cusp/vite',
    )
  })
})
