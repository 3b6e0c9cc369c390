/** No text from outside reaches a terminal as it is. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { World } from '../../test/run-in-process.ts'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-output-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Clears the screen, conceals, sets a title, turns text around, moves up: each hides a line. */
const HOSTILE =
  '\u001b[2J\u001b[8m\u001b[31m\u001b]0x\u0007\u009b1A\u202e\u2066\u200b\u007f\u2028\u{e0041}\b'
const SHOWN = String.raw`\u001b[2J\u001b[8m\u001b[31m\u001b]0x\u0007\u009b1A\u202e\u2066\u200b\u007f\u2028\udb40\udc41\u0008`

/** What a terminal obeys or does not show. */
const HIDDEN = /[^\P{C}\n]|[\u2028\u2029]/u
const PAINT = /\u001b\[(?:[12]|22|3[1236]|39)m/g

const page = `x${HOSTILE}.html`
const policy = `script-src 'self' x\u001b[2J; trusted-types x\u001b[2J; style-src x${HOSTILE}; x${HOSTILE} 1; report-uri /${HOSTILE}`
const headers = `HTTP/2 200\nx: ${HOSTILE}\ncontent-security-policy: ${policy}\n`

type Row = [title: string, args: readonly string[], stdin: string]

const LINES: readonly Row[] = [
  ['audit of headers', ['audit', '-'], headers],
  ['audit of browsers', ['audit', '-', '--browsers', 'safari 15.4'], headers],
  ['audit as SARIF', ['audit', '-', '--sarif'], headers],
  ['explain of headers', ['explain', '-'], headers],
  ['explain as JSON', ['explain', '-', '--json'], headers],
  ['explain of a check', ['explain', '-', `trusted-types-policy=${HOSTILE}`, '/'], headers],
  ['check of headers', ['check', '-', `/${HOSTILE}`, `script=http://[${HOSTILE}`], headers],
  ['check as JSON', ['check', '-', `trusted-types-policy=${HOSTILE}`, '--json'], headers],
  ['hash', ['hash', page, '--attributes'], ''],
  ['hash as JSON', ['hash', page, '--attributes', '--json'], ''],
  ['a policy that is not one', ['audit', `x=${HOSTILE}`], ''],
  ['a file that is not there', ['hash', HOSTILE], ''],
  ['a module that is not there', ['audit', `./${HOSTILE.replace('\u2028', '')}.js#x`], ''],
  ['a module that throws', ['audit', './hostile.mjs'], ''],
  ['browsers', ['audit', 'img-src *', '--browsers', HOSTILE], ''],
  ['a check', ['check', 'img-src *', `${HOSTILE}=x`, `x=${HOSTILE}`], ''],
  ['self', ['check', 'img-src *', '/', '--self', HOSTILE], ''],
  ['an option', ['audit', `--${HOSTILE}`], ''],
  ['the value of an option', ['audit', 'x', '--fail-on', HOSTILE], ''],
  ['a command', [HOSTILE], ''],
]

/** What browsers keep of a policy has no hidden character, so a comparison cannot show one. */
const COMPARISONS: readonly Row[] = [
  ['diff', ['diff', '-', "script-src 'self'"], headers],
  ['diff the other way', ['diff', "script-src 'self'", '-'], headers],
]

describe('hidden characters are shown', () => {
  writeFileSync(
    path.join(folder, page),
    `<script>x${HOSTILE}</script><p onclick="x${HOSTILE}" style="${HOSTILE}">`,
  )
  writeFileSync(path.join(folder, 'hostile.mjs'), `throw new Error(${JSON.stringify(HOSTILE)})`)

  test.each<Row>([...LINES])('%s', async (_title, args, stdin) => {
    const { stdout, stderr } = await cusp(args, { cwd: folder, stdin })
    expect(stdout + stderr).toMatch(/\\u001b|\\u202e/)
  })

  test.each<Row>([...LINES, ...COMPARISONS])(
    '%s: nothing is left, in colour nothing else is painted',
    async (_title, args, stdin) => {
      const plain = await cusp(args, { cwd: folder, stdin })
      const painted = await cusp(args, { cwd: folder, stdin, env: { FORCE_COLOR: '1' } })
      expect(plain.stdout + plain.stderr).not.toMatch(HIDDEN)
      expect(painted.stdout.replaceAll(PAINT, '')).toBe(plain.stdout)
      expect(painted.stderr.replaceAll(PAINT, '')).toBe(plain.stderr)
    },
  )

  test('as JavaScript escapes, which JSON reads back', async () => {
    const { stdout } = await cusp(['check', 'img-src *', `/${HOSTILE}`, '--json'])
    // JSON has escapes of its own for some.
    expect(stdout).toContain(SHOWN.replace('\\u0008', '\\b'))
    expect(JSON.parse(stdout)[0].label).toBe(`/${HOSTILE}`)
  })
})

describe('a text stays on its line', () => {
  test.each<[args: readonly string[], lines: number, world?: World]>([
    [['check', 'img-src *', 'inline-script=a\nallowed  b', 'eval'], 2],
    [['audit', '--x\nerror: y'], 2],
    [['adit\n(Did you mean this?)\nerror: x'], 2],
    [['hash', '-', '--attributes'], 4, { stdin: '<p onclick="a\n\n  3  script  b">' }],
    [['hash', 'a\nb'], 2],
  ])('%j', async (args, lines, world) => {
    const { stdout, stderr } = await cusp(args, world)
    expect((stdout + stderr).trimEnd().split('\n')).toHaveLength(lines)
  })
})
