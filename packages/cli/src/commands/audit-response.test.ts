/** What an audit takes from the text around a policy: other fields, and placeholders. */

import { describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

/** The findings of a text that is piped in, with the notes. */
async function audited(stdin: string): Promise<{
  readonly ids: readonly string[]
  readonly severities: ReadonlyMap<string, string>
  readonly notes: string
}> {
  const json = await cusp(['audit', '-', '--json'], { stdin })
  const { stderr } = await cusp(['audit', '-'], { stdin, env: { COLUMNS: '9999' } })
  const { findings } = JSON.parse(json.stdout) as {
    readonly findings: readonly { readonly id: string; readonly severity: string }[]
  }
  return {
    ids: findings.map(({ id }) => id),
    severities: new Map(findings.map(({ id, severity }) => [id, severity])),
    notes: stderr,
  }
}

describe('X-Frame-Options in the same headers', () => {
  test.each<[title: string, text: string]>([
    ['curl', "HTTP/2 200\nx-frame-options: DENY\ncontent-security-policy: default-src 'none'\n"],
    ['capitals', "X-Frame-Options: SameOrigin\nContent-Security-Policy: default-src 'none'\n"],
    ['developer tools', "x-frame-options\nDENY\ncontent-security-policy\ndefault-src 'none'\n"],
    [
      'nginx',
      `add_header X-Frame-Options DENY;\nadd_header Content-Security-Policy "default-src 'none'";`,
    ],
    ['_headers', "/*\n  X-Frame-Options: DENY\n  Content-Security-Policy: default-src 'none'\n"],
    ['JSON', `{ "x-frame-options": "DENY", "content-security-policy": "default-src 'none'" }`],
  ])('%s: it answers who may embed the page', async (_title, text) => {
    const { ids, notes } = await audited(text)
    expect(ids).not.toContain('any-ancestor')
    expect(notes).toMatch(/^note: x-frame-options: \w+ says who may embed the page, so /)
  })

  test.each<[title: string, text: string, note: string]>([
    ['no such field', "HTTP/2 200\ncontent-security-policy: default-src 'none'\n", ''],
    [
      'of the response before',
      "HTTP/1.1 301 Moved\nx-frame-options: DENY\n\nHTTP/2 200\ncontent-security-policy: default-src 'none'\n",
      'note: standard input has 2 responses: the last one counts\n',
    ],
    [
      'a value that browsers do not know',
      "HTTP/2 200\nx-frame-options: ALLOWALL\ncontent-security-policy: default-src 'none'\n",
      'note: x-frame-options: ALLOWALL is not DENY or SAMEORIGIN, so browsers ignore it\n',
    ],
    [
      'beside frame-ancestors',
      'HTTP/2 200\nx-frame-options: DENY\ncontent-security-policy: frame-ancestors *\n',
      'note: browsers ignore x-frame-options: DENY, because the policy has frame-ancestors\n',
    ],
    [
      'for another path',
      "/a\n  X-Frame-Options: DENY\n/b\n  Content-Security-Policy: default-src 'none'\n",
      '',
    ],
  ])('%s: any page may embed it', async (_title, text, note) => {
    const { ids, notes } = await audited(text)
    expect(ids).toContain('any-ancestor')
    expect(notes).toBe(note)
  })
})

describe('placeholders', () => {
  test.each<[title: string, text: string, severity: string]>([
    ['in a file', "script-src 'nonce-${nonce}'", 'info'],
    [
      'in what was sent',
      "HTTP/2 200\ncontent-security-policy: script-src 'nonce-${n}'\n",
      'medium',
    ],
  ])('%s are one finding', async (_title, text, severity) => {
    const { ids, severities } = await audited(text)
    expect(ids.filter((id) => id === 'unfilled-placeholder')).toHaveLength(1)
    expect(severities.get('unfilled-placeholder')).toBe(severity)
  })

  test('several are one finding with a list', async () => {
    const text = "script-src 'nonce-${nonce}'; img-src [A_HOST] https://{{ b }}/ <your-host>"
    const { stdout } = await cusp(['audit', '-'], { stdin: text, env: { COLUMNS: '9999' } })
    expect(stdout).toContain(
      '${nonce}, [A_HOST], {{ b }}: unfilled placeholders, judged as if filled\n',
    )
    expect(stdout).toContain('all    ${nonce}, [A_HOST], {{ b }}, <your-host>\n')
  })

  test('are in SARIF, too', async () => {
    const { stdout } = await cusp(['audit', '-', '--sarif'], { stdin: 'img-src [HOST]' })
    const { runs } = JSON.parse(stdout) as {
      readonly runs: readonly {
        readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      }[]
    }
    const rules = runs[0]?.tool.driver.rules.map(({ id }) => id)
    expect(rules).toContain('unfilled-placeholder')
  })

  test('a nonce is judged as a nonce, a host as a host', async () => {
    const text = "default-src 'none'; script-src 'nonce-<%= nonce %>'; img-src https://$host"
    const world = { stdin: text, env: { COLUMNS: '9999' } }
    const { stdout } = await cusp(
      [
        'check',
        '-',
        'script=/app.js',
        'image=https://placeholder.example/a.png',
        '--nonce',
        'NONCE',
      ],
      world,
    )
    expect(stdout).toMatch(/^allowed {3}script=\/app\.js/)
    expect(stdout).toMatch(/^allowed {3}image=https:/m)
  })
})
