/** No regular expression of any package takes more than linear time, whatever text it meets. */

import { describe, expect, it, test, vi } from 'vitest'
import { findRegExpLiterals } from '../test/regexp-literals.ts'
import { readSourceFiles } from '../test/source-files.ts'

// The checker in this process: its native and JVM builds are not everywhere.
vi.stubEnv('RECHECK_BACKEND', 'pure')
const { checkSync } = await import('recheck')

const files = readSourceFiles()
const literals = files.flatMap(({ path, text }) =>
  findRegExpLiterals(text).map(
    ({ source, flags, line }) => [`${path}:${line} /${source}/${flags}`, source, flags] as const,
  ),
)

describe('every regular expression', () => {
  test.each(literals)(
    '%s',
    (_, source, flags) => {
      expect(checkSync(source, flags, { timeout: 30_000 }).status).toBe('safe')
    },
    60_000,
  )

  it('is a literal, so that this test sees it', () => {
    const others = files.filter(({ text }) => /\bRegExp\s*\(/.test(text))
    expect(others.map(({ path }) => path)).toEqual([])
  })

  it('is found in every package that has source', () => {
    expect(literals.length).toBeGreaterThan(40)
    expect(checkSync('^(a+)+$', '').status).toBe('vulnerable')
  })
})

describe('findRegExpLiterals', () => {
  const cases: readonly (readonly [text: string, literals: readonly string[]])[] = [
    ['const A = /a/', ['/a/']],
    ['f(/a/g, /b/i)', ['/a/g', '/b/i']],
    ['a / b / c', []],
    ['(a) / b / c', []],
    ['a[0] / b / 2', []],
    ["'x' / 2 / 1", []],
    ['return /a/.test(b)', ['/a/']],
    ['#!/usr/bin/env node\nx = /a/', ['/a/']],
    ['x = `/no/ ${f({ a: /yes/ })} /no/` + /too/.source', ['/yes/', '/too/']],
    ['if (x) {\n /a/.test(b)\n}', ['/a/']],
    ['x = \'/no/\'; y = "/no/" // /no/\n/* /no/ */ z = /yes/', ['/yes/']],
    [String.raw`a = /[/\]"']+\/'/s`, [String.raw`/[/\]"']+\/'/s`]],
    ['`${x.replace(/a/g, "b")} /no/`', ['/a/g']],
    ["`it's ${a}` + /b/.source", ['/b/']],
    ['const x = cond ? /a/ : /b/', ['/a/', '/b/']],
    ['list.map((x) => /a/.test(x))', ['/a/']],
    ['const QUOTES = /^[\'"`]/', ['/^[\'"`]/']],
  ]
  test.each(cases)('%j', (text, expected) => {
    expect(findRegExpLiterals(text).map(({ source, flags }) => `/${source}/${flags}`)).toEqual(
      expected,
    )
  })
})
