/** Whether a package keeps to its plan: every problem as a sentence. */

import { isBuiltin } from 'node:module'
import type { Package } from './house.ts'
import { packageOf, roomOf } from './house.ts'

/**
 * Folders that the build and the coverage of a package might leave out: what lies there might not
 * be published.
 */
const UNPUBLISHED = /^(?:.*\/)?(?:__.*__|fixtures|test|tests|test-data|testing)\//

/** Everything that is not as the plan says. `house` has the packages that this one may find. */
export function findProblems(own: Package, house: readonly Package[]): readonly string[] {
  return [
    ...findStrayFiles(own),
    ...findEmptyRooms(own),
    ...findArrowsUpwards(own),
    ...findCircles(own),
    ...findForeignImports(own, house),
  ]
}

function findStrayFiles({ plan, files }: Package): readonly string[] {
  const rooms = new Set(plan.lines.flatMap((line) => Object.keys(line)))
  const stray = [...files.keys()].filter((file) => !rooms.has(roomOf(file)))
  const hidden = [...files.keys()].filter((file) => UNPUBLISHED.test(file))
  return [
    ...stray.map((file) => `${file} is not in a room. Add its room to test/rooms/plan.ts.`),
    ...hidden.map((file) => `${file} looks like a test helper. Put it into ../test.`),
  ]
}

function findEmptyRooms({ plan, files }: Package): readonly string[] {
  const used = new Set([...files.keys()].map(roomOf))
  const rooms = plan.lines.flatMap((line) => Object.keys(line))
  const empty = rooms.filter((room) => !used.has(room))
  return empty.map((room) => `${room} does not exist. Take it out of test/rooms/plan.ts.`)
}

function findArrowsUpwards({ plan, imports }: Package): readonly string[] {
  const lineOf = new Map(
    plan.lines.flatMap((line, index) => Object.keys(line).map((room) => [room, index] as const)),
  )
  return imports.flatMap(({ from, to }) => {
    if (to === undefined || roomOf(from) === roomOf(to)) return []
    const [upper, lower] = [lineOf.get(roomOf(from)), lineOf.get(roomOf(to))]
    if (upper === undefined || lower === undefined || upper < lower) return []
    return [`${from} imports ${to}: ${roomOf(to)} is not below ${roomOf(from)}.`]
  })
}

/** Every circle that a search finds which goes to each file once, type imports included. */
function findCircles({ files, imports }: Package): readonly string[] {
  const next = new Map([...files.keys()].map((file) => [file, new Set<string>()]))
  for (const { from, to } of imports) if (to !== undefined) next.get(from)?.add(to)
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file)
    if (start !== -1) circles.push([...way.slice(start), file].join(' → '))
    if (start !== -1 || done.has(file)) return
    for (const target of next.get(file) ?? []) visit(target, [...way, file])
    done.add(file)
  }
  for (const file of files.keys()) visit(file, [])
  return circles.map((circle) => `${circle} is a circle.`)
}

function findForeignImports(own: Package, house: readonly Package[]): readonly string[] {
  return own.imports.flatMap(({ from, specifier, to }) => {
    const problem = to === undefined ? judge(specifier, own, house) : judgePath(to, own)
    return problem === undefined ? [] : [`${from} imports ${JSON.stringify(specifier)}: ${problem}`]
  })
}

function judgePath(to: string, { files }: Package): string | undefined {
  if (to.startsWith('..')) return 'it lies outside of src. Import the package by its name.'
  if (!files.has(to)) return 'it is not a source. Tests import sources, not the other way.'
  return undefined
}

function judge(
  specifier: string,
  { plan }: Package,
  house: readonly Package[],
): string | undefined {
  if (isBuiltin(specifier)) {
    if (!plan.usesNode) return 'the package runs without Node.'
    return specifier.startsWith('node:') ? undefined : 'it has no "node:" before it.'
  }
  const name = packageOf(specifier)
  if (!plan.mayImport.includes(name)) return 'the plan does not allow it.'
  const sibling = house.find((other) => other.name === name)
  if (sibling === undefined || sibling.entries.includes(specifier)) return undefined
  return `it is not an entry of ${name}. Use one of ${sibling.entries.join(', ')}.`
}
