/**
 * What docs/ARCHITECTURE.md says of the imports: a picture and a table for the house and for each
 * package.
 */

import { writeTable } from '../docs/table.ts'
import type { Arrow, Drawing } from './draw.ts'
import type { Package } from './house.ts'
import { packageOf, roomOf } from './house.ts'

/** The picture of one part of the page, and the lines of its table. */
export interface Section {
  /** Between the marks of this name it stands, and the picture is called after it. */
  readonly name: string
  readonly drawing: Drawing
  readonly head: readonly [string, string, string]
  /** What each room holds. */
  readonly sentences: ReadonlyMap<string, string>
}

/** The house as a whole, then each package that is in order and has more than a few rooms. */
export function readSections(house: readonly Package[]): readonly Section[] {
  const drawn = house.filter(({ plan }) => plan.isInOrder && plan.lines.length > 3)
  return [describeHouse(house), ...drawn.map(describePackage)]
}

/** Where the picture of a section lies, from docs/. */
export function pictureOf({ name }: Section): string {
  return `images/rooms-${name}.svg`
}

/** The page with every section in its place. */
export function writeSections(page: string, sections: readonly Section[]): string {
  return sections.reduce((text, section) => {
    const marks = [
      `<!-- rooms of ${section.name} -->`,
      `<!-- /rooms of ${section.name} -->`,
    ] as const
    const [start, end] = marks.map((mark) => text.indexOf(mark)) as [number, number]
    if (start === -1 || end < start) {
      throw new Error(
        `Cannot write the rooms of ${section.name}: the page has no ${marks.join(' and ')}.`,
      )
    }
    return `${text.slice(0, start + marks[0].length)}\n\n${writeSection(section)}\n\n${text.slice(end)}`
  }, page)
}

function describeHouse(house: readonly Package[]): Section {
  const folders = new Map(house.map(({ name, plan }) => [name, plan.folder]))
  const steps = house.flatMap(({ plan, imports }) =>
    imports.flatMap(({ specifier, to }) => {
      const target = to === undefined ? folders.get(packageOf(specifier)) : undefined
      return target === undefined ? [] : [[plan.folder, target] as const]
    }),
  )
  const rooms = house.map(({ plan }) => plan.folder)
  return {
    name: 'house',
    drawing: { title: 'Which package imports which', rooms, arrows: count(rooms, steps) },
    head: ['package', 'what it is', 'imports'],
    sentences: new Map(house.map(({ plan }) => [plan.folder, plan.what])),
  }
}

function describePackage({ plan, name, imports }: Package): Section {
  const rooms = plan.lines.flatMap((line) => Object.keys(line))
  const steps = imports.flatMap(({ from, to }) =>
    to === undefined || roomOf(from) === roomOf(to) ? [] : [[roomOf(from), roomOf(to)] as const],
  )
  return {
    name: plan.folder,
    drawing: { title: `The rooms of ${name}`, rooms, arrows: count(rooms, steps) },
    head: ['room', 'what it holds', 'imports'],
    sentences: new Map(plan.lines.flatMap((line) => Object.entries(line))),
  }
}

/** The arrows between rooms, in the order of the rooms. */
function count(
  rooms: readonly string[],
  steps: readonly (readonly [from: string, to: string])[],
): readonly Arrow[] {
  return rooms.flatMap((from) =>
    rooms.flatMap((to) => {
      const { length } = steps.filter((step) => step[0] === from && step[1] === to)
      return length === 0 ? [] : [{ from, to, count: length }]
    }),
  )
}

function writeSection(section: Section): string {
  const { drawing, head, sentences } = section
  const rows = drawing.rooms.map((room) => {
    const own = drawing.arrows.filter(({ from }) => from === room)
    const imports = own.map((arrow) => `${arrow.to} ${arrow.count}`).join(', ')
    return [`\`${room}\``, sentences.get(room) ?? '', imports]
  })
  return `![${drawing.title}: the table says the same](${pictureOf(section)})\n\n${writeTable(head, rows)}`
}
