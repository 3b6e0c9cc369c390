/** The kept results are those of one command, and the front page tells them. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { drawPicture } from './report/picture.ts'
import type { Results } from './report/results.ts'
import { withSummary } from './report/summary.ts'
import { writeReport } from './report/tables.ts'

const kept = path.join(import.meta.dirname, 'results')
const results = JSON.parse(read('results.json')) as Results

it('are five runs in one summary', () => {
  expect(results.runs).toBe(5)
  expect(readdirSync(kept).toSorted()).toEqual(['README.md', 'response.svg', 'results.json'])
})

it('are what the summary and the picture tell', () => {
  expect(normalise(read('README.md'))).toBe(normalise(writeReport(results)))
  expect(read('response.svg')).toBe(drawPicture(results))
})

it('stand on the front page', () => {
  const page = read('../../README.md')
  expect(normalise(withSummary(page, results))).toBe(normalise(page))
})

function read(name: string): string {
  return readFileSync(path.join(kept, name), 'utf8')
}

/** The formatter aligns tables. */
function normalise(page: string): string {
  return page.replaceAll(/ {2,}/g, ' ').replaceAll(/-{2,}/g, '--')
}
