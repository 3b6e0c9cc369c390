import { compare, explain } from '@cusp/engine'
import { describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

const [A, B] = [
  "img-src 'self'; script-src 'self'",
  "img-src 'self' cdn.example; script-src 'none'",
]

test('each change with why the other side blocks it', async () => {
  const [wider, narrower] = compare({ value: A }, { value: B })
  const [blocked, nowBlocked] = [wider?.before, narrower?.after].map((decision) =>
    decision === undefined || decision === null ? '' : explain(decision)[1],
  )
  expect(await cusp(['diff', A, B], { env: { COLUMNS: '500' } })).toEqual({
    code: 1,
    stderr: '',
    stdout: `+ wider     ${wider?.message}
            before: ${blocked}

- narrower  ${narrower?.message}
            after: ${nowBlocked}

2 changes: 1 wider, 1 narrower
`,
  })
  expect(wider?.message).toContain('cdn.example')
})

test('a change that no check shows', async () => {
  const { stdout } = await cusp(['diff', "sandbox; img-src 'self'", "img-src 'self'"])
  expect(stdout).toContain('+ wider     sandbox now allows')
  expect(stdout).not.toContain('before:')
})

test('no change', async () => {
  expect(await cusp(['diff', "img-src 'self' *", 'img-src *'])).toEqual({
    code: 0,
    stderr: '',
    stdout: 'Both policies allow the same.\n',
  })
})

test('JSON', async () => {
  const { stdout, code } = await cusp(['diff', A, B, '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({
      change: 'wider',
      kind: 'url',
      directive: 'img-src',
      values: ['cdn.example'],
      witness: { type: 'request', destination: 'image', url: 'https://cdn.example/' },
    }),
    expect.objectContaining({ change: 'narrower', directive: 'script-src' }),
  ])
  expect(JSON.parse(stdout)[0]).not.toHaveProperty('before')
})

describe('--markdown', () => {
  test('each change with why, the wider ones first', async () => {
    const [wider, narrower] = compare({ value: A }, { value: B })
    const ran = await cusp(['diff', A, B, '--markdown'])
    expect(ran).toEqual({
      code: 1,
      stderr: '',
      stdout: `### Content Security Policy: 2 changes, 1 wider, 1 narrower

- **wider** \`img-src\`: \`${wider?.message}\`
  - before: \`${explain(wider?.before ?? never())[1]}\`
- **narrower** \`script-src\`: \`${narrower?.message}\`
  - after: \`${explain(narrower?.after ?? never())[1]}\`

Wider: it is allowed now and was blocked before. Narrower: it is blocked now and was allowed before.
`,
    })
    expect(await cusp(['diff', B, A, '--markdown', '--fail-on', 'none'])).toMatchObject({ code: 0 })
  })

  test('no change', async () => {
    expect((await cusp(['diff', A, A, '--markdown'])).stdout).toBe(
      '### Content Security Policy: no changes\n\nBoth policies allow the same.\n',
    )
  })

  test('a change that no check shows', async () => {
    const { stdout } = await cusp([
      'diff',
      "sandbox; img-src 'self'",
      "img-src 'self'",
      '--markdown',
    ])
    expect(stdout).toMatch(/^- \*\*wider\*\* `sandbox`: `.*`\n\n/m)
  })

  test('does not go with JSON', async () => {
    const ran = await cusp(['diff', A, B, '--markdown', '--json'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
  })
})

function never(): never {
  throw new Error('there is no decision')
}

describe('--fail-on', () => {
  test.each<[change: string, codes: readonly number[]]>([
    ['any', [1, 1, 0]],
    ['wider', [1, 0, 0]],
    ['narrower', [0, 1, 0]],
    ['none', [0, 0, 0]],
  ])('%s', async (change, codes) => {
    const [narrow, wide] = ["img-src 'self'", 'img-src *']
    const pairs = [
      [narrow, wide],
      [wide, narrow],
      [wide, wide],
    ] as const
    const ran = await Promise.all(pairs.map((pair) => cusp(['diff', ...pair, '--fail-on', change])))
    expect(ran.map(({ code }) => code)).toEqual(codes)
  })
})

test('one of them piped in, without a policy', async () => {
  const { stdout, stderr } = await cusp(['diff', '-', "img-src 'self'"], {
    stdin: 'HTTP/1.1 200 OK\n',
  })
  expect(stderr).toContain(
    'note: the headers in standard input do not have a Content-Security-Policy',
  )
  expect(stdout).toContain('- narrower  img-src')
})

test('both piped in is refused', async () => {
  const ran = await cusp(['diff', '-', '-'], { stdin: 'img-src *' })
  expect(ran).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'error: Cannot compare the policies: standard input holds only one. Give the other as text, a file or\na module.\n',
  })
})
