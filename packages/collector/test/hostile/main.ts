/** The long run of hostile bodies: `pnpm hostile --bodies=1000000 --seed=7`. */

import { parseArgs } from 'node:util'
import { runHostile } from './run.ts'

const { values } = parseArgs({
  options: {
    bodies: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
})
const bodies = Number(values.bodies)
const seed = Number(values.seed)
const started = performance.now()
const { statuses, kept, stored, groups, heap, warnings } = await runHostile({
  bodies,
  seed,
  connections: 32,
  onProgress: (sent) => console.log(`${sent} sent`),
})
const seconds = Math.round((performance.now() - started) / 1000)
const answers = [...statuses].toSorted(([one], [other]) => one - other)
const [early, late] = heap.map((bytes) => Math.round(bytes / 1_048_576))
console.log(`hostile: ${bodies} bodies of seed ${seed} in ${seconds} s, Node ${process.version}`)
console.log(
  `hostile: answers ${answers.map(([status, count]) => `${status}: ${count}`).join(', ')}`,
)
console.log(`hostile: ${kept} violations kept, ${stored} stored, ${groups} groups`)
console.log(`hostile: heap ${early} MB after a tenth, ${late} MB at the end`)
const isRight = (status: number) => [204, 400, 413, 415].includes(status)
const problems = [
  ...answers.filter(([status]) => !isRight(status)).map(([status]) => `a ${status} was answered`),
  ...(kept === stored ? [] : ['what is kept is not what is stored']),
  ...((late ?? 0) - (early ?? 0) < 32 ? [] : ['the heap has grown']),
  ...warnings.filter((warning) => !warning.includes('trustedProxies')),
]
for (const problem of problems) console.log(`hostile: ${problem}`)
process.exitCode = problems.length === 0 ? 0 : 1
