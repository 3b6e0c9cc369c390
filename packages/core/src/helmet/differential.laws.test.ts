/**
 * Cusp and npm's helmet side by side: every difference has a name, a reason and a row in the
 * documentation.
 */

import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DIFFERENCES, explain } from '../../test/helmet-differences.ts'
import type { Middleware, Observed, Outcome, Side } from '../../test/helmet-sides.ts'
import { isSame, observe, ours, theirs } from '../../test/helmet-sides.ts'
import type { Spec } from '../../test/helmet-specs.ts'
import { anySpec, build } from '../../test/helmet-specs.ts'
import { spec, table, text } from '../../test/helmet-table.ts'

/** Another seed looks at other option sets: CUSP_SEED=7 */
const SEED = Number(process.env['CUSP_SEED'] ?? 830)
const GENERATED = 20_000
const OVER_SERVERS = 400

// A table of what matters -------------------------------------------------------------------------

describe('a table', () => {
  for (const [title, options, difference] of table) {
    test(title, () => {
      const differences = explain(options, observe(options, theirs), observe(options, ours))
      expect(differences).toEqual(difference === undefined ? [] : [difference])
    })
  }
})

// Generated option sets ---------------------------------------------------------------------------

test(`${GENERATED} generated option sets`, { timeout: 120_000 }, () => {
  const counts = new Map<string, number>()
  const kinds = new Map<string, number>()
  fc.assert(
    fc.property(anySpec, (options) => {
      const helmets = observe(options, theirs)
      const cusps = observe(options, ours)
      const differences = explain(options, helmets, cusps)
      if (differences === undefined) {
        throw new Error(`Cannot explain: helmet ${show(helmets)}, Cusp ${show(cusps)}`)
      }
      for (const outcome of outcomesOf(cusps)) expect(outcome.kind).not.toBe('thrown')
      if (differences.length === 0) add(kinds, kindOf(helmets))
      for (const name of differences.length === 0 ? ['the same'] : differences) add(counts, name)
    }),
    { numRuns: GENERATED, seed: SEED },
  )
  const rows = [...counts].toSorted(([, one], [, another]) => another - one)
  console.log(`helmet and Cusp, ${GENERATED} generated option sets, seed ${SEED}`)
  console.log(rows.map(([name, count]) => `${String(count).padStart(6)} ${name}`).join('\n'))
  console.log('of the same:', Object.fromEntries(kinds))
  expect([...counts.keys()].toSorted()).toEqual(
    ['the same', ...Object.keys(DIFFERENCES)].toSorted(),
  )
  expect(kinds.get('sent') ?? 0).toBeGreaterThan(GENERATED / 4)
  expect(kinds.get('refused') ?? 0).toBeGreaterThan(GENERATED / 20)
  expect(kinds.get('next') ?? 0).toBeGreaterThan(GENERATED / 100)
})

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function outcomesOf(observed: Observed): readonly Outcome[] {
  return observed.kind === 'made' ? observed.outcomes : []
}

function kindOf(observed: Observed): string {
  return observed.kind === 'made' ? observed.outcomes[0].kind : 'refused'
}

function show(observed: Observed): string {
  if (observed.kind === 'refused') return `refuses: ${observed.error.message}`
  return observed.outcomes
    .map((outcome) => {
      return `${outcome.kind} ${outcome.kind === 'sent' ? outcome.value : outcome.error.message}`
    })
    .join(' | ')
}

// Real responses ----------------------------------------------------------------------------------

describe(`${OVER_SERVERS} generated option sets and the table over node:http`, () => {
  const specs = [
    ...table.map(([, options]) => options),
    ...fc.sample(anySpec, { numRuns: OVER_SERVERS, seed: SEED + 1 }),
  ]
  test.each([
    ['helmet', theirs],
    ['Cusp', ours],
  ])('%s does over the wire what it does over fake responses', async (_title, side) => {
    const made = specs.filter((options) => observe(options, side).kind === 'made')
    expect(made.length).toBeGreaterThan(specs.length / 3)
    const wire = await observeOverServer(made, side)
    for (const [at, options] of made.entries()) {
      const fake = observe(options, side)
      expect(wire[at]).toEqual(outcomesOf(fake).map(asWire))
    }
  })
})

interface OnTheWire {
  readonly status: number | undefined
  readonly enforced: string | readonly string[] | undefined
  readonly reportOnly: string | readonly string[] | undefined
  readonly error: string | readonly string[] | undefined
}

/** What a client sees of an outcome: white space around a value is no part of it. */
function asWire(outcome: Outcome): OnTheWire {
  const nothing = { enforced: undefined, reportOnly: undefined, error: undefined }
  if (outcome.kind !== 'sent') {
    return { ...nothing, status: STATUS[outcome.kind], error: encode(outcome.error) }
  }
  const value = outcome.value.replace(/^[ \t]+|[ \t]+$/g, '')
  const isEnforced = outcome.name === 'Content-Security-Policy'
  return { ...nothing, status: STATUS.sent, [isEnforced ? 'enforced' : 'reportOnly']: value }
}

const STATUS = { sent: 200, next: 500, thrown: 599 } as const

function encode(error: Error): string {
  return Buffer.from(error.message).toString('hex')
}

/** Two responses for each option set, from one server. */
async function observeOverServer(
  specs: readonly Spec[],
  side: Side,
): Promise<readonly (readonly OnTheWire[])[]> {
  const programs = specs.map((options) => {
    const built = build(options, side.escape)
    return { middleware: side.make(built.options), change: built.change }
  })
  const server = http.createServer((req, res) => {
    const program = programs[Number(req.url?.slice(1))]
    if (program !== undefined) serve(program.middleware, req, res)
  })
  const agent = new http.Agent({ keepAlive: true })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const seen: (readonly OnTheWire[])[] = []
  try {
    for (const [at, { change }] of programs.entries()) {
      const url = `http://127.0.0.1:${port}/${at}`
      const first = await get(url, agent)
      change()
      seen.push([first, await get(url, agent)])
    }
  } finally {
    agent.destroy()
    server.close()
  }
  return seen
}

function serve(middleware: Middleware, req: IncomingMessage, res: ServerResponse): void {
  try {
    middleware(req, res, (error) => {
      if (error !== undefined) fail(res, STATUS.next, error)
      else res.end()
    })
  } catch (error) {
    fail(res, STATUS.thrown, error as Error)
  }
}

function fail(res: ServerResponse, status: number, error: Error): void {
  res.statusCode = status
  res.setHeader('x-error', encode(error))
  res.end()
}

async function get(url: string, agent: http.Agent): Promise<OnTheWire> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      const { headers, statusCode } = response
      response.resume()
      response.on('end', () => {
        resolve({
          status: statusCode,
          enforced: headers['content-security-policy'],
          reportOnly: headers['content-security-policy-report-only'],
          error: headers['x-error'],
        })
      })
    })
    request.on('error', reject)
  })
}

// The documentation -------------------------------------------------------------------------------

test('docs/helmet-differences.md has exactly these differences', () => {
  const page = readFileSync(
    new URL('../../../../docs/helmet-differences.md', import.meta.url),
    'utf8',
  )
  const lines = page.split('\n').filter((line) => line.startsWith('| `'))
  const rows = lines.map((line) => {
    const cells = line.slice(2, -2).split(' | ')
    return cells.map((cell) => cell.trim())
  })
  expect(rows).toEqual(
    Object.entries(DIFFERENCES).map(([name, { helmet, cusp, why }]) => [
      `\`${name}\``,
      helmet,
      cusp,
      why,
    ]),
  )
})

test('equality is no formality', () => {
  const [plain, another] = [spec({ x: text('a') }), spec({ x: text('b') })]
  expect(isSame(observe(plain, theirs), observe(plain, ours))).toBe(true)
  expect(isSame(observe(plain, theirs), observe(another, ours))).toBe(false)
  expect(explain(plain, observe(plain, theirs), observe(another, ours))).toBeUndefined()
})
