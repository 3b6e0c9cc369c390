import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-check-'))
const world = { cwd: folder }
afterAll(() => rmSync(folder, { recursive: true }))

const POLICY = "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'; frame-ancestors 'none'"

describe('the words for checks', () => {
  test.each<[check: string, answer: string]>([
    ['/api', "allowed   /api  connect-src → default-src: 'self'"],
    [
      'https://evil.example/',
      'blocked   https://evil.example/  connect-src → default-src: no source matches',
    ],
    ['connect=/api', "allowed   connect=/api  connect-src → default-src: 'self'"],
    [
      'script=/a.js',
      "blocked   script=/a.js  script-src-elem → script-src: 'strict-dynamic' needs a nonce or a hash",
    ],
    ['img=/a.png', "allowed   img=/a.png  img-src → default-src: 'self'"],
    ['worker=/w.js', "allowed   worker=/w.js  worker-src → script-src: 'strict-dynamic'"],
    ['prefetch=/x', "allowed   prefetch=/x  default-src: 'self'"],
    ['inline-script', 'blocked   inline-script  script-src-elem → script-src: no source matches'],
    [
      'inline-style=a{}',
      'blocked   inline-style=a{}  style-src-elem → default-src: no source matches',
    ],
    [
      'event-handler=go()',
      'blocked   event-handler=go()  script-src-attr → script-src: no source matches',
    ],
    ['eval', "blocked   eval  script-src: 'unsafe-eval' is missing"],
    ['wasm', "blocked   wasm  script-src: 'wasm-unsafe-eval' is missing"],
    ['webrtc', 'allowed   webrtc  no directive applies'],
    ['base=/', 'allowed   base=/  no directive governs it'],
    ['form=/x', 'allowed   form=/x  no directive governs it'],
    [
      'ancestor=https://a.example,https://b.example',
      'blocked   ancestor=https://a.example,https://b.example  frame-ancestors: it allows nothing',
    ],
    ['trusted-types-policy=x', 'allowed   trusted-types-policy=x  no directive governs it'],
    [
      'trusted-types-sink=Element innerHTML',
      'allowed   trusted-types-sink=Element innerHTML  no directive governs it',
    ],
    ['http://[', 'blocked   http://[  connect-src → default-src: the URL is not valid'],
  ])('%s', async (check, answer) => {
    const { stdout, stderr, code } = await cusp(['check', POLICY, check])
    expect(stdout).toBe(`${answer}\n`)
    expect(stderr).toBe('')
    expect(code).toBe(answer.startsWith('allowed') ? 0 : 1)
  })
})

describe('options', () => {
  test.each<[args: readonly string[], answer: string]>([
    [
      ['script=/a.js', '--nonce', 'abc'],
      "allowed   script=/a.js  script-src-elem → script-src: 'nonce-abc'",
    ],
    [
      ['script=/a.js', '--inserted'],
      "allowed   script=/a.js  script-src-elem → script-src: 'strict-dynamic'",
    ],
    [
      ['inline-script', '--inserted'],
      "allowed   inline-script  script-src-elem → script-src: 'strict-dynamic'",
    ],
    [
      ['https://shop.example/', '--self', 'https://shop.example'],
      "allowed   https://shop.example/  connect-src → default-src: 'self'",
    ],
    [
      ['https://site.example/', '--self', 'null'],
      'blocked   https://site.example/  connect-src → default-src: no source matches',
    ],
  ])('%j', async (args, answer) => {
    expect((await cusp(['check', POLICY, ...args])).stdout).toBe(`${answer}\n`)
  })

  test('a long check does not move the other answers', async () => {
    const long = `https://a.example/${'x'.repeat(80)}`
    expect((await cusp(['check', 'img-src *', 'eval', long, 'https://b.example/'])).stdout).toBe(
      [
        'allowed   eval                no directive governs it\n',
        `allowed   ${long}  no directive governs it\n`,
        'allowed   https://b.example/  no directive governs it\n',
      ].join(''),
    )
  })

  test('--redirects leaves paths out', async () => {
    const args = ['check', 'connect-src https://a.example/x', 'https://a.example/y']
    expect((await cusp(args)).code).toBe(1)
    expect((await cusp([...args, '--redirects', '1'])).code).toBe(0)
  })

  test('--dialect', async () => {
    const args = ['check', 'connect-src ws:', 'https://a.example/y', '--dialect']
    expect((await cusp([...args, 'spec'])).code).toBe(0)
    expect((await cusp([...args, 'chromium'])).code).toBe(1)
  })

  test('--expect blocked', async () => {
    const args = ['check', POLICY, '--expect', 'blocked']
    expect((await cusp([...args, 'https://evil.example/', 'eval'])).code).toBe(0)
    expect((await cusp([...args, 'https://evil.example/', '/api'])).code).toBe(1)
  })

  test('--checks reads further ones', async () => {
    writeFileSync(path.join(folder, 'checks.json'), '[{"type":"eval"},{"type":"webrtc"}]')
    const { stdout } = await cusp(['check', POLICY, '/api', '--checks', 'checks.json'], world)
    expect(stdout).toBe(
      [
        "allowed   /api               connect-src → default-src: 'self'",
        `blocked   {"type":"eval"}    script-src: 'unsafe-eval' is missing`,
        `allowed   {"type":"webrtc"}  no directive applies`,
        '',
      ].join('\n'),
    )
  })

  test.each<[text: string, problem: string]>([
    ['[', 'Cannot read the checks in "checks.json": the file is not JSON. Use an array of checks'],
    [
      '{}',
      'Cannot read the checks in "checks.json": the JSON is not an array of objects and strings. Use',
    ],
    [
      '[1]',
      'Cannot read the checks in "checks.json": the JSON is not an array of objects and strings. Use',
    ],
    [
      '[[]]',
      'Cannot read the checks in "checks.json": the JSON is not an array of objects and strings. Use',
    ],
    ['[{"type":"evil"}]', '"type" of check 1 is "evil". Use one of request, inline, eval'],
    ['[{}]', '"type" of check 1 is missing. Use one of request, inline, eval'],
    ['[{"type":"toString"}]', '"type" of check 1 is "toString". Use one of'],
    ['[{"type":["eval"]}]', '"type" of check 1 is ["eval"]. Use one of'],
    [
      '[{"type":"eval"},{"type":"frame-ancestors","ancestors":"x"}]',
      'Cannot read the checks in "checks.json": "ancestors" of check 2 is "x". Use an array of origins',
    ],
    ['[{"type":"frame-ancestors","ancestors":[1]}]', '"ancestors" of check 1 is [1]. Use an array'],
    ['[{"type":"frame-ancestors"}]', '"ancestors" of check 1 is missing. Use an array of origins'],
    ['[{"type":"request"}]', '"url" of check 1 is missing. Use a URL, as a string.'],
    ['[{"type":"request","url":5}]', '"url" of check 1 is 5. Use a URL, as a string.'],
    ['[{"type":"request","url":"/","nonce":{}}]', '"nonce" of check 1 is {}. Use a string.'],
    [
      '[{"type":"request","url":"/","redirectCount":"1"}]',
      '"redirectCount" of check 1 is "1". Use a whole number',
    ],
    [
      '[{"type":"form-action","url":"/","redirectCount":-1}]',
      '"redirectCount" of check 1 is -1. Use a whole number',
    ],
    ['[{"type":"inline","inline":"script","source":null}]', '"source" of check 1 is null. Use a'],
    ['[{"type":"inline","inline":"evil"}]', '"evil"'],
    [
      '[{"type":"request","url":"/","parserInserted":"no"}]',
      '"parserInserted" of check 1 is "no". Use true or false.',
    ],
    ['[{"type":"trusted-types-policy"}]', '"name" of check 1 is missing. Use a string.'],
    [
      '[{"type":"trusted-types-policy","name":"a","created":"b"}]',
      '"created" of check 1 is "b". Use an array of strings.',
    ],
    [
      '[{"type":"request","urll":"/","url":"/"}]',
      'check 1 does not have a field "urll". Use type, url, destination',
    ],
    ['[{"type":"wasm","toString":1}]', 'check 1 does not have a field "toString". Use type.'],
    ['["eval","foo"]', 'Cannot check "foo": "foo" is not a kind of check. Use a URL, or one of'],
    ['[{"check":"foo"}]', 'Cannot check "foo": "foo" is not a kind of check. Use a URL, or one of'],
    ['[{"check":1}]', '"check" of check 1 is 1. Use a check, such as "eval".'],
    ['[{"check":[]}]', '"check" of check 1 is []. Use a check'],
    ['[{"check":{"check":"eval"}}]', '"type" of check 1 is missing. Use one of request'],
    ['[{"check":"eval","expect":"alowed"}]', '"expect" of check 1 is "alowed". Use allowed or'],
    ['[{"check":"eval","expect":true}]', '"expect" of check 1 is true. Use allowed or blocked.'],
    [
      '[{"check":"eval","expects":"allowed"}]',
      'check 1 does not have a field "expects". Use check',
    ],
    ['[{"type":"eval","expect":"allowed"}]', 'check 1 does not have a field "expect". Use type'],
  ])('--checks refuses %s', async (text, problem) => {
    writeFileSync(path.join(folder, 'checks.json'), text)
    const ran = await cusp(['check', POLICY, '--checks', 'checks.json'], world)
    expect(ran.stderr.replaceAll('\n', ' ')).toContain(problem)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
  })

  test.each<[headers: readonly string[], nonce: string, allowed: boolean]>([
    [["content-security-policy: script-src 'nonce-abc'"], 'NONCE', true],
    [["content-security-policy: script-src 'NONCE-Abc='"], 'NONCE', true],
    [["content-security-policy: script-src 'nonce-abc'"], 'nonce', false],
    [["content-security-policy: script-src 'nonce-NONCE'"], 'NONCE', true],
    [["content-security-policy: script-src 'self'"], 'NONCE', false],
    [
      [
        "content-security-policy: script-src 'nonce-abc'; style-src 'nonce-abc', img-src a",
        "content-security-policy-report-only: script-src 'nonce-abc'",
      ],
      'NONCE',
      true,
    ],
  ])('of the headers %j --nonce %s', async (lines, nonce, allowed) => {
    const stdin = `HTTP/2 200\n${lines.join('\n')}\n`
    const options = ['--nonce', nonce, '--json']
    const ran = await cusp(['check', '-', 'inline-script', ...options], { stdin })
    expect(JSON.parse(ran.stdout)).toMatchObject([{ allowed }])
    const check = { type: 'inline', inline: 'script', nonce }
    writeFileSync(path.join(folder, 'nonce.json'), JSON.stringify([check]))
    const other = await cusp(['check', '-', '--checks', 'nonce.json', '--json'], {
      ...world,
      stdin,
    })
    expect(JSON.parse(other.stdout)).toMatchObject([{ allowed }])
  })

  test('--nonce NONCE is refused where the headers have several', async () => {
    const policy = "script-src 'nonce-abc'; style-src 'nonce-def'"
    const ran = await cusp(['check', policy, 'inline-script', '--nonce', 'NONCE'])
    expect(ran.stderr.replaceAll('\n', ' ')).toContain(
      'Cannot tell what NONCE means: the policies have several nonces, "abc", "def". Write the nonce',
    )
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect((await cusp(['check', policy, 'inline-script', '--nonce', 'abc'])).code).toBe(0)
  })

  describe('--checks with expectations', () => {
    const items = [
      { check: { type: 'eval' }, expect: 'blocked' },
      { check: 'script=/a.js', expect: 'allowed' },
      { check: '/api' },
      'webrtc',
    ]

    test.each<[args: readonly string[], code: number, marks: readonly string[]]>([
      [[], 1, ['', '  expected: allowed', '', '']],
      [['--inserted'], 0, ['', '', '', '']],
      [
        ['--inserted', '--expect', 'blocked'],
        1,
        ['', '', '  expected: blocked', '  expected: blocked'],
      ],
      [['--inserted', '--expect', 'allowed'], 0, ['', '', '', '']],
    ])('%j', async (args, code, marks) => {
      writeFileSync(path.join(folder, 'checks.json'), JSON.stringify(items))
      const ran = await cusp(['check', POLICY, '--checks', 'checks.json', ...args], world)
      const lines = ran.stdout.trimEnd().split('\n')
      expect(lines.map((line) => /  expected: .*$/.exec(line)?.[0] ?? '')).toEqual(marks)
      expect(lines[0]).toContain('{"type":"eval"}')
      expect(lines[1]).toContain('  script=/a.js  ')
      expect(ran.code).toBe(code)
    })

    test('as JSON', async () => {
      writeFileSync(path.join(folder, 'checks.json'), JSON.stringify(items))
      const ran = await cusp(['check', POLICY, '--checks', 'checks.json', '--json'], world)
      expect(JSON.parse(ran.stdout)).toMatchObject([
        { label: '{"type":"eval"}', allowed: false, expect: 'blocked' },
        { label: 'script=/a.js', allowed: false, expect: 'allowed' },
        { label: '/api', allowed: true, expect: 'allowed' },
        { label: 'webrtc', allowed: true, expect: 'allowed' },
      ])
    })

    test('explain reads the same file', async () => {
      writeFileSync(path.join(folder, 'checks.json'), JSON.stringify(items))
      const ran = await cusp(['explain', POLICY, '--checks', 'checks.json', '--json'], world)
      expect(ran.code).toBe(0)
      expect(JSON.parse(ran.stdout)).toHaveLength(4)
    })
  })

  test('--checks reads every field', async () => {
    const checks = [
      {
        type: 'request',
        url: 'https://a.example/',
        destination: 'script',
        redirectCount: 1,
        nonce: 'abc',
        integrity: '',
        parserInserted: false,
        initiator: 'preload',
        nonceable: true,
        originalUrl: 'https://b.example/',
        serverCertificateHashes: false,
      },
      { type: 'frame-ancestors', ancestors: [null, 'https://a.example'], url: 'https://b.example' },
      { type: 'trusted-types-policy', name: 'a', created: ['b'] },
    ]
    writeFileSync(path.join(folder, 'checks.json'), JSON.stringify(checks))
    const ran = await cusp(['check', POLICY, '--checks', 'checks.json', '--json'], world)
    const answers = JSON.parse(ran.stdout) as readonly { check: object; label: string }[]
    expect(answers.map(({ check }) => check)).toEqual(checks)
    expect(answers.map(({ label }) => JSON.parse(label))).toEqual(checks)
  })

  test('--checks refuses a file that is not there', async () => {
    const ran = await cusp(['check', POLICY, '--checks', 'nope.json'], world)
    expect(ran.stderr).toContain(
      'Cannot read the checks in "nope.json": the file cannot be read. Use',
    )
    expect(ran.code).toBe(2)
  })

  test('--json', async () => {
    const policy = "script-src 'strict-dynamic'"
    const { stdout } = await cusp(['check', policy, 'script=/a.js', '--nonce', 'NONCE', '--json'])
    expect(JSON.parse(stdout)).toEqual([
      {
        label: 'script=/a.js',
        verdict: 'blocked',
        allowed: false,
        expect: 'allowed',
        check: {
          type: 'request',
          destination: 'script',
          url: 'https://site.example/a.js',
          nonce: 'NONCE',
        },
        results: [
          expect.objectContaining({ policy: 0, violated: true, reason: 'parser-inserted' }),
        ],
      },
    ])
  })
})

describe('several policies', () => {
  const headers = [
    'HTTP/2 200',
    "content-security-policy: default-src 'self'",
    "content-security-policy-report-only: default-src 'none'",
    '',
  ].join('\r\n')

  test('a report-only one blocks nothing', async () => {
    const { stdout, code } = await cusp(['check', '-', '/api', 'https://evil.example/'], {
      stdin: headers,
    })
    expect(stdout).toBe(
      [
        'reported  /api                   connect-src → default-src: it allows nothing (policy 2)',
        'blocked   https://evil.example/  connect-src → default-src: no source matches (policy 1)',
        '',
      ].join('\n'),
    )
    expect(code).toBe(1)
  })

  test('without a policy all is allowed, and a note says so', async () => {
    const ran = await cusp(['check', '-', '/api'], { stdin: 'HTTP/2 200\r\nserver: x\r\n' })
    expect(ran).toEqual({
      code: 0,
      stdout: 'allowed   /api  there is no policy\n',
      stderr: 'note: the headers in standard input do not have a Content-Security-Policy\n',
    })
  })
})

test('long lines are cut on a terminal only', async () => {
  const url = `https://cdn.example/${'x'.repeat(80)}.js`
  const args = ['check', "default-src 'self'", `script=${url}`, '/']
  const { stdout } = await cusp(args, { terminal: 60 })
  expect(stdout).toMatch(/script=ht…x+\.js/)
  expect(stdout).toContain('default-src: no source matches')
  expect(stdout).not.toContain('→')
  // oxlint-disable-next-line no-control-regex
  for (const line of stdout.replaceAll(/\u001b\[\d+m/g, '').split('\n')) {
    expect(line.length).toBeLessThanOrEqual(60)
  }
  expect((await cusp(args)).stdout).toContain(url)
})

test.each<[args: readonly string[], problem: string]>([
  [['default-src'], 'Cannot check the policy: there are no checks. Add a URL or another check'],
  [
    ['default-src', 'foo'],
    'Cannot check "foo": "foo" is not a kind of check. Use a URL, or one of',
  ],
  [['default-src', 'foo=1'], 'Cannot check "foo=1": "foo" is not a kind of check. Use a URL, or'],
  [['default-src', '-'], 'Cannot check "-": "-" is not a kind of check. Use a URL, or one of'],
  [['default-src', 'script'], 'Cannot check script: the value is missing. Write script=<value>.'],
  [['default-src', 'base='], 'Cannot check base: the value is missing. Write base=<value>.'],
  [['default-src', 'eval=1'], 'Cannot check "eval=1": eval does not take a value. Write eval.'],
  [['default-src', '/', '--self', 'x'], 'Cannot decide: self is "x"'],
])('refuses %j', async (args, problem) => {
  const ran = await cusp(['check', ...args])
  expect(ran.stderr.replaceAll('\n', ' ')).toContain(problem)
  expect(ran).toMatchObject({ code: 2, stdout: '' })
})
