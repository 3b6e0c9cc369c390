/** Sandboxing flags, as tables. */

import { describe, expect, test } from 'vitest'
import { sandboxFlags } from './sandbox.ts'

test('a bare sandbox forbids everything', () => {
  const { sandboxed, flags, allow, blocksWorkers } = sandboxFlags({ value: 'sandbox' })
  expect({ sandboxed, allow, blocksWorkers }).toEqual({
    sandboxed: true,
    allow: [],
    blocksWorkers: true,
  })
  expect(flags).toHaveLength(17)
})

describe('tokens in force', () => {
  test.each<[string, readonly string[]]>([
    ['sandbox allow-scripts', ['allow-scripts']],
    ['sandbox Allow-Scripts allow-unknown', ['allow-scripts']],
    ['sandbox allow-scripts, sandbox allow-scripts allow-forms', ['allow-scripts']],
    ['sandbox allow-scripts, sandbox allow-forms', []],
    ['sandbox allow-scripts, img-src *', ['allow-scripts']],
    [
      'sandbox allow-top-navigation, sandbox allow-top-navigation-by-user-activation',
      ['allow-top-navigation-by-user-activation'],
    ],
    ['img-src *', []],
  ])('%s', (value, expected) => {
    expect(sandboxFlags({ value }).allow).toEqual(expected)
  })
})

function blocks(value: string): boolean {
  return sandboxFlags({ value }).blocksWorkers
}

test('workers need their scripts and their origin', () => {
  expect(blocks('sandbox allow-scripts')).toBe(true)
  expect(blocks('sandbox allow-same-origin')).toBe(true)
  expect(blocks('sandbox allow-scripts allow-same-origin')).toBe(false)
  expect(blocks('img-src *')).toBe(false)
})

test('report-only policies and meta elements sandbox nothing', () => {
  const nothing = { sandboxed: false, flags: [], allow: [], blocksWorkers: false }
  expect(sandboxFlags({ value: 'sandbox', disposition: 'report' })).toEqual(nothing)
  expect(sandboxFlags({ value: 'sandbox', source: 'meta' }, { dialect: 'spec' })).toEqual(nothing)
})
