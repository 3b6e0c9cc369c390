/** `cusp reports`: what is stored, in groups, while the collector runs. */

import type { Group, Summary } from '@cusp/collector'
import { Command } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT } from '../host.ts'
import { loadCollector, STORE_HELP, storeAddress, withStore } from '../read/collector.ts'
import { escapeLine } from '../text.ts'
import { toJSON } from '../write/output.ts'
import type { Page } from '../write/page.ts'
import { count, pageOf, shorten, wrap } from '../write/page.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, readCount } from './command.ts'

interface Options {
  readonly project?: string | undefined
  readonly limit: number
  readonly json?: boolean | undefined
}

const EXAMPLES = exampleHelp(
  'cusp reports sqlite:./csp.db',
  'cusp reports ./csp-violations.log',
  'cusp reports postgres://cusp@db.example/csp --project shop --json',
)
const DAY = 86_400_000

/** Makes the command. */
export function reportsCommand({ host, finish }: CommandContext): Command {
  return new Command('reports')
    .summary('print the reports that are stored')
    .description('Print the violation reports that are stored, in groups, the largest first.')
    .argument('[store]', STORE_HELP)
    .option('--project <name>', 'print the reports of one site')
    .option('--limit <number>', 'print at most so many groups', readCount, 100)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (store: string | undefined, options: Options) => {
      finish(await runReports(store, { options, host }))
    })
}

async function runReports(
  argument: string | undefined,
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  const { openStore } = await loadCollector()
  const store = openStore(storeAddress(argument, host), { readOnly: true })
  try {
    const { project, limit } = options
    const summary = await withStore(() => store.read({ project, limit }))
    const text = options.json === true ? toJSON(summary) : writeSummary(summary, host)
    host.stdout.write(text)
    return EXIT.ok
  } finally {
    await store.close()
  }
}

function writeSummary(summary: Summary, host: Host): string {
  const page = pageOf(host.stdout, host.env)
  const { groups } = summary
  const sections = groups.map((group) => writeGroup(group, page))
  return [...sections, `${page.paint('bold', sumUp(summary))}\n`].join('\n')
}

/** Writes how many, what and where, then when, and who sent it. */
function writeGroup(group: Group, page: Page): string {
  const { paint, width } = page
  const { disposition, directive, blocked, project, pages, browsers } = group
  const verb = disposition === 'report' ? 'would block' : 'blocks'
  const head = [
    paint('bold', String(group.count).padStart(7)),
    paint('cyan', group.class.padEnd(13)),
    `${escapeLine(directive)} ${verb} ${paint('bold', shorten(blocked, width - 40))}`,
    ...(project === 'default' ? [] : [paint('dim', escapeLine(project))]),
  ].join('  ')
  const when = `${showTime(group.firstSeen)} to ${showTime(group.lastSeen)}`
  const rows = [
    row('seen', when),
    ...(pages.length === 0 ? [] : [row('on', pages.map(escapeLine).join(', '))]),
    ...(browsers.length === 0 ? [] : [row('by', browsers.map(escapeLine).join(', '))]),
  ]
  return `${head}\n${rows.join('\n')}\n`

  function row(name: string, text: string): string {
    return `         ${paint('dim', name.padEnd(4))}  ${wrap(text, width, 15).slice(15)}`
  }
}

/** "1234 reports in 12 groups, 3 rejected, 5 of other types, 2 dropped because the log is full". */
function sumUp({ total, groups, rejected, others, dropped }: Summary): string {
  const ofOthers = Object.values(others).reduce((sum, number) => sum + number, 0)
  const parts = [
    `${count(total, 'report')}, ${count(groups.length, 'group')} shown`,
    ...(rejected === 0 ? [] : [`${count(rejected, 'item')} rejected`]),
    ...(ofOthers === 0 ? [] : [`${count(ofOthers, 'report')} of other types`]),
    ...(dropped === 0 ? [] : [`${count(dropped, 'report')} dropped because the log is full`]),
  ]
  return parts.join(', ')
}

/** A day and a time of that day, in UTC. */
function showTime(time: number): string {
  const text = new Date(time).toISOString()
  return Date.now() - time > 365 * DAY ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ')
}
