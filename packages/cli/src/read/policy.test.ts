import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { World } from '../../test/run-in-process.ts'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a file into the folder in which the commands run. */
function write(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text)
}

/** The directives that a command reads. */
async function read(policy: string, world: World = {}): Promise<readonly string[]> {
  const { stdout, stderr, code } = await cusp(['explain', policy, '--json'], {
    cwd: folder,
    ...world,
  })
  if (code !== 0) throw new Error(stderr.replaceAll('\n', ' ').trim())
  const policies = JSON.parse(stdout) as {
    readonly disposition: string
    readonly directives: readonly { readonly name: string; readonly values: readonly string[] }[]
  }[]
  return policies.map(({ disposition, directives }) => {
    const text = directives.map(({ name, values }) => [name, ...values].join(' ')).join('; ')
    return `${disposition} ${text}`
  })
}

describe('text', () => {
  test.each<[text: string, policies: readonly string[]]>([
    ["default-src 'self'", ["enforce default-src 'self'"]],
    ['default-src', ['enforce default-src']],
    ['img-src a;script-src b', ['enforce img-src a; script-src b']],
    ['img-src a, img-src b', ['enforce img-src a', 'enforce img-src b']],
    ["Content-Security-Policy: default-src 'self'", ["enforce default-src 'self'"]],
    ['content-security-policy-report-only:img-src a', ['report img-src a']],
  ])('%s', async (text, policies) => {
    expect(await read(text)).toEqual(policies)
    expect(await read('-', { stdin: `${text}\n` })).toEqual(policies)
    write('policy.txt', `${text}\n`)
    expect(await read('policy.txt')).toEqual(policies)
  })

  test('of several lines', async () => {
    write('lines.txt', "default-src 'self';\n  img-src a\n    b;\n")
    expect(await read('lines.txt')).toEqual(["enforce default-src 'self'; img-src a b"])
  })
})

describe('headers', () => {
  test.each<[title: string, lines: readonly string[], policies: readonly string[]]>([
    [
      'one of each',
      [
        'HTTP/1.1 200 OK',
        'Date: today',
        'Content-Security-Policy: img-src a',
        'Content-Security-Policy-Report-Only: img-src b',
      ],
      ['enforce img-src a', 'report img-src b'],
    ],
    [
      'several, and a list',
      [
        'HTTP/2 200',
        'content-security-policy: img-src a, img-src b',
        'content-security-policy: img-src c',
      ],
      ['enforce img-src a', 'enforce img-src b', 'enforce img-src c'],
    ],
    [
      'the last response after redirects',
      [
        'HTTP/1.1 301 Moved',
        'content-security-policy: img-src old',
        '',
        'HTTP/2 200',
        'content-security-policy: img-src new',
        '',
      ],
      ['enforce img-src new'],
    ],
    [
      'no line of the body',
      [
        'HTTP/2 200',
        'content-security-policy: img-src a',
        '',
        'content-security-policy: img-src b',
      ],
      ['enforce img-src a'],
    ],
    [
      'with a line separator, which does not end a line',
      ['HTTP/2 200', 'content-security-policy: img-src a; x-\u2028 1'],
      ['enforce img-src a'],
    ],
    ['none', ['HTTP/2 200', 'server: x'], []],
  ])('%s', async (_title, lines, policies) => {
    expect(await read('-', { stdin: `${lines.join('\r\n')}\r\n` })).toEqual(policies)
  })
})

/** A meta element with a policy. */
function meta(content: string): string {
  return `<meta http-equiv="Content-Security-Policy" content="${content}">`
}

describe('documents', () => {
  test('the meta elements of the head', async () => {
    write(
      'page.html',
      `<meta charset=utf-8>${meta('img-src a, b')}${meta('')}<meta http-equiv=content-security-policy><title>x</title>${meta('img-src c')}<body>${meta('img-src d')}`,
    )
    expect(await read('page.html')).toEqual(['enforce img-src a, b', 'enforce img-src c'])
  })

  test('without any', async () => {
    write('bare.htm', '<p>x')
    await expect(read('bare.htm')).rejects.toThrow(
      'Cannot read "bare.htm": its head does not have a policy. Add <meta http-equiv=',
    )
  })
})

describe('modules', () => {
  const core = JSON.stringify(
    pathToFileURL(path.resolve(import.meta.dirname, '../../../core/src/index.ts')).href,
  )
  write(
    'one.mjs',
    `import { csp } from ${core}\nexport const policy = csp().imgSrc('a.example')\nexport const other = 1\n`,
  )
  write(
    'many.mjs',
    `import { csp, deliver, parsePolicy } from ${core}
export const policy = csp().imgSrc('a.example')
export const delivery = deliver({ enforce: policy, reportOnly: csp().imgSrc('b.example') })
export const both = { enforce: [policy], reportOnly: policy }
export const only = { reportOnly: policy }
export const parsed = parsePolicy('img-src c.example')
export const number = 1
export const list = [1]
export const wrong = { enforce: 1 }
export const nothing = undefined
export function make() {}
`,
  )
  write('none.mjs', 'export const number = 1\n')
  write('empty.mjs', '')
  write('broken.mjs', 'throw new Error("no database")\n')
  write('thrown.mjs', 'throw "text"\n')
  write('syntax.mts', 'const x: = 1\n')
  mkdirSync(path.join(folder, 'folder.js'))

  test.each<[reference: string, policies: readonly string[]]>([
    ['./one.mjs', ['enforce img-src a.example']],
    ['one.mjs#policy', ['enforce img-src a.example']],
    ['./many.mjs#delivery', ['enforce img-src a.example', 'report img-src b.example']],
    ['./many.mjs#both', ['enforce img-src a.example', 'report img-src a.example']],
    ['./many.mjs#only', ['report img-src a.example']],
    ['./many.mjs#parsed', ['enforce img-src c.example']],
  ])('%s', async (reference, policies) => {
    expect(await read(reference)).toEqual(policies)
  })

  test.each<[reference: string, problem: string]>([
    ['./nope.js', 'Cannot read "./nope.js": there is no such file. Give the path of a module.'],
    [
      './one.mjs#nope',
      'Cannot read "./one.mjs": it does not export "nope". Use one of other, policy.',
    ],
    ['./empty.mjs#nope', 'Cannot read "./empty.mjs": it does not export "nope". Export a policy.'],
    [
      './one.mjs#other',
      'Cannot read "./one.mjs#other": 1 is not a policy. Export a policy of csp(), or what deliver() takes or returns.',
    ],
    ['./many.mjs#list', 'Cannot read "./many.mjs#list": an object is not a policy. Export'],
    ['./many.mjs#wrong', 'Cannot read "./many.mjs#wrong": an object is not a policy. Export'],
    ['./many.mjs#make', 'Cannot read "./many.mjs#make": a function is not a policy. Export'],
    ['./many.mjs#nothing', 'Cannot read "./many.mjs#nothing": undefined is not a policy. Export'],
    [
      './many.mjs',
      'it exports several policies. Use one of ./many.mjs#both, ./many.mjs#delivery, ./many.mjs#only, ./many.mjs#parsed, ./many.mjs#policy.',
    ],
    [
      './none.mjs',
      'Cannot read "./none.mjs": it does not export a policy. Export a policy of csp().',
    ],
    [
      './broken.mjs',
      'Cannot load "./broken.mjs": it throws "Error: no database". Use a module that loads.',
    ],
    ['./thrown.mjs', 'Cannot load "./thrown.mjs": it throws "text". Use'],
    ['./syntax.mts', 'Use JavaScript, or Node 22.18 or later, which reads TypeScript.'],
    ['./folder.js', 'Cannot load "./folder.js": it throws'],
  ])('%s is refused', async (reference, problem) => {
    await expect(read(reference)).rejects.toThrow(problem)
  })
})

test.each<[argument: string, stdin: string | undefined, problem: string]>([
  [
    '',
    undefined,
    'Cannot read the policy: none is given. Use a policy ("default-src \'self\'"), a file',
  ],
  ['-', '', 'Cannot read the policy: nothing is piped in. Pipe in headers or a policy: curl'],
  ['-', undefined, 'Cannot read the policy: nothing is piped in'],
  [
    '-',
    'server: x\ndate: today',
    'Cannot read standard input: these headers do not have a Content-Security-Policy. Use all headers',
  ],
  ['-', '<html>', 'Cannot read standard input: it does not have a known directive. Use a policy'],
  ['polcy.txt', undefined, 'Cannot read "polcy.txt": there is no such file. Use a policy'],
  ['not a policy', undefined, 'Cannot read the policy: it does not have a known directive.'],
  [
    'defualt-src self',
    undefined,
    'Cannot read the policy: "defualt-src" is not a directive. Did you mean default-src?',
  ],
  ['scrpt-src', undefined, '"scrpt-src" is not a directive. Did you mean script-src?'],
  ['x 1; SCRIPT-SCR a', undefined, '"script-scr" is not a directive. Did you mean script-src?'],
  ['-', "scriptsrc 'self'", '"scriptsrc" is not a directive. Did you mean script-src?'],
  [
    'https://a.example',
    undefined,
    'cusp does not fetch pages. Pipe in the headers: curl -sI https://a.example |',
  ],
  [
    'script=https://a.example',
    undefined,
    'it is a check, not a policy. Write the policy before it',
  ],
])('%j with %j is refused', async (argument, stdin, problem) => {
  await expect(read(argument, stdin === undefined ? {} : { stdin })).rejects.toThrow(problem)
})
