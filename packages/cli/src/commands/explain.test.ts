import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parsePolicy } from '@cusp/core'
import { decide, EXAMPLE_SELF, explain } from '@cusp/engine'
import { describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

describe('a decision', () => {
  test('in sentences', async () => {
    const urls = ['https://site.example/api', 'https://evil.example/']
    const [[allowed, why], [blocked, whyNot]] = urls.map((url) =>
      explain(
        decide({ value: "default-src 'self'" }, { type: 'request', url }, { self: EXAMPLE_SELF }),
      ),
    ) as [readonly string[], readonly string[]]
    expect(
      await cusp(['explain', "default-src 'self'", ...urls], { env: { COLUMNS: '500' } }),
    ).toEqual({
      code: 0,
      stderr: '',
      stdout: `${allowed}\n  ${why}\n\n${blocked}\n  ${whyNot}\n`,
    })
  })

  test('with the verdict in colour', async () => {
    const env = { FORCE_COLOR: '1' }
    const { stdout } = await cusp(['explain', "default-src 'self'", '/api', 'eval'], { env })
    expect(stdout).toContain('\u001b[32mAllowed\u001b[39m: ')
    expect(stdout).toContain('\u001b[31mBlocked\u001b[39m: ')
  })

  test('as JSON', async () => {
    const { stdout } = await cusp(['explain', "default-src 'self'", 'eval', '--json'])
    expect(JSON.parse(stdout)).toEqual([
      {
        label: 'eval',
        allowed: false,
        sentences: [expect.stringContaining('eval'), expect.stringContaining('default-src')],
      },
    ])
  })
})

describe('a policy', () => {
  test.each<[directive: string, meaning: string]>([
    ["script-src 'self' cdn.example", "scripts: the page's origin, cdn.example"],
    [
      "script-src 'nonce-abc' 'strict-dynamic' https: 'unsafe-inline' 'report-sample'",
      "scripts: elements with the nonce, scripts that trusted scripts load\n      without effect: https:, 'unsafe-inline'\n",
    ],
    ["default-src 'strict-dynamic' https:", 'any https: URL (but no scripts)'],
    // 'unsafe-inline' where it is in force, however its neighbours look
    [
      "script-src 'self' 'unsafe-inline' 'sha256-abc$'",
      "scripts: the page's origin, any inline code\n      without effect: 'sha256-abc$'\n",
    ],
    [
      "script-src 'nonce-' 'unsafe-inline'",
      "scripts: any inline code\n      without effect: 'nonce-'\n",
    ],
    ["style-src 'strict-dynamic' 'unsafe-inline'", 'styles: any inline code\n'],
    ["script-src 'unsafe-inline'; script-src-elem 'none'", 'scripts: any inline code\n'],
    [
      "default-src 'unsafe-inline' 'strict-dynamic'",
      'that has no directive of its own: inline styles, style attributes, scripts that trusted scripts load\n',
    ],
    [
      "script-src 'unsafe-eval'; require-trusted-types-for 'script'",
      'scripts: eval of trusted types and WebAssembly',
    ],
    ["script-src 'none' a.example", "scripts: a.example\n      without effect: 'none'\n"],
    ["img-src * a.example 'self", "images: any host, a.example\n      without effect: 'self\n"],
    ["script-src 'unsafe-hashes'", "scripts: nothing\n      without effect: 'unsafe-hashes'\n"],
    [
      "child-src *; frame-src 'self'; worker-src 'self'; fenced-frame-src *",
      'other directives decide',
    ],
    ['require-trusted-types-for script', "it has no effect without 'script'"],
    ['sandbox allow-scripts allow-nothing', 'the page is sandboxed, except for allow-scripts\n'],
    ["trusted-types app * 'allow-duplicates'", 'app, any; a name may be used again'],
    ["style-src 'unsafe-inline' *", 'styles: any inline code, any host'],
    [
      "style-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='",
      'styles: inline code that matches the hash',
    ],
    [
      "script-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
      'scripts: inline code that matches one of 2 hashes',
    ],
    ["img-src 'none'", 'images: nothing'],
    ['sandbox', 'the page is sandboxed'],
    ['sandbox allow-scripts', 'the page is sandboxed, except for allow-scripts'],
    ["webrtc 'allow'", 'WebRTC is allowed'],
    ["webrtc 'block'", 'WebRTC is allowed: no browser asks this directive'],
    ['upgrade-insecure-requests', 'http: URLs are fetched as https:'],
    ['block-all-mixed-content', 'obsolete'],
    ['treat-as-public-address', 'the page counts as a page of the public internet'],
    ["require-trusted-types-for 'script'", 'DOM sinks take trusted types only'],
    ['trusted-types', 'Trusted Types policies: none'],
    ['trusted-types app', 'Trusted Types policies: app'],
    ['report-to csp', 'browsers send violations to the endpoint csp'],
    ['report-uri /x', 'browsers that do not know report-to send violations to /x'],
    ['img-src *; no-such-thing 1', 'browsers do not know this directive'],
  ])('%s', async (directive, meaning) => {
    const { stdout, code } = await cusp(['explain', directive], { env: { COLUMNS: '200' } })
    expect(stdout).toContain(meaning)
    expect(code).toBe(0)
  })

  test.each<[directive: string, delivery: string]>([
    ["frame-ancestors 'none'", 'meta'],
    ['sandbox', 'meta'],
    ['report-uri /r', 'meta'],
    ['sandbox', 'report'],
    ['upgrade-insecure-requests', 'report'],
  ])('%s has no effect in %s', async (directive, delivery) => {
    const stdin =
      delivery === 'meta'
        ? `<meta http-equiv="Content-Security-Policy" content="img-src *; ${directive}">`
        : `HTTP/2 200\ncontent-security-policy-report-only: img-src *; ${directive}\n`
    const folder = mkdtempSync(path.join(tmpdir(), 'cusp-explain-'))
    writeFileSync(path.join(folder, 'page.html'), stdin)
    writeFileSync(path.join(folder, 'headers.txt'), stdin)
    const file = delivery === 'meta' ? 'page.html' : 'headers.txt'
    const { stdout } = await cusp(['explain', file], { cwd: folder, env: { COLUMNS: '200' } })
    const words = delivery === 'meta' ? 'a meta tag' : 'a report-only policy'
    const [name = ''] = directive.split(' ')
    expect(stdout).toContain(`  ${name}\n      it has no effect in ${words}\n`)
    rmSync(folder, { recursive: true })
  })

  test('that is not there', async () => {
    expect(await cusp(['explain', '-'], { stdin: 'HTTP/2 200\n' })).toEqual({
      code: 0,
      stdout: 'There is no policy, so everything is allowed.\n',
      stderr: 'note: the headers in standard input do not have a Content-Security-Policy\n',
    })
  })

  test('with its issues', async () => {
    const text = "defualt-src 'none'; img-src *; object-src 'none'"
    const [issue] = parsePolicy(text).issues
    const { stdout } = await cusp(['explain', text])
    expect(stdout).toBe(`Enforced policy
  defualt-src
      browsers do not know this directive
  img-src
      images: any host
  object-src
      object and embed elements: nothing

  error    ${issue?.message}
           fix  ${issue?.fix}
`)
    expect(issue?.fix).toContain('default-src')
  })

  test('of headers, several', async () => {
    const stdin = `HTTP/2 200
content-security-policy: default-src 'self', img-src *
content-security-policy-report-only: default-src 'none'; report-uri /r
`
    const { stdout } = await cusp(['explain', '-', '--json'], { stdin })
    expect(JSON.parse(stdout)).toMatchObject([
      { disposition: 'enforce', directives: [{ name: 'default-src', values: ["'self'"] }] },
      { disposition: 'enforce', directives: [{ name: 'img-src', values: ['*'] }] },
      {
        disposition: 'report',
        directives: [{ name: 'default-src' }, { name: 'report-uri' }],
        issues: expect.arrayContaining([expect.objectContaining({ severity: 'info' })]),
      },
    ])
    const { stdout: text } = await cusp(['explain', '-'], { stdin })
    expect(text).toContain('Report-only policy (it blocks nothing)\n')
    expect(text).toMatch(/^ {2}info {5}.*report-uri/m)
  })
})
