/**
 * Audits beside Mozilla's HTTP Observatory on recorded policies: every difference has a reason.
 * `pnpm record:observatory` has asked it.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { audit } from './audit.ts'
import type { FindingId } from './weaknesses.ts'
import type { PolicyRecord } from '../policy/policy-input.ts'

/** What it says of a policy. */
type Flag =
  | 'antiClickjacking'
  | 'insecureBaseUri'
  | 'insecureFormAction'
  | 'insecureSchemeActive'
  | 'insecureSchemePassive'
  | 'unsafeEval'
  | 'unsafeInline'
  | 'unsafeInlineStyle'
  | 'unsafeObjects'

interface Entry {
  readonly site: string
  readonly policies: readonly PolicyRecord[]
}

interface Answer {
  readonly site: string
  readonly result: string
  /** Null where no policy is enforced. */
  readonly policy: Readonly<Record<Flag, boolean>> | null
}

const { entries } = read('corpus.json') as { readonly entries: readonly Entry[] }
const { answers, version } = read('observatory.json') as {
  readonly answers: readonly Answer[]
  readonly version: string
}

/** What both look at. */
interface Subject {
  readonly name: string
  /** Whether it finds something there. */
  readonly theirs: (policy: Readonly<Record<Flag, boolean>>) => boolean
  /** Our findings that say the same. */
  readonly ours: readonly FindingId[]
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'scripts',
    theirs: ({ unsafeInline }) => unsafeInline,
    ours: [
      'inline-script',
      'inline-handler',
      'any-script-host',
      'data-script',
      'any-object',
      'scripts-unrestricted',
    ],
  },
  { name: 'eval', theirs: ({ unsafeEval }) => unsafeEval, ours: ['eval'] },
  { name: 'objects', theirs: ({ unsafeObjects }) => unsafeObjects, ours: ['any-object'] },
  { name: 'styles', theirs: (policy) => policy.unsafeInlineStyle, ours: ['inline-style'] },
  {
    name: 'plain http',
    theirs: (policy) => policy.insecureSchemeActive || policy.insecureSchemePassive,
    ours: ['insecure-source', 'upgraded-source'],
  },
  { name: 'ancestors', theirs: (policy) => !policy.antiClickjacking, ours: ['any-ancestor'] },
  {
    name: 'base URLs',
    theirs: ({ insecureBaseUri }) => insecureBaseUri,
    ours: ['movable-base', 'open-base'],
  },
  { name: 'forms', theirs: (policy) => policy.insecureFormAction, ours: ['any-form-target'] },
]

interface Difference {
  readonly subject: string
  readonly isOurs: boolean
  readonly entry: Entry
}

const text = ({ entry }: Difference): string => entry.policies.map(({ value }) => value).join(' ')

/** Why one finds what the other does not. Closed: what no row explains fails. */
const REASONS: Readonly<Record<string, (difference: Difference) => boolean>> = {
  'it keeps of a second policy only the sources that the first one has': ({ entry, isOurs }) =>
    isOurs && entry.policies.length > 1,
  'it looks at object-src for *, http: and https:; a data: URL is an object too': (difference) =>
    difference.isOurs &&
    ['objects', 'scripts'].includes(difference.subject) &&
    /(?:object|default)-src[^;]* (?:data|blob):/.test(text(difference)),
  'a sandbox without allow-forms lets no form go': (difference) =>
    !difference.isOurs && difference.subject === 'forms' && /sandbox/.test(text(difference)),
  'data: in style-src is a style sheet from anywhere, which is any-style with us': (difference) =>
    !difference.isOurs && difference.subject === 'styles',
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../test-data/${file}`, import.meta.url), 'utf8'))
}

describe(`Observatory ${version}`, () => {
  const counts = new Map<string, number>()
  const count = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)

  test.each(entries.map((entry, index) => [`${index} ${entry.site}`, entry, index] as const))(
    '%s',
    (_, entry, index) => {
      const { site, policy } = answers[index] as Answer
      expect(site).toBe(entry.site)
      const ids = new Set(audit(entry.policies).map(({ id }) => id))
      expect(ids.has('not-enforced')).toBe(policy === null)
      if (policy === null) return
      const unexplained: string[] = []
      for (const { name, theirs, ours } of SUBJECTS) {
        const isOurs = ours.some((id) => ids.has(id))
        if (theirs(policy) === isOurs) {
          count(isOurs ? 'found by both' : 'found by none')
          continue
        }
        const difference = { subject: name, isOurs, entry }
        const reason = Object.entries(REASONS).find(([, explains]) => explains(difference))?.[0]
        if (reason === undefined) unexplained.push(`${name}: ${isOurs ? 'ours' : 'theirs'}`)
        else count(`${isOurs ? 'ours' : 'theirs'} alone: ${reason}`)
      }
      expect(unexplained).toEqual([])
    },
  )

  test('differs seldom, and never without a reason', () => {
    const rows = [...counts].toSorted(([one], [other]) => one.localeCompare(other))
    console.log(rows.map((row) => row.toReversed().join(' ')).join('\n'))
    expect(counts.get('found by both')).toBeGreaterThan(200)
    const keys = [...counts.keys()]
    const idle = Object.keys(REASONS).filter((reason) => keys.every((key) => !key.includes(reason)))
    expect(idle).toEqual([])
  })
})
