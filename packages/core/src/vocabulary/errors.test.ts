import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CspError } from './errors.ts'
import { readSourceFiles } from '../../test/source-files.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const files = readSourceFiles()

/** What the pattern's group finds, each once, in order. */
function findAll(text: string, pattern: RegExp): readonly string[] {
  return [...new Set(Array.from(text.matchAll(pattern), (match) => match[1] as string))].toSorted(
    (one, other) => (one < other ? -1 : 1),
  )
}

function textOf(path: string): string {
  return files.find((file) => file.path === path)?.text as string
}

describe('codes', () => {
  const codes = findAll(textOf('packages/core/src/vocabulary/errors.ts'), /\| '(ERR_CSP_\w+)'/g)

  it('of errors are those that the sources of all packages use', () => {
    const others = files.filter(({ path }) => !path.endsWith('core/src/vocabulary/errors.ts'))
    const used = findAll(others.map(({ text }) => text).join('\n'), /'(ERR_CSP_\w+)'/g)
    expect(used).toEqual(codes)
    expect(codes.length).toBeGreaterThan(20)
  })

  it('of errors each have a row in the README: meaning and fix', () => {
    expect(findAll(readme, /^\| `(ERR_CSP_\w+)` +\| \S.* \| \S.* \|$/gm)).toEqual(codes)
  })

  it('of issues each have a row in the README, with the severity', () => {
    const issueCodes = findAll(textOf('packages/core/src/model/issue.ts'), /^ {2}\| '([a-z-]+)'$/gm)
    expect(findAll(readme, /^\| `([a-z-]+)` +\| (?:error|warning|info) +\| \S.* \|$/gm)).toEqual(
      issueCodes,
    )
    expect(issueCodes.length).toBeGreaterThan(20)
  })
})

describe('CspError', () => {
  it('is a TypeError with a code, a directive and a value', () => {
    const error = new CspError('ERR_CSP_SOURCE', 'Cannot …', { directive: 'img-src', value: 'x' })
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      name: 'CspError',
      code: 'ERR_CSP_SOURCE',
      message: 'Cannot …',
      directive: 'img-src',
      value: 'x',
    })
    expect(new CspError('ERR_CSP_INPUT', '')).toMatchObject({
      directive: undefined,
      value: undefined,
    })
  })
})
