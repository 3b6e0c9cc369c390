import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parsePolicy } from '@cusp/core'
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

describe('what tools print', () => {
  const headers = ['HTTP/1.1 200 OK', 'Server: x', 'Content-Security-Policy: img-src a']

  test.each<[title: string, text: string, policies: readonly string[]]>([
    [
      'a folded line, as nginx sends it',
      "HTTP/1.1 200 OK\nContent-Security-Policy: default-src 'none';\n  img-src a;\n\tfont-src b\nServer: x\n",
      ["enforce default-src 'none'; img-src a; font-src b"],
    ],
    [
      'a folded line without a status line',
      "content-security-policy:\n  default-src 'none';\n  img-src a\nx: y",
      ["enforce default-src 'none'; img-src a"],
    ],
    [
      'curl -v',
      [
        '* Connected to shop.example (127.0.0.1) port 443',
        '> GET / HTTP/2',
        '> Content-Security-Policy: img-src request',
        '>',
        '{ [5 bytes data]',
        '< HTTP/2 200 ',
        '< server: x',
        '< content-security-policy: img-src a;',
        '<   font-src b',
        '{ [5 bytes data]',
        '< content-security-policy-report-only: img-src c',
        '< ',
        '<!doctype html>',
        '< HTTP/2 200',
        '< content-security-policy: img-src page',
        '* Connection #0 left intact',
      ].join('\n'),
      ['enforce img-src a; font-src b', 'report img-src c'],
    ],
    [
      'curl -vL',
      [
        '< HTTP/1.1 301 Moved',
        '< Content-Security-Policy: img-src old',
        '<',
        '* Issue another request to this URL',
        '> GET / HTTP/1.1',
        '< HTTP/1.1 200 OK',
        '< Content-Security-Policy: img-src a',
        '<',
      ].join('\r\n'),
      ['enforce img-src a'],
    ],
    [
      'wget -S',
      [
        '--2026-11-01 10:00:00--  https://shop.example/',
        'HTTP request sent, awaiting response... ',
        '  HTTP/1.1 302 Found',
        '  Content-Security-Policy: img-src old',
        'Location: https://shop.example/home [following]',
        '  HTTP/1.1 200 OK',
        '  Server: x',
        '  Content-Security-Policy: img-src a',
        'Length: 5 [text/html]',
      ].join('\n'),
      ['enforce img-src a'],
    ],
    ['an indented status line', `  ${headers.join('\n')}`, ['enforce img-src a']],
    ['blank lines before', `\n \n${headers.join('\n')}`, ['enforce img-src a']],
    [
      "developer tools' copy",
      ':status\n200\nserver\nx\ncontent-security-policy\nimg-src a; font-src b\ndate\ntoday',
      ['enforce img-src a; font-src b'],
    ],
    [
      "developer tools' copy with colons",
      'server:\nx\ncontent-security-policy:\nimg-src a\ncontent-security-policy-report-only:\nimg-src b',
      ['enforce img-src a', 'report img-src b'],
    ],
    ['an empty field', 'HTTP/2 200\ncontent-security-policy:\nserver: x', []],
    [
      'a proxy before it',
      `HTTP/1.1 200 Connection established\n\n${headers.join('\n')}\n`,
      ['enforce img-src a'],
    ],
    [
      'early hints before it',
      `HTTP/1.1 103 Early Hints\ncontent-security-policy: img-src b\n\n${headers.join('\n')}\n`,
      ['enforce img-src a'],
    ],
    [
      'a redirect with a body before it',
      `HTTP/1.1 301 Moved\n\n<p>moved\n\n${headers.join('\n')}\n`,
      ['enforce img-src a'],
    ],
    [
      'two requests',
      `HTTP/1.1 200 OK\ncontent-security-policy: img-src b\n\n${headers.join('\n')}\n`,
      ['enforce img-src a'],
    ],
    [
      'curl -si with a page that pretends to be a response',
      `${headers.join('\n')}\n\n<p>\nHTTP/1.1 200 OK\nContent-Security-Policy: img-src page\n`,
      ['enforce img-src a'],
    ],
    [
      'curl -si with a page that has a policy, too',
      `${headers.join('\n')}\n\n<!doctype html>${meta('img-src b')}`,
      ['enforce img-src a', 'enforce img-src b'],
    ],
    ['HTML', `\n<!doctype html>\n${meta('img-src a')}`, ['enforce img-src a']],
    ['HTML that begins with the element', meta('img-src a'), ['enforce img-src a']],
    [
      'HTML that shows headers',
      `<html><head>${meta('img-src a')}<body><pre>\nContent-Security-Policy: img-src page\n`,
      ['enforce img-src a'],
    ],
  ])('%s', async (_title, text, policies) => {
    expect(await read('-', { stdin: text })).toEqual(policies)
    write('tool.txt', text)
    expect(await read('tool.txt')).toEqual(policies)
  })

  test.each<[name: string, bytes: readonly number[], encoding: BufferEncoding]>([
    ['UTF-8 with a byte order mark', [0xef, 0xbb, 0xbf], 'utf8'],
    ['UTF-16, as PowerShell writes it', [0xff, 0xfe], 'utf16le'],
  ])('%s', async (_name, mark, encoding) => {
    const text = Buffer.from(headers.join('\r\n'), encoding)
    writeFileSync(path.join(folder, 'bom.txt'), Buffer.concat([Buffer.from(mark), text]))
    expect(await read('bom.txt')).toEqual(['enforce img-src a'])
  })

  test('UTF-16 with the bytes the other way round', async () => {
    const text = Buffer.from(`\ufeff${headers.join('\n')}`, 'utf16le').swap16()
    writeFileSync(path.join(folder, 'bom.txt'), text)
    expect(await read('bom.txt')).toEqual(['enforce img-src a'])
  })
})

describe('what is not clearly a policy is refused', () => {
  const policy = "default-src 'none'; img-src *"

  // The corpus has these forms as people write them; these are near misses.
  test.each<[title: string, text: string, problem: string]>([
    [
      'nginx, a variable',
      `set $csp "${policy}";`,
      '"set" before "\\"default-src" is not a directive. Use',
    ],
    ['JSON without the name', `{ "csp": "${policy}" }`, '"{" is not the name of a directive. Use'],
    ['a list in a program', `['default-src', "'none'"]`, `"['default-src'" is not the name of`],
    [
      'helmet without a name',
      `{ defaultSrc: ["'none'"], imgSrc: ['*'] }`,
      '"{" is not the name of a directive. Use',
    ],
    [
      'YAML, quoted once',
      `Content-Security-Policy: '${policy}'`,
      'it has the name of the header, but it is not a header. Use the text of the policy',
    ],
    ['YAML, another name', `csp: ${policy}`, '"csp:" is not the name of a directive. Use the text'],
    [
      'TOML, another name',
      `csp = "${policy}"`,
      '"csp" before "\\"default-src" is not a directive. Use',
    ],
    ['a shell variable', `CSP="${policy}"`, '"CSP=\\"default-src" is not the name of a directive.'],
    ['a label before it', `CSP ${policy}`, '"CSP" before "default-src" is not a directive. Use'],
    ['an unknown directive before it', `x 1; ${policy}`, '"x" is not the name of a directive. Use'],
    [
      'a comment before it',
      `# ours\n${policy}`,
      '"#" is not the name of a directive. Use the text',
    ],
    [
      'a quotation mark',
      `"${policy}`,
      'it begins with a quotation mark. Use the text of the policy without',
    ],
    [
      'a missing space',
      "default-src'none'; img-src *",
      'a space is missing in "default-src\'none\'".',
    ],
    [
      'a colon',
      `default-src: 'none'; img-src *`,
      '"default-src:" is not a directive. Did you mean',
    ],
    ['a line that ends in a backslash', `img-src *; \\\n ${policy}`, '"\\\\" is not the name of'],
  ])('%s', async (_title, text, problem) => {
    await expect(read('-', { stdin: text })).rejects.toThrow(
      `error: Cannot read standard input: ${problem}`,
    )
    write('form.txt', text)
    await expect(read('form.txt')).rejects.toThrow(`error: Cannot read "form.txt": ${problem}`)
    await expect(read(text)).rejects.toThrow(problem)
  })

  test.each<[text: string, policies: readonly string[]]>([
    [" \n default-src 'self' ;; ,, ", ["enforce default-src 'self'"]],
    ["default-src 'self' script-src a", ["enforce default-src 'self' script-src a"]],
    ['img-src a; x-y 1', ['enforce img-src a; x-y 1']],
    ['img-src a; d\u00e9fault-src b', ['enforce img-src a']],
    ['img-src a; img-src b', ['enforce img-src a']],
    ['report-uri /content-security-policy', ['enforce report-uri /content-security-policy']],
    [
      'report-uri https://a.example/x?content-security-policy=1',
      ['enforce report-uri https://a.example/x'],
    ],
    [
      "HTTP/2 200\ncontent-security-policy: \"default-src 'self'; img-src a",
      ['enforce "default-src'],
    ],
  ])('but not %j', async (text, policies) => {
    expect((await read('-', { stdin: text })).map((one) => one.slice(0, 40))).toEqual(
      policies.map((one) => expect.stringContaining(one.slice(0, 40)) as string),
    )
  })
})

test('check and diff say what browsers do not do as it is written', async () => {
  const text = "defualt-src 'none'; img-src a"
  const [issue] = parsePolicy(text).issues
  const note = `note: ${issue?.message}; fix: default-src\n`
  for (const args of [
    ['check', text, '/'],
    ['diff', text, 'img-src a'],
    ['diff', 'img-src a', text, '--markdown'],
  ]) {
    expect((await cusp(args)).stderr).toBe(note)
    expect((await cusp([...args.filter((word) => word !== '--markdown'), '--json'])).stderr).toBe(
      '',
    )
  }
})

describe('notes', () => {
  test.each<[stdin: string, notes: string]>([
    ['img-src a', ''],
    ['img-src a, font-src b', 'note: standard input is 2 policies: a comma begins another one\n'],
    [
      'HTTP/1.1 301 Moved\n\nHTTP/1.1 200 OK\ncontent-security-policy: img-src a, font-src b\n',
      'note: standard input has 2 responses: the last one counts\n',
    ],
    ['HTTP/1.1 103 Hints\n\nHTTP/1.1 200 OK\ncontent-security-policy: img-src a\n', ''],
  ])('%j', async (stdin, notes) => {
    for (const args of [
      ['explain', '-'],
      ['check', '-', '/x'],
      ['audit', '-'],
      ['diff', '-', 'img-src a'],
    ]) {
      expect((await cusp(args, { stdin })).stderr).toBe(notes)
    }
  })
})

describe('documents', () => {
  test('the meta elements of the head', async () => {
    write(
      'page.html',
      `<meta charset=utf-8>${meta('img-src a, b')}${meta('')}<meta http-equiv=content-security-policy><title>x</title>${meta('img-src c')}<body>${meta('img-src d')}`,
    )
    expect(await read('page.html')).toEqual(['enforce img-src a, b', 'enforce img-src c'])
  })

  test('what browsers ignore, and why', async () => {
    const reportOnly = '<meta http-equiv=Content-Security-Policy-Report-Only content="img-src c">'
    write('notes.html', `${meta("frame-ancestors 'none'")}${reportOnly}<body>${meta('img-src d')}`)
    const { stdout, stderr } = await cusp(['explain', 'notes.html'], { cwd: folder })
    expect(stderr).toBe(
      'note: browsers ignore a meta element with a report-only policy\nnote: browsers ignore a meta element with a policy outside the head\n',
    )
    const [issue] = parsePolicy("frame-ancestors 'none'").policy.issues({ delivery: 'meta' })
    expect(stdout).toContain(issue?.message)
    write('body.html', `<body>${meta('img-src d')}`)
    await expect(read('body.html')).rejects.toThrow(
      'its head does not have a policy (browsers ignore a meta element with a policy outside the head). Add',
    )
  })

  test('however deep', async () => {
    write('deep.html', `${meta('img-src a')}${'<div>'.repeat(20_000)}`)
    expect(await read('deep.html')).toEqual(['enforce img-src a'])
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
  write(
    'helmet.mjs',
    `const directives = { defaultSrc: ["'self'"] }
export const options = { useDefaults: false, directives }
export const all = { contentSecurityPolicy: { useDefaults: false, reportOnly: true, directives } }
export const computed = { directives: { defaultSrc: [() => "'self'"] } }
export const wrong = { useDefaults: false, directives: { defaultSrc: ['self'] } }
`,
  )
  write(
    'next.config.mjs',
    `throw new Error('it is executed')\nexport default {
  headers: () => [{ source: '/', headers: [{ key: 'Content-Security-Policy', value: 'img-src a' }] }],
}`,
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
    ['./helmet.mjs#options', ["enforce default-src 'self'"]],
    ['./helmet.mjs#all', ["report default-src 'self'"]],
    ['./next.config.mjs', ['enforce img-src a']],
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
      'Cannot read "./one.mjs#other": 1 is not a policy. Export a policy of csp(), what deliver() takes or returns, or the options of helmet.',
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
    [
      './helmet.mjs#computed',
      'its directives have functions, which need a request. Use the headers',
    ],
    ['./helmet.mjs#wrong', 'Cannot read "./helmet.mjs#wrong": Cannot'],
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
  ['-', '<html>', 'Cannot read standard input: its head does not have a policy. Add <meta'],
  ['polcy.txt', undefined, 'Cannot read "polcy.txt": there is no such file. Use a policy'],
  ['not a policy', undefined, 'Cannot read the policy: it does not have a known directive.'],
  [
    'defualt-src self',
    undefined,
    'Cannot read the policy: "defualt-src" is not a directive. Did you mean default-src?',
  ],
  ['scrpt-src', undefined, '"scrpt-src" is not a directive. Did you mean script-src?'],
  ['SCRIPT-SCR a; x 1', undefined, '"script-scr" is not a directive. Did you mean script-src?'],
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
