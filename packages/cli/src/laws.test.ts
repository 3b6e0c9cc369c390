/**
 * Hostile command lines: whatever the words, the piped bytes and the files are, a command answers
 * with an exit code and readable text.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { World } from '../test/run-in-process.ts'
import { cusp } from '../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-laws-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a terminal obeys or does not show. */
const HIDDEN = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u
const PAINT = /\u001b\[(?:[12]|22|3[1236]|39)m/g
const STACK_TRACE = /\n\s+at .+:\d+:\d+/

/** Pieces of text that mean something to a command, a parser or a terminal, one a line. */
const PIECES = `default-src
script-src
sandbox
trusted-types
report-to
defualt-src
'self'
'none'
'unsafe-inline'
'strict-dynamic'
'nonce-abc'
'sha256-x'
https://a.example
*
data:
http://[
javascript:
HTTP/2 200
Content-Security-Policy:
content-security-policy-report-only:
x: y
<script>
</script>
<a href="javascript://[">
<iframe srcdoc="<p onclick=x>">
<script src=a integrity=sha256-x>
<meta http-equiv=content-security-policy content=x>
script=
ancestor=
inline-script=
eval
base=
trusted-types-sink=
./x.js
%00
//
{}
[]`.split('\n')

/** Single characters that break something: separators, escapes, what turns or hides text. */
const CHARACTERS = [
  ...Array.from(';,=#/ \t\r\n%`|\\"\u0000\u001b\u009b\u202e\u2028\ufeffé'),
  '\ud800',
  '\u{e0041}',
]

const text = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...PIECES),
        fc.constantFrom(...CHARACTERS),
        fc.constantFrom(' ', '\u001b[2J', '\u001b[31m'),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

const bytes = fc.oneof(
  text,
  // What a stream decodes: bytes that are not UTF-8 become U+FFFD.
  fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw).toString('utf8')),
  fc.array(text, { maxLength: 6 }).map((lines) => `HTTP/2 200\r\n${lines.join('\r\n')}`),
  text.map((value) => `HTTP/1.1 200 OK\ncontent-security-policy: default-src 'self'; ${value}\n`),
)

const COMMANDS = ['check', 'explain', 'audit', 'diff', 'hash']
const WORDS = ['-', 'text.txt', 'page.html', 'checks.json', 'nope.txt', './nope.mjs#x', '.', 'eval']

/** Options that a command knows, one a line. */
const OPTIONS = `--json
--sarif
--markdown
--attributes
--inserted
--help
--version
--
--browsers
--browsers safari~15
--browsers extends~browserslist-config-x
--checks checks.json
--nonce NONCE
--self null
--fail-on none
--expect blocked
--dialect webkit
--redirects 1
--algorithm sha512`
  .split('\n')
  .map((line) => line.split(' ').map((word) => word.replaceAll('~', ' ')))
const VALUED = OPTIONS.flatMap(([name = '', value]) => (value === undefined ? [] : [name]))

const option = fc.oneof(fc.constantFrom(...OPTIONS), fc.tuple(fc.constantFrom(...VALUED), text))

const commandLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...COMMANDS).map((command) => [command]),
        fc.array(fc.oneof(text, fc.constantFrom(...WORDS)), { maxLength: 3 }),
        fc.array(option, { maxLength: 2 }).map((options) => options.flat()),
      )
      .map((parts) => parts.flat()),
  },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 4 }) },
)

/** Any JSON, and JSON that is nearly a file of checks. */
const checkFile = fc.oneof(
  fc.json(),
  fc
    .array(
      fc.dictionary(
        fc.constantFrom('type', 'url', 'check', 'expect', 'ancestors', 'inline', 'nonce', 'name'),
        fc.oneof(
          fc.constantFrom('request', 'inline', 'frame-ancestors', 'script', 'eval', 'NONCE', '/'),
          fc.jsonValue(),
          text,
        ),
      ),
      { maxLength: 3 },
    )
    .map((items) => JSON.stringify(items)),
)

/** Runs a command line without and with colours, and holds the output to what people can read. */
async function expectReadable(args: readonly string[], world: World): Promise<void> {
  const ran = await cusp(args, world)
  const output = `${ran.stdout}\n${ran.stderr}`
  expect([0, 1, 2]).toContain(ran.code)
  expect(output).not.toMatch(HIDDEN)
  expect(output).not.toMatch(STACK_TRACE)
  // What cannot be done is said, and nothing else is printed.
  expect(ran.code === 2).toBe(ran.stdout === '')
  expect(ran.code === 2).toBe(/^error: |^Usage: /m.test(ran.stderr))
  const painted = await cusp(args, { ...world, env: { FORCE_COLOR: '1' } })
  expect(painted.stdout.replaceAll(PAINT, '')).toBe(ran.stdout)
  expect(painted.stderr.replaceAll(PAINT, '')).toBe(ran.stderr)
}

describe('a command answers with readable text and no stack trace', () => {
  test('to any words and any piped bytes', { timeout: 60_000 }, async () => {
    writeFileSync(path.join(folder, 'text.txt'), "script-src 'self'\u001b[31m\n")
    writeFileSync(
      path.join(folder, 'page.html'),
      '<a href="javascript://["><script>\u202e</script>',
    )
    writeFileSync(path.join(folder, 'checks.json'), '["eval"]')
    await fc.assert(
      fc.asyncProperty(commandLine, fc.option(bytes, { nil: undefined }), (args, stdin) =>
        expectReadable(args, { cwd: folder, ...(stdin === undefined ? {} : { stdin }) }),
      ),
      { numRuns: 300 },
    )
  })

  test('to any file', { timeout: 60_000 }, async () => {
    const line = fc
      .constantFrom(
        'audit any.txt',
        'audit any.txt --sarif',
        'explain any.html',
        'diff any.txt any.html --markdown',
        'hash any.html --attributes',
      )
      .map((words) => words.split(' '))
    await fc.assert(
      fc.asyncProperty(line, fc.uint8Array({ maxLength: 80 }), bytes, async (args, raw, words) => {
        const content = Buffer.concat([Buffer.from(words), raw])
        for (const name of ['any.txt', 'any.html']) writeFileSync(path.join(folder, name), content)
        await expectReadable(args, { cwd: folder })
      }),
      { numRuns: 200 },
    )
  })

  test('to any file of checks', { timeout: 60_000 }, async () => {
    const args = ['check', "default-src 'self' 'nonce-abc'", '/', '--checks', 'any.json']
    await fc.assert(
      fc.asyncProperty(checkFile, async (content) => {
        writeFileSync(path.join(folder, 'any.json'), content)
        await expectReadable(args, { cwd: folder })
      }),
      { numRuns: 200 },
    )
  })
})
