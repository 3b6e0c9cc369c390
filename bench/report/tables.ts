/** The report: what was promised and whether it holds, then every table. */

import type { Row } from '../harness/runs.ts'
import type { Spread } from '../harness/statistics.ts'
import { bootstrap } from '../harness/statistics.ts'
import { SIZES } from '../suites/policies.ts'
import { describeGoals } from './goals.ts'
import { digits, exact, spread } from './numbers.ts'
import type { Results, SuiteResult } from './results.ts'

/** The whole report as Markdown. */
export function writeReport(results: Results): string {
  const sections = [
    '# What Cusp costs',
    describe(results),
    ...describeGoals(results),
    ...results.suites.flatMap((suite) => [`## ${suite.title}`, suite.note, tableOf(suite)]),
    ...describeServers(results),
  ]
  return `${sections.join('\n\n')}\n`
}

function describe({ environment, runs }: Results): string {
  const { command, commit, date, machine, node, versions } = environment
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const each =
    runs === 1
      ? 'One run'
      : `${runs} runs, each suite in a process of its own; a number is the median run, in brackets the lowest and the highest`
  return [
    `\`${command}\` · ${date} · commit ${commit} · Node ${node} · ${machine}`,
    `Against ${list.join(', ')}.`,
    `${each}. Contenders take turns in an order that chance decides, and their answers are checked before anything is timed. Ratios are taken turn by turn.`,
  ].join('\n\n')
}

function tableOf(suite: SuiteResult): string {
  if (isBySize(suite)) return tableBySize(suite)
  return isGrid(suite) ? grid(suite) : table(suite)
}

function table({ references, rows, unit }: SuiteResult): string {
  const head = ['', unit, ...references.map((name) => `× ${name}`)]
  return markdown([
    head,
    ...rows.map((row) => [
      row.name,
      spread(row.time),
      ...references.map((name) => (name === row.name ? '1' : spread(row.ratios[name] as Spread))),
    ]),
  ])
}

function isBySize({ rows }: SuiteResult): boolean {
  return rows.some(({ name }) => name.endsWith(`, ${SIZES[0]}`))
}

/**
 * A line for each contender, a column for each size: nanoseconds, and Cusp's time over the
 * contender's.
 */
function tableBySize({ rows }: SuiteResult): string {
  const names = [...new Set(rows.map(({ name }) => name.slice(0, name.lastIndexOf(', '))))]
  const [cusp = ''] = names
  const cell = (name: string, size: number): string => {
    const row = rows.find((candidate) => candidate.name === `${name}, ${size}`) as Row
    if (name === cusp) return `${digits(row.time.median)} ns`
    const ratio = rows.find((candidate) => candidate.name === `${cusp}, ${size}`)?.ratios[row.name]
    return `${digits(row.time.median)} ns; Cusp takes × ${spread(ratio as Spread)}`
  }
  return markdown([
    ['', ...SIZES.map((size) => (size === 1 ? '1 source' : `${size} sources`))],
    ...names.map((name) => [name].concat(SIZES.map((size) => cell(name, size)))),
  ])
}

/**
 * Whether every row is a cell, "what, contender", and what ratios are told against are contenders
 * of each line.
 */
function isGrid({ references, rows }: SuiteResult): boolean {
  return rows.every(({ name }) => name.includes(', ') && !references.includes(name))
}

/**
 * A line for what stands before the comma, a column for what stands behind it; then the first
 * column's time over the references'.
 */
function grid({ references, rows, unit }: SuiteResult): string {
  const cells = new Map(rows.map((row) => [row.name, row]))
  const names = rows.map(({ name }) => splitName(name))
  const lines = [...new Set(names.map(([what]) => what))]
  const columns = [...new Set(names.map(([, column]) => column))]
  const time = (what: string, column: string): string =>
    spread((cells.get(`${what}, ${column}`) as Row).time)
  const ratio = (what: string, reference: string): string => {
    const { ratios } = cells.get(`${what}, ${columns[0]}`) as Row
    return spread(ratios[`${what}, ${reference}`] as Spread)
  }
  const head: readonly string[] = [unit, ...columns]
  return markdown([
    head.concat(references.map((name) => `× ${name}`)),
    ...lines.map((what) =>
      [what].concat(
        columns.map((column) => time(what, column)),
        references.map((reference) => ratio(what, reference)),
      ),
    ),
  ])
}

function splitName(name: string): readonly [what: string, contender: string] {
  const comma = name.lastIndexOf(', ')
  return [name.slice(0, comma), name.slice(comma + 2)]
}

function describeServers({ servers }: Results): readonly string[] {
  if (servers.length === 0) return []
  const frameworks = [...new Set(servers.map(({ framework }) => framework))]
  const rows = frameworks.map((framework) => {
    const own = servers.filter((comparison) => comparison.framework === framework)
    const throughput = own.flatMap((comparison) => comparison.throughput)
    const processor = own.flatMap((comparison) => comparison.processor)
    return [
      framework,
      String(throughput.flat().length),
      exact(bootstrap(throughput)),
      exact(bootstrap(processor)),
      digits(Math.min(...own.map(({ microseconds }) => microseconds))),
    ]
  })
  return [
    '## Whole servers over real sockets',
    'With Cusp and a nonce in the page, against the same server that sets a constant header of the same length by hand. Both run in one process and are asked in turns; it is started anew several times in each run. Median with its 95 % interval, by bootstrap over processes and turns. 1 is: costs nothing.',
    markdown([
      ['', 'pairs', 'answers a second', 'processor time', 'µs an answer, by hand'],
      ...rows,
    ]),
  ]
}

/** A table, its first row as the head. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? ':--' : '--:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
