import { describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

describe('a decision', () => {
  test('in sentences', async () => {
    const args = ['explain', "default-src 'self'", '/api', 'https://evil.example/']
    expect(await cusp(args)).toEqual({
      code: 0,
      stderr: '',
      stdout: `Allowed: the connection to https://site.example/api.
  connect-src is absent, so default-src decides; 'self' matches.

Blocked: the connection to https://evil.example/.
  connect-src is absent, so default-src decides; 'self' does not match because the host differs.
`,
    })
  })

  test('as JSON', async () => {
    const { stdout } = await cusp(['explain', "default-src 'self'", 'eval', '--json'])
    expect(JSON.parse(stdout)).toEqual([
      {
        label: 'eval',
        allowed: false,
        sentences: [
          'Blocked: eval.',
          expect.stringContaining('script-src is absent, so default-src decides'),
        ],
      },
    ])
  })
})

describe('a policy', () => {
  test.each<[directive: string, meaning: string]>([
    ["script-src 'self' cdn.example", "scripts: the page's own origin, cdn.example"],
    [
      "script-src 'nonce-abc' 'strict-dynamic' https: 'unsafe-inline' 'report-sample'",
      'scripts: what carries the nonce, what trusted scripts load (hosts and schemes beside it are ignored)',
    ],
    ["default-src 'strict-dynamic' https:", 'any https: URL'],
    ["style-src 'unsafe-inline' *", 'styles: inline code, whoever put it there, any host'],
    ["style-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='", 'styles: code by its hash'],
    [
      "script-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
      'scripts: code by 2 hashes',
    ],
    ["img-src 'none'", 'images: none'],
    ['sandbox', 'the page is sandboxed'],
    ['sandbox allow-scripts', 'the page is sandboxed but for allow-scripts'],
    ["webrtc 'allow'", 'WebRTC is allowed'],
    ["webrtc 'block'", 'WebRTC is blocked'],
    ['upgrade-insecure-requests', 'http: URLs are fetched as https:'],
    ['block-all-mixed-content', 'obsolete'],
    ['treat-as-public-address', 'the page counts as one of the public internet'],
    ["require-trusted-types-for 'script'", 'DOM sinks take trusted types only'],
    ['trusted-types', 'Trusted Types policies: none'],
    ['trusted-types app', 'Trusted Types policies: app'],
    ['report-to csp', 'violations are sent to the endpoint csp'],
    ['report-uri /x', 'violations are sent to /x, where report-to is not known'],
    ['img-src *; no-such-thing 1', 'no browser knows it'],
  ])('%s', async (directive, meaning) => {
    const { stdout, code } = await cusp(['explain', directive], { env: { COLUMNS: '200' } })
    expect(stdout).toContain(meaning)
    expect(code).toBe(0)
  })

  test('with what is odd about it', async () => {
    const { stdout } = await cusp(['explain', "defualt-src 'none'; img-src *; object-src 'none'"])
    expect(stdout).toBe(`Enforced policy
  defualt-src
      no browser knows it
  img-src
      images: any host
  object-src
      object and embed elements: none

  error    "defualt-src" is no directive
           write  default-src
`)
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
    expect(text).toContain('Report-only policy: blocks nothing\n')
    expect(text).toContain('  info     report-uri is deprecated\n')
  })
})
