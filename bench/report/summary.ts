/** What the front page says: the most important rows, and where they come from. */

import { bootstrap } from '../harness/statistics.ts'
import { BY_HAND, CUSP, HELMET } from '../suites/peers.ts'
import { exact, spread } from './numbers.ts'
import type { Results } from './results.ts'
import { findRow } from './results.ts'
import { markdown } from './tables.ts'

const NAMES = [
  BY_HAND,
  CUSP,
  HELMET,
  'express-csp-header',
  'nosecone',
  'hono/secure-headers',
] as const
const SUITES = ['nonce', 'static'] as const

/** Between these lines of the front page stands the summary. */
const MARKS = ['<!-- bench -->', '<!-- /bench -->'] as const

/** The front page with the summary of these results in its place. */
export function withSummary(page: string, results: Results): string {
  const [start, end] = MARKS.map((mark) => page.indexOf(mark)) as [number, number]
  if (start === -1 || end < start) throw new Error(`expected the lines ${MARKS.join(' and ')}`)
  const before = page.slice(0, start + MARKS[0].length)
  return `${before}\n\n${writeSummary(results)}\n\n${page.slice(end)}`
}

/** The table of the front page, with what it takes to measure it again. */
function writeSummary(results: Results): string {
  const { command, commit, date, machine, node, versions } = results.environment
  const list = NAMES.map((name) => name.split('/')[0] ?? '').filter((name) => name in versions)
  return [
    markdown([
      ['nanoseconds in the middleware', 'with a nonce', 'the same for all'],
      ...NAMES.map((name) =>
        [label(name)].concat(SUITES.map((suite) => cell(results, suite, name))),
      ),
    ]),
    ...describeServers(results),
    `\`${command}\`, ${results.runs} runs, lowest and highest in brackets · ${date} · commit ${commit} · Node ${node} · ${machine} · ${list.map((name) => `${name} ${versions[name]}`).join(', ')}`,
  ].join('\n\n')
}

function label(name: string): string {
  return name === CUSP ? `**${name}**` : name
}

function cell(results: Results, suite: string, name: string): string {
  const time = findRow(results, suite, name)?.time
  return time === undefined ? '' : spread(time)
}

function describeServers({ servers }: Results): readonly string[] {
  if (servers.length === 0) return []
  const frameworks = [...new Set(servers.map(({ framework }) => framework))]
  const shares = frameworks.map((framework) => {
    const own = servers.filter((comparison) => comparison.framework === framework)
    return `${framework} ${exact(bootstrap(own.flatMap(({ throughput }) => throughput)))}`
  })
  return [
    `A whole server gives this share of the answers a second that it gives with a constant header set by hand: ${shares.join(', ')}.`,
  ]
}
