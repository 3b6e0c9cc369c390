import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../packing.js'
import { writePage } from './page.js'
import { longRuns } from './runs.js'

const runs = [
  {
    name: 'bodies',
    what: 'A million bodies.',
    command: (seed: number) => ['bodies', String(seed)],
    tenth: (seed: number) => ['bodies', String(seed), '--count=100000'],
    result: /^all .*/gm,
  },
  {
    name: 'rounds',
    what: 'Twenty rounds.',
    command: () => ['rounds'],
    tenth: { doneBy: 'test/rounds.test.ts' },
    result: /^all .*/gm,
  },
]
const record = {
  date: '2026-11-27',
  commit: 'abcdef1',
  command: 'pnpm bodies 7',
  minutes: 12.4,
  hasPassed: true,
  lines: ['all 1000000 stored', '- nothing lost'],
}

describe('writePage', () => {
  it('tells what each run is, and its tenth', () => {
    const page = writePage('', runs)
    expect(page).toContain('A million bodies. The tenth in CI: `pnpm check:long bodies --tenth`.')
    expect(page).toContain('Twenty rounds. The tenth in CI: `test/rounds.test.ts`.')
    expect(page.match(/Not run yet/g)).toHaveLength(2)
  })

  it('keeps what it knows, and replaces what is done again', () => {
    const first = writePage('', runs, new Map([['bodies', record]]))
    expect(first).toContain('`pnpm bodies 7` on 2026-11-27, commit abcdef1: passed in 12 min.')
    expect(first).toContain('\n- all 1000000 stored\n- nothing lost\n')
    expect(writePage(first, runs)).toBe(first)

    const again = { ...record, commit: 'abcdef2', minutes: 0.2, hasPassed: false, lines: [] }
    const second = writePage(first, runs, new Map([['bodies', again]]))
    expect(second).toContain('commit abcdef2: **failed** in less than a minute.')
    expect(second).not.toContain('abcdef1')
    expect(second).toContain('Not run yet')
  })
})

describe('the long runs', () => {
  it('stand on their page, all of them and as they are', () => {
    const page = readFileSync(path.join(root, 'docs/long-runs.md'), 'utf8')
    expect(writePage(page, longRuns)).toBe(page)
  })

  it.each(longRuns.map(({ name, tenth }) => [name, tenth] as const))(
    '%s has a tenth',
    (_, tenth) => {
      const hasTenth = typeof tenth === 'function' || existsSync(path.join(root, tenth.doneBy))
      expect(hasTenth).toBe(true)
    },
  )
})
