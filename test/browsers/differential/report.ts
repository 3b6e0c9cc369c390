/** Writes what campaigns found: a line for the terminal, and tables for the record. */

import { writeTable } from '../../docs/table.ts'
import type { CampaignResult, Reproduction } from './campaign.ts'
import { UNTESTABLE } from './untestable.ts'

/** One campaign in one line. */
export function summarise(result: CampaignResult): string {
  const { browser, version, cases, agreements, explained, unexplained, unstable, seconds } = result
  const counts = [
    `${cases} cases`,
    `${agreements} agree`,
    `${explained} explained`,
    `${unexplained.length} unexplained`,
    `${unstable.length} only alone`,
  ]
  return `${browser} ${version}: ${counts.join(', ')}, in ${seconds} s`
}

/** A difference that nothing explains, with all that is needed to see it again. */
export function describeReproduction(reproduction: Reproduction): string {
  const { seed, probe, kind, self, policies, checks, task, differences, explanation } = reproduction
  const [run, document] = seed.split(':')
  return [
    `${kind} ${probe}, again with --seed ${run} --only ${document}`,
    `  page      ${self}`,
    ...policies.enforce.map((text) => `  enforce   ${text}`),
    ...policies.report.map((text) => `  report    ${text}`),
    ...policies.meta.map((text) => `  meta      ${text}`),
    ...checks.map((check) => `  check     ${JSON.stringify(check)}`),
    `  task      ${JSON.stringify(task)}`,
    ...differences.map((difference) => `  browser   ${difference}`),
    ...explanation.map((sentence) => `  engine    ${sentence}`),
  ].join('\n')
}

/** What is kept of some campaigns. */
export interface Run {
  readonly date: string
  readonly command: string
  readonly results: readonly CampaignResult[]
}

/** What stands in RESULTS.md between its marks. */
export function writeTables({ date, command, results }: Run): string {
  const seeds = [...new Set(results.map(({ seed }) => seed))].join(', ')
  return [
    `Run on ${date}, seed ${seeds}: \`${command}\``,
    '',
    writeTable(
      [
        'browser',
        'documents',
        'cases',
        'blocked',
        'as the draft',
        'by a difference',
        'unexplained',
        'only alone',
        'seconds',
      ],
      results.map((result) => [
        `${result.browser} ${result.version}`,
        result.documents,
        result.cases,
        result.blocked,
        result.agreements,
        result.explained,
        result.unexplained.length,
        result.unstable.length,
        result.seconds,
      ]),
    ),
    '',
    '### Cases by difference',
    '',
    byNameTable('difference', results, ({ byDifference }) => byDifference),
    '',
    '### Cases by kind, and how many of them are blocked',
    '',
    byNameTable('kind', results, ({ byKind }) =>
      Object.fromEntries(
        Object.entries(byKind).map(([kind, { cases, blocked }]) => [kind, `${cases} (${blocked})`]),
      ),
    ),
    '',
    '### What is not asked',
    '',
    writeTable(
      ['what', 'browsers', 'why'],
      UNTESTABLE.map(({ what, browsers, reason }) => [what, browsers.join(', '), reason]),
    ),
  ].join('\n')
}

function byNameTable(
  title: string,
  results: readonly CampaignResult[],
  countsOf: (result: CampaignResult) => Readonly<Record<string, number | string>>,
): string {
  const names = [...new Set(results.flatMap((result) => Object.keys(countsOf(result))))].toSorted()
  return writeTable(
    [title, ...results.map(({ browser }) => browser)],
    names.map((name) =>
      [name].concat(
        results.map((result) => String(new Map(Object.entries(countsOf(result))).get(name) ?? '')),
      ),
    ),
  )
}
