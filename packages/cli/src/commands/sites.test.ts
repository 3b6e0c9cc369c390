/**
 * The output of `cusp audit` and `cusp diff` for the recorded policies of five sites: docs/cli.
 * `vitest --update` writes the files anew. Read the difference before you commit it.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

interface Recorded {
  readonly site: string
  readonly recorded: string | null
  readonly source: string
  readonly policies: readonly { readonly value: string; readonly disposition?: string }[]
}

const root = path.resolve(import.meta.dirname, '../../../..')
const corpus = path.join(root, 'packages/engine/test-data/corpus.json')
const { entries } = JSON.parse(readFileSync(corpus, 'utf8')) as { entries: readonly Recorded[] }
const folder = mkdtempSync(path.join(tmpdir(), 'cusp-sites-'))
afterAll(() => rmSync(folder, { recursive: true }))

const world = { cwd: folder, env: { COLUMNS: '100' } }
const BROWSERS = 'chrome 120, firefox 140, safari 15.3, ios_saf 26.2'

/** A policy of a site: its entry in the corpus, and which disposition it is compared as. */
interface Side {
  readonly site: string
  readonly recorded?: string | null
  readonly disposition?: 'enforce' | 'report'
}

test.each<[name: string, before: Side, after: Side]>([
  [
    'github.com',
    { site: 'github.com', recorded: '2018' },
    { site: 'github.com', recorded: '2019-03-22' },
  ],
  ['reddit.com', { site: 'reddit.com' }, { site: 'reddit.com, its report-only policy' }],
  ['smh.com.au', { site: 'smh.com.au' }, { site: 'smh.com.au, its report-only policy' }],
  [
    'twitter.com',
    { site: 'twitter.com', recorded: '2014-11-20' },
    { site: 'mobile.twitter.com', recorded: null },
  ],
  [
    'code.google.com',
    { site: 'code.google.com', disposition: 'enforce' },
    { site: 'code.google.com', disposition: 'report' },
  ],
])('%s', async (name, before, after) => {
  const [first, second] = [write('before.txt', before), write('after.txt', after)]
  const commands = [
    ['audit', 'before.txt', '--browsers', BROWSERS],
    ['diff', 'before.txt', 'after.txt'],
  ]
  const shown = await Promise.all(
    commands.map(async (args) => {
      const { stdout, stderr, code } = await cusp(args, world)
      expect(stderr).toBe('')
      const words = args.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')
      return `$ cusp ${words}\n${stdout}\n(exit code ${code})\n`
    }),
  )
  const text = [`before.txt: ${first}`, `after.txt: ${second}`, ...shown].join('\n')
  await expect(text).toMatchFileSnapshot(path.join(root, `docs/cli/${name}.txt`))
})

/** Writes the policies as enforced headers, for only those are compared; returns their origin. */
function write(file: string, { site, recorded, disposition }: Side): string {
  const entry = entries.find(
    (one) => one.site === site && (recorded === undefined || one.recorded === recorded),
  )
  if (entry === undefined) throw new Error(`the corpus has no ${site}`)
  const policies = entry.policies.filter(
    (policy) => disposition === undefined || (policy.disposition ?? 'enforce') === disposition,
  )
  const lines = policies.map(({ value }) => `Content-Security-Policy: ${value}\n`)
  writeFileSync(path.join(folder, file), lines.join(''))
  const kind = disposition === 'report' ? ', its report-only policy' : ''
  const day = entry.recorded === null ? '' : ` (recorded ${entry.recorded})`
  return `${site}${kind}${day}; ${entry.source}\n${lines.join('')}`
}
