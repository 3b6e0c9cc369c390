/** Widening takes nothing away, judged by a small model of its own. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Policy } from '../model/policy.ts'
import type { Source } from '../sources/source-types.ts'
import type { ListDirective } from '../vocabulary/directives.ts'
import { chainOf, DIRECTIVES } from '../vocabulary/directives.ts'
import { CspError } from '../vocabulary/errors.ts'
import {
  NONCE,
  NONE,
  SELF,
  STRICT_DYNAMIC,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
} from '../vocabulary/keywords.ts'
import { csp } from './policy-value.ts'

const HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"

// A small model of what a policy allows, apart from Cusp's own code: hosts are equal or not, a
// list without a nonce or hash keeps its 'unsafe-inline', and workers know no 'strict-dynamic'
// but that of script-src.
const hosts = ['a.example', 'b.example', 'c.example'] as const
const words = [SELF, UNSAFE_INLINE, UNSAFE_HASHES, STRICT_DYNAMIC, NONCE, HASH, ...hosts] as const
const lists = [...DIRECTIVES.values()]
  .filter(({ grammar, name }) => grammar === 'source-list' && name !== 'default-src')
  .map(({ name }) => name as ListDirective)

/**
 * What a policy allows in a directive, one word for each thing: hosts, inline code, anything that
 * scripts load.
 */
function allowedBy(policy: Policy, name: ListDirective): ReadonlySet<string> | 'everything' {
  const decisive = chainOf(name).find((candidate) => policy.get(candidate) !== undefined)
  if (decisive === undefined) return 'everything'
  const list = policy.get(decisive) as readonly Source[]
  const followsScriptRules =
    name.startsWith('script-src') || (name === 'worker-src' && decisive === 'script-src')
  const isStrict = followsScriptRules && list.includes(STRICT_DYNAMIC)
  const hasSecret = list.includes(NONCE) || list.includes(HASH)
  const allowed = new Set<string>()
  for (const source of list) {
    if (source === NONCE) allowed.add('nonced')
    else if (source === HASH) allowed.add('hashed')
    else if (source === UNSAFE_INLINE) {
      if (!hasSecret && !isStrict)
        for (const inline of ['inline', 'nonced', 'hashed']) allowed.add(inline)
    } else if (source === STRICT_DYNAMIC) {
      if (isStrict) for (const url of [SELF, ...hosts, 'elsewhere']) allowed.add(`loaded ${url}`)
    } else if (source !== NONE && source !== UNSAFE_HASHES && !isStrict) {
      allowed.add(`loaded ${source}`).add(`parsed ${source}`)
    }
  }
  // Attributes load nothing and have no nonce; a hash counts for them beside 'unsafe-hashes'
  // only.
  if (name.endsWith('-attr')) {
    const mayHash = list.includes(UNSAFE_HASHES) || allowed.has('inline')
    return new Set(['inline', ...(mayHash ? ['hashed'] : [])].filter((word) => allowed.has(word)))
  }
  // Only scripts and styles stand in the markup or in line.
  return /^(?:script|style)-src/.test(name)
    ? allowed
    : new Set([...allowed].filter((thing) => thing.startsWith('loaded')))
}

function expectNothingLost(before: Policy, after: Policy): void {
  for (const name of lists) {
    const had = allowedBy(before, name)
    const has = allowedBy(after, name)
    if (has === 'everything') continue
    if (had === 'everything') throw new Error(`${name} is restricted now: ${JSON.stringify(after)}`)
    const lost = [...had].filter((thing) => !has.has(thing))
    expect(lost, `${name}: ${JSON.stringify(before)} to ${JSON.stringify(after)}`).toEqual([])
  }
}

const list = fc.oneof(
  { arbitrary: fc.constant<readonly Source[]>([NONE]), weight: 1 },
  {
    arbitrary: fc.uniqueArray(fc.constantFrom<Source>(...words), { minLength: 1, maxLength: 4 }),
    weight: 4,
  },
)
const policies = fc
  .uniqueArray(fc.tuple(fc.constantFrom<ListDirective>('default-src', ...lists), list), {
    minLength: 1,
    maxLength: 6,
    selector: ([name]) => name,
  })
  .map((entries) =>
    entries.reduce((policy, [name, values]) => policy.set(name, values as string[]), csp()),
  )

test('allow takes nothing away and gives what it was asked for', () => {
  let done = 0
  fc.assert(
    fc.property(
      policies,
      fc.constantFrom<ListDirective>('default-src', ...lists),
      list,
      (policy, name, sources) => {
        const after = attempt(() => policy.allow(name, ...(sources as string[])))
        if (after === undefined) return
        done++
        expectNothingLost(policy, after)
        const has = allowedBy(after, name)
        if (has === 'everything' || name === 'default-src') return
        const given = hosts.filter((host) => sources.includes(host) && !name.startsWith('script'))
        expect(given.filter((host) => !has.has(`loaded ${host}`))).toEqual([])
      },
    ),
    { numRuns: 10_000 },
  )
  expect(done).toBeGreaterThan(2000)
})

test('merge takes nothing away', () => {
  fc.assert(
    fc.property(policies, policies, (policy, additions) => {
      const after = attempt(() => policy.merge(additions))
      if (after !== undefined) expectNothingLost(policy, after)
    }),
    { numRuns: 4000 },
  )
})

/** Runs an edit; one that is refused for taking something away has taken nothing. */
function attempt(edit: () => Policy): Policy | undefined {
  try {
    return edit()
  } catch (error) {
    if (error instanceof CspError && error.code === 'ERR_CSP_NOT_WIDER') return undefined
    throw error
  }
}
