import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import { audit, FINDINGS, support } from '@cusp/engine'
import { Ajv } from 'ajv'
import type { Log } from 'sarif'
import { afterAll, describe, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'
import { wrap } from '../write/page.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-audit-'))
const world = { cwd: folder }
afterAll(() => rmSync(folder, { recursive: true }))

const WEAK = "script-src 'self' 'unsafe-inline'; report-uri /r"
const STRONG =
  "default-src 'none'; script-src 'nonce-MDEyMzQ1Njc4OTAxMjM0NTY3ODk' 'strict-dynamic' https: 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; report-to csp; worker-src 'none'"

describe('for people', () => {
  test('each weakness with its fix and its proof, and the sum', async () => {
    const [finding] = audit({ value: WEAK })
    const { stdout, stderr, code } = await cusp(['audit', WEAK], { env: { COLUMNS: '80' } })
    expect(stdout).toContain(`high    inline-script  script-src
${wrap(finding?.message ?? '', 80, 8)}
        fix    ${wrap(finding?.fix ?? '', 80, 15).slice(15)}
        proof  allowed: `)
    expect(stdout).toMatch(/proof {2}allowed: .*alert\(document\.domain\)\n\n/)
    expect(stdout).toMatch(/\n\n\d+ findings: 1 high, \d+ medium, \d+ low, \d+ info\n$/)
    expect(stderr).toBe('')
    expect(code).toBe(1)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('a finding without a proof', async () => {
    const { stdout } = await cusp(['audit', "default-src 'none'"])
    const section = /info {4}no-reporting.*?\n\n/s.exec(stdout)?.[0]
    expect(section).toContain('fix')
    expect(section).not.toContain('proof')
  })

  test('values that are weak alike, all of them', async () => {
    const hosts = ['a', 'b', 'c', 'd'].map((name) => `http://${name}.example`)
    const { stdout } = await cusp(['audit', `img-src ${hosts.join(' ')}`], {
      env: { COLUMNS: '200' },
    })
    expect(stdout.match(/insecure-source/g)).toHaveLength(1)
    expect(stdout).toContain(`        all    ${hosts.join(', ')}\n`)
    expect(stdout).toContain(
      'img-src has http://a.example, http://b.example, http://c.example and 1 more, so',
    )
    const short = await cusp(['audit', `img-src ${hosts.slice(1).join(' ')}`])
    expect(short.stdout).not.toContain('        all ')
  })

  test('nothing found', async () => {
    expect(await cusp(['audit', STRONG, '--fail-on', 'info'])).toEqual({
      code: 0,
      stdout: 'No weaknesses found.\n',
      stderr: '',
    })
  })

  test('headers piped in without a policy', async () => {
    const stdin = 'HTTP/2 200\r\nserver: x\r\n\r\n'
    const { stdout, stderr, code } = await cusp(['audit'], { stdin })
    expect(stdout).toContain('high    not-enforced')
    expect(stderr).toBe(
      'note: the headers in standard input do not have a Content-Security-Policy\n',
    )
    expect(code).toBe(1)
  })
})

test.each<[policy: string, codes: readonly number[]]>([
  [WEAK, [1, 1, 1, 1, 0]],
  [
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    [0, 0, 1, 1, 0],
  ],
])('--fail-on for %s', async (policy, codes) => {
  const severities = ['high', 'medium', 'low', 'info', 'none']
  const ran = await Promise.all(
    severities.map((severity) => cusp(['audit', policy, '--fail-on', severity])),
  )
  expect(ran.map(({ code }) => code)).toEqual(codes)
  expect((await cusp(['audit', policy])).code).toBe(codes[1])
})

test('--json', async () => {
  const { stdout } = await cusp(['audit', WEAK, '--json'])
  const { findings, browsers } = JSON.parse(stdout)
  expect(findings[0]).toEqual({
    id: 'inline-script',
    severity: 'high',
    directive: 'script-src',
    value: "'unsafe-inline'",
    message: expect.any(String),
    fix: expect.any(String),
    witness: { type: 'inline', inline: 'script', source: 'alert(document.domain)' },
  })
  expect(browsers).toBeUndefined()
})

describe('--browsers', () => {
  const policy = "script-src 'nonce-abc' 'strict-dynamic'; report-to csp; form-action 'self'"

  test('what they ignore, worst first', async () => {
    const targets = ['safari 15.2-15.3', 'firefox 148', 'op_mini all']
    const { findings } = support({ value: policy }, targets)
    const [form, dynamic, reportTo] = ['form-action', 'strict-dynamic', 'report-to'].map((name) =>
      findings.find(({ feature }) => feature.includes(name)),
    )
    const args = ['audit', policy, '--browsers', targets.join(', ')]
    const { stdout } = await cusp(args, { env: { COLUMNS: '500' } })
    expect(stdout.slice(stdout.indexOf('Browsers')).replace(/\(.*\)/, '(data)')).toBe(
      `Browsers  (data)
  weaker     ${form?.message}
             targets: firefox 148
             fix: ${form?.fix}
  stricter   ${dynamic?.message}
             targets: safari 15.2-15.3
             fix: ${dynamic?.fix}
  reports    ${reportTo?.message}
             targets: firefox 148, safari 15.2-15.3
             fix: ${reportTo?.fix}
  There is no data for op_mini all.
`,
    )
  })

  test('nothing that they ignore', async () => {
    const { stdout } = await cusp(['audit', "default-src 'self'", '--browsers', 'chrome 120'])
    expect(stdout).toMatch(
      /Browsers {2}\(.*\)\n {2}These browsers support everything in the policy\.\n$/,
    )
  })

  test('as JSON', async () => {
    const { stdout } = await cusp(['audit', policy, '--browsers', 'safari 15.4', '--json'])
    expect(JSON.parse(stdout).browsers).toMatchObject({
      findings: [{ feature: 'report-to', browsers: [{ browser: 'safari', since: '16.4' }] }],
      unknown: [],
    })
  })

  test("without a query the project's own", async () => {
    const project = path.join(folder, 'project')
    mkdirSync(project)
    writeFileSync(path.join(project, '.browserslistrc'), 'safari 15.2\n')
    const { stdout } = await cusp(['audit', policy, '--json', '--browsers'], { cwd: project })
    expect(JSON.parse(stdout).browsers.findings[0].browsers[0].targets).toEqual([
      'safari 15.2-15.3',
    ])
  })

  test.each<[query: string, problem: string]>([
    ['chorme 12', 'Unknown browser chorme.'],
    ['extends browserslist-config-nope', "Cannot find module 'browserslist-config-nope'."],
    ['> 1% in browserslist-config-nope stats', "Cannot find module 'browserslist-config-nope/"],
    ['extends nope', 'Browserslist config needs `browserslist-config-` prefix.'],
    ['', 'it selects no browser.'],
  ])('the query %j is refused', async (query, problem) => {
    const ran = await cusp(['audit', policy, '--browsers', query], { env: { COLUMNS: '500' } })
    expect(ran.stderr).toContain(
      `error: Cannot resolve the browsers ${JSON.stringify(query)}: ${problem}`,
    )
    expect(ran.stderr).toContain(' Use a browserslist query, such as "defaults" or "> 0.5%, safari')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('--sarif', () => {
  const { $schema: _dialect, id: _id, ...schema } = sarifSchema
  const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false }).compile(
    schema,
  )

  /** The log, valid by the schema. */
  async function sarif(policy: string): Promise<Log> {
    const { stdout, code } = await cusp(['audit', policy, '--sarif'], world)
    expect(code).toBe(1)
    const log: unknown = JSON.parse(stdout)
    validate(log)
    expect(validate.errors ?? []).toEqual([])
    return log as Log
  }

  test('of an argument', async () => {
    const log = await sarif(WEAK)
    const [run] = log.runs
    expect(run?.tool.driver.rules?.[0]).toEqual({
      id: 'inline-script',
      shortDescription: { text: FINDINGS.get('inline-script')?.meaning },
      help: { text: expect.stringMatching(/^Fix: .*\w.*[^.]\.$/) },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['security'], 'security-severity': '8.0' },
    })
    expect(run?.results?.[0]).toEqual({
      ruleId: 'inline-script',
      ruleIndex: 0,
      level: 'error',
      message: { text: expect.stringMatching(/^.*[^.]\. Fix: .*[^.]\.$/) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'content-security-policy' },
            region: { startLine: 1 },
          },
          logicalLocations: [{ name: 'script-src', kind: 'member' }],
        },
      ],
      partialFingerprints: { 'cusp/v1': "inline-script script-src 'unsafe-inline'" },
      properties: { severity: 'high', witness: expect.objectContaining({ type: 'inline' }) },
    })
    for (const { ruleId, ruleIndex = -1 } of run?.results ?? []) {
      expect(run?.tool.driver.rules?.[ruleIndex]?.id).toBe(ruleId)
    }
  })

  test('of values that are weak alike, with the place of each', async () => {
    writeFileSync(path.join(folder, 'alike.txt'), 'img-src http://a.example http://b.example\n')
    const log = await sarif('alike.txt')
    const result = log.runs[0]?.results?.find(({ ruleId }) => ruleId === 'insecure-source')
    expect(result?.locations?.[0]?.physicalLocation?.region).toMatchObject({ startColumn: 9 })
    expect(result?.relatedLocations).toMatchObject([
      { message: { text: 'http://b.example' }, physicalLocation: { region: { startColumn: 26 } } },
    ])
    expect(result?.properties).toMatchObject({ values: ['http://a.example', 'http://b.example'] })
  })

  test('of a file, with the place', async () => {
    mkdirSync(path.join(folder, 'a b'))
    writeFileSync(
      path.join(folder, 'a b/#1?.txt'),
      "HTTP/2 200\ncontent-security-policy: img-src *;\n  font-src 'self'\ncontent-security-policy: SCRIPT-SRC 'Unsafe-Inline' 'self'\n",
    )
    const log = await sarif('a b/#1?.txt')
    const found = log.runs[0]?.results?.map(({ ruleId, locations }) => [
      ruleId,
      locations?.[0]?.physicalLocation,
    ])
    const artifactLocation = { uri: 'a%20b/%231%3F.txt' }
    const region = { startLine: 4, startColumn: 37, endLine: 4, endColumn: 52 }
    expect(found).toContainEqual(['inline-script', { artifactLocation, region }])
    expect(found).toContainEqual(['any-ancestor', { artifactLocation, region: { startLine: 1 } }])
  })
})
