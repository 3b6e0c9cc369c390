/**
 * Counts what one check enters on its way through the engine: `pnpm count:entries` prints, room by
 * room, in how many files functions are called and how often.
 */

import { Session } from 'node:inspector/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { csp, SELF } from '../../packages/core/src/index.ts'
import { decide } from '../../packages/engine/src/index.ts'
import { ROOT } from '../docs/markdown.ts'
import { writeTable } from '../docs/table.ts'
import { roomOf } from './house.ts'
import { plan } from './plan.ts'

const SOURCES = `${pathToFileURL(path.join(ROOT, 'packages')).href}/`
const policy = csp().defaultSrc(SELF).connectSrc(SELF, 'https://*.example.com/v1/')
const check = { type: 'request', url: 'https://api.example.com/v1/users' } as const

// The first decision compiles what the second one finds again.
const first = await countCalls(() => decide(policy, check, { self: 'https://shop.example' }))
const second = await countCalls(() => decide(policy, check, { self: 'https://shop.example' }))
const entered = new Set(first.map(([file]) => roomOfSource(file)))
const planned = plan.flatMap(({ folder, lines }) => {
  return folder === 'engine' ? lines.flatMap((line) => Object.keys(line)) : [folder]
})
const rooms = planned.filter((room) => entered.has(room))
console.log(`\`decide\` of ${JSON.stringify(check)} under \`${policy.toString()}\``)
console.log(
  writeTable(
    ['room', 'files', 'calls', 'calls, the second time'],
    [...rooms.map((room) => describe(`\`${room}\``, room)), describe('all')],
  ),
)

type Entries = readonly (readonly [file: string, count: number])[]

/** How often functions are called, by the files that hold them. */
async function countCalls(work: () => unknown): Promise<Entries> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const counted = result
    .filter(({ url }) => url.startsWith(SOURCES))
    .map(({ url, functions }) => {
      const counts = functions.map(({ ranges: [whole] }) => whole?.count ?? 0)
      return [url.slice(SOURCES.length), counts.reduce((one, other) => one + other, 0)] as const
    })
  return counted.filter(([, count]) => count > 0)
}

/** The package of a file, and its room where that is the engine. */
function roomOfSource(file: string): string {
  const [folder = '', , ...rest] = file.split('/')
  return folder === 'engine' ? roomOf(rest.join('/')) : folder
}

/** A line of the table, of one room or of all. */
function describe(title: string, room?: string): readonly (string | number)[] {
  const isIn = ([file]: Entries[number]): boolean =>
    room === undefined || roomOfSource(file) === room
  const own = first.filter(isIn)
  return [title, own.length, countAll(own), countAll(second.filter(isIn))]
}

function countAll(calls: Entries): number {
  return calls.reduce((total, [, count]) => total + count, 0)
}
