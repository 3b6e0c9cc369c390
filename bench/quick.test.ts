/** The quick run: every answer is checked, and what would be much slower than it was is noticed. */

import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Results } from './report/results.ts'
import { findRow } from './report/results.ts'
import { writeReport } from './report/tables.ts'
import { drawPicture } from './report/picture.ts'
import { ENGINE, hosts, KINDS, NEW_URL } from './suites/engine-decisions.ts'
import { GROWTHS } from './suites/engine-growth.ts'
import { COUNTS, LIST_WORKS, listRow } from './suites/engine-lists.ts'
import { suites } from './suites/index.ts'

const CUSP = '@cusp/express'

let results: Results

// Plain node runs it, as for the real numbers: no test runner's code in what is timed.
beforeAll(async () => {
  const loader = path.join(import.meta.dirname, 'typescript.js')
  const main = path.join(import.meta.dirname, 'main.ts')
  const args = ['--conditions=@cusp/source', '--import', loader, main, '--quick', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 })
  results = JSON.parse(stdout) as Results
}, 240_000)

describe('the quick run', () => {
  it.each(suites.map(({ id }) => id))('%s: measures every contender', (id) => {
    const found = results.suites.find((suite) => suite.id === id)
    expect(found?.rows.length).toBeGreaterThan(1)
    for (const { time } of found?.rows ?? []) expect(time.median).toBeGreaterThan(0)
  })

  it('compares whole servers', () => {
    expect(results.servers.map(({ framework }) => framework)).toEqual([
      'express',
      'koa',
      'fastify',
      'hono',
    ])
    for (const { throughput } of results.servers) {
      expect(throughput.flat().every((ratio) => ratio > 0)).toBe(true)
    }
  })

  it('writes a report and a picture', () => {
    const report = writeReport(results)
    for (const { title } of results.suites) expect(report).toContain(`## ${title}`)
    expect(drawPicture(results)).toMatch(/^<svg .*<\/svg>\n$/s)
  })
})

// Far from what is promised: other programs run beside the tests.
describe('nothing has become much slower', () => {
  it.each(KINDS)('a decision, beside `new URL`: %s', (kind) => {
    const row = findRow(results, 'decisions', `${kind}, ${ENGINE}`)
    expect(row?.ratios[`${kind}, ${NEW_URL}`]?.median).toBeLessThan(4)
  })

  it('a decision on 1000 hosts, beside 10', () => {
    expect(findRow(results, 'hosts', hosts(1000))?.ratios[hosts(10)]?.median).toBeLessThan(2.5)
  })

  it.each(GROWTHS)('a byte of a megabyte, beside one of 10 KB: %s', (name) => {
    const row = findRow(results, 'growth', `${name}, 1 MB`)
    expect(row?.ratios[`${name}, 10 KB`]?.median).toBeLessThan(15)
  })

  it.each(LIST_WORKS)('ten times the sources: %s', (work) => {
    const most = Math.max(...COUNTS.quick)
    const row = findRow(results, 'lists', listRow(work, most))
    expect(row?.ratios[listRow(work, most / 10)]?.median).toBeLessThan(4)
  })

  it('a nonce, beside what is done by hand', () => {
    expect(findRow(results, 'nonce', CUSP)?.ratios['by hand']?.median).toBeLessThan(2)
  })

  it('a nonce, beside helmet', () => {
    expect(findRow(results, 'nonce', 'helmet')?.ratios[CUSP]?.median).toBeGreaterThan(5)
  })

  it("a nonce on Express's own response, where each added property would cost more than all the rest", () => {
    expect(findRow(results, 'nonce-express', CUSP)?.ratios['by hand']?.median).toBeLessThan(2)
  })

  it('a static policy, beside helmet', () => {
    expect(findRow(results, 'static', CUSP)?.ratios['helmet']?.median).toBeLessThan(5)
  })

  it('memory of a response', () => {
    expect(findRow(results, 'memory', CUSP)?.time.median).toBeLessThan(1500)
  })

  it.each(['build', 'parse'])('%s: grows in line with the sources', (suite) => {
    const at = (size: number): number =>
      findRow(results, suite, `@cusp/core, ${size}`)?.time.median ?? Number.NaN
    expect(at(1000) / at(100)).toBeLessThan(40)
  })
})
