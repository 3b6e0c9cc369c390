/** Every command answers to the texts of the corpus as a person does. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parsePolicyList } from '@cusp/core'
import { afterAll, describe, expect, test } from 'vitest'
import type { CorpusText } from '../../test/corpus.ts'
import { readCorpus } from '../../test/corpus.ts'
import type { Ran, World } from '../../test/run-in-process.ts'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-corpus-'))
afterAll(() => rmSync(folder, { recursive: true }))

const texts = readCorpus()
const wide = { env: { COLUMNS: '9999' }, cwd: folder }

/** Writes a text as a file, with the byte order mark that PowerShell writes before UTF-16. */
function write({ text, encoding, form }: CorpusText): string {
  const name = form === 'html' ? 'text.html' : 'text'
  const mark = encoding === 'utf16le' ? '\ufeff' : ''
  writeFileSync(path.join(folder, name), Buffer.from(mark + text, encoding))
  return name
}

/** What `explain --json` says, in the words of the corpus. */
function policiesOf({ stdout }: Ran): readonly string[] {
  const policies = JSON.parse(stdout) as readonly {
    readonly disposition: string
    readonly directives: readonly { readonly name: string; readonly values: readonly string[] }[]
  }[]
  return policies.map(({ disposition, directives }) => {
    const text = directives.map(({ name, values }) => [name, ...values].join(' ')).join('; ')
    return `${disposition} ${text}`
  })
}

/** Every command that reads a policy. */
function commandsFor(policy: string): readonly (readonly string[])[] {
  return [
    ['explain', policy],
    ['check', policy, '/x'],
    ['audit', policy],
    ['diff', policy, 'img-src a.example'],
    ['diff', 'img-src a.example', policy],
  ]
}

/** What all commands that read a policy answer. */
async function runAll(policy: string, world: World): Promise<readonly Ran[]> {
  return Promise.all(commandsFor(policy).map((args) => cusp(args, world)))
}

const accepted = texts.filter(({ refused }) => refused === undefined)
const refused = texts.flatMap((one) =>
  one.refused === undefined ? [] : [{ ...one, words: one.refused }],
)

test('the corpus holds at least 120 texts in 20 forms', () => {
  expect(texts.length).toBeGreaterThanOrEqual(120)
  expect(new Set(texts.map(({ form }) => form)).size).toBeGreaterThanOrEqual(20)
})

test.each(accepted.map((one) => [titleOf(one), one] as const))(
  '%s: what is expected is what core reads',
  (_title, { policies, notes }) => {
    expect(policies.length + notes.length).toBeGreaterThan(0)
    for (const policy of policies) {
      expect(parsePolicyList(policy.replace(/^(?:enforce|report) /, ''))).toHaveLength(1)
    }
  },
)

describe('is read as a person reads it', () => {
  const rows = accepted.map((one) => [titleOf(one), one] as const)

  test.each(rows)('piped in: %s', async (_title, one) => {
    const world = { ...wide, stdin: one.text }
    expectPolicies(await cusp(['explain', '-', '--json'], world), one)
    for (const { code } of await runAll('-', world)) expect([0, 1]).toContain(code)
  })

  test.each(rows)('in a file: %s', async (_title, one) => {
    expectPolicies(await cusp(['explain', write(one), '--json'], wide), one)
  })
})

describe('is refused by every command', () => {
  const rows = refused.map((one) => [titleOf(one), one] as const)

  test.each(rows)('piped in: %s', async (_title, { text, words }) => {
    for (const ran of await runAll('-', { ...wide, stdin: text })) expectRefusal(ran, words)
  })

  test.each(rows)('in a file: %s', async (_title, one) => {
    expectRefusal(await cusp(['explain', write(one)], wide), one.words)
  })
})

function titleOf({ form, title }: CorpusText): string {
  return `${form}, ${title}`
}

function expectPolicies(ran: Ran, { policies, notes }: CorpusText): void {
  expect(ran.stderr).toMatch(notes.length === 0 ? /^$/ : /^note: /)
  expect(policiesOf(ran)).toEqual(policies)
  for (const note of notes) expect(ran.stderr).toContain(note)
}

function expectRefusal({ code, stdout, stderr }: Ran, words: string): void {
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(words)
}
