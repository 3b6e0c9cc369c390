/**
 * The command: `pnpm differential --browser all --cases 3000 --seed 1 [--only 12] [--record]`.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { BROWSER_NAMES } from '../browser.ts'
import type { BrowserName } from '../page.ts'
import { runCampaign } from './campaign.ts'
import type { CampaignOptions, CampaignResult } from './campaign.ts'
import { describeReproduction, summarise, writeTables } from './report.ts'
import type { Run } from './report.ts'

/** Between these lines of RESULTS.md stands what --record writes. */
const MARKS = ['<!-- results -->', '<!-- /results -->'] as const

const { values } = parseArgs({
  options: {
    browser: { type: 'string', default: 'all' },
    cases: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
})

const names = BROWSER_NAMES.filter((name) => values.browser === 'all' || values.browser === name)
if (names.length === 0) {
  throw new Error(
    `Cannot run in ${JSON.stringify(values.browser)}: expected all or one of ${BROWSER_NAMES.join(', ')}`,
  )
}
const options: CampaignOptions = {
  seed: values.seed,
  cases: readNumber('cases', values.cases),
  only: values.only === undefined ? undefined : readNumber('only', values.only),
}
const results: CampaignResult[] = []
for (const name of names) {
  // oxlint-disable-next-line no-await-in-loop -- one browser at a time
  results.push(await runIn(name))
}
if (values.record) await record(results)
if (results.some(({ unexplained }) => unexplained.length > 0)) process.exitCode = 1

async function runIn(name: BrowserName): Promise<CampaignResult> {
  let shown = 0
  const result = await runCampaign(name, {
    ...options,
    onProgress({ done, total, unexplained }) {
      if (done - shown < 240 && done < total) return
      shown = done
      console.log(`${name}: ${done} of ${total}, ${unexplained} unexplained`)
    },
  })
  console.log(summarise(result))
  for (const reproduction of result.unexplained) {
    console.log(`\nUnexplained: ${describeReproduction(reproduction)}`)
  }
  for (const reproduction of result.unstable) {
    console.log(`\nOnly alone as predicted: ${describeReproduction(reproduction)}`)
  }
  return result
}

/** Replaces the tables of RESULTS.md, and results.json. */
async function record(all: readonly CampaignResult[]): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  const command = ['pnpm differential', ...process.argv.slice(2)].join(' ')
  const run: Run = { date, command, results: all }
  const page = new URL('RESULTS.md', import.meta.url)
  const text = await readFile(page, 'utf8')
  const [start, end] = MARKS.map((mark) => text.indexOf(mark)) as [number, number]
  const before = text.slice(0, start + MARKS[0].length)
  await writeFile(page, `${before}\n\n${writeTables(run)}\n\n${text.slice(end)}`)
  await writeFile(new URL('results.json', import.meta.url), `${JSON.stringify(run, null, 2)}\n`)
}

function readNumber(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0) return number
  throw new Error(`Cannot read --${name} ${JSON.stringify(text)}: expected a whole number`)
}
