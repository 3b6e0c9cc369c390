/**
 * The workflows run nothing that can change without a commit here, with no more rights than they
 * need.
 */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './docs/markdown.ts'

const folder = path.join(ROOT, '.github/workflows')
const workflows = readdirSync(folder).map((file) => [file, read(file)] as const)

describe.each(workflows)('%s', (_, text) => {
  it('names each action by its commit, with the version beside it', () => {
    const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action]) => action)
    expect(used.length).toBeGreaterThan(0)
    for (const action of used) {
      expect(action).toMatch(/^(?:\.\/\.github\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/)
    }
  })

  it('gives rights to single jobs only', () => {
    expect(text).toMatch(/^permissions: \{\}$/m)
  })
})

it('the parts of ci.yml are those of .ci/run: all tests, and each other part', () => {
  const [, list = ''] = /part: \[(.*)\]/.exec(read('ci.yml')) ?? []
  const run = readFileSync(path.join(ROOT, '.ci/run'), 'utf8')
  const [, whole = ''] = /parts=\((tests .*)\)/.exec(run) ?? []
  const halves = 'tests-in-node tests-in-browsers'
  expect(list.split(', ')).toEqual(whole.replace('tests', halves).split(' '))
})

function read(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8')
}
