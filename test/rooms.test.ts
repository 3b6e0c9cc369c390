/** Every package keeps to its plan, and docs/ARCHITECTURE.md draws it as it is. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './docs/markdown.ts'
import { findProblems } from './rooms/check.ts'
import { drawRooms } from './rooms/draw.ts'
import type { Package } from './rooms/house.ts'
import { makePackage, readPackage } from './rooms/house.ts'
import { pictureOf, readSections, writeSections } from './rooms/page.ts'
import { plan } from './rooms/plan.ts'

const docs = path.join(ROOT, 'docs')
const house = plan.map(readPackage)

describe('the plan', () => {
  it('has every package', () => {
    const folders = readdirSync(path.join(ROOT, 'packages'))
    expect(plan.map(({ folder }) => folder).toSorted()).toEqual(folders.toSorted())
  })

  it.each(house.filter((own) => own.plan.isInOrder).map((own) => [own.name, own] as const))(
    'is kept by %s',
    (_, own) => {
      expect(own.files.size).toBeGreaterThan(0)
      expect(findProblems(own, house)).toEqual([])
    },
  )
})

describe('findProblems', () => {
  const core = make('@cusp/core', { 'index.ts': '' })

  it('finds nothing where everything is in order', () => {
    expect(problemsOf({})).toEqual([])
  })

  const cases: readonly (readonly [
    what: string,
    files: Record<string, string>,
    problem: string,
  ])[] = [
    [
      'an arrow upwards',
      { 'low/e.ts': "import { a } from '../high/a.ts'" },
      'low/e.ts imports high/a.ts: high is not below low.',
    ],
    [
      'an arrow upwards of types',
      { 'low/e.ts': "import type { A } from '../high/a.ts'" },
      'low/e.ts imports high/a.ts: high is not below low.',
    ],
    [
      'an arrow upwards of a re-export',
      { 'low/e.ts': "export type { A } from '../high/a.ts'" },
      'low/e.ts imports high/a.ts: high is not below low.',
    ],
    [
      'an arrow upwards inside a type',
      { 'low/e.ts': "export type A = import('../high/a.ts').A" },
      'low/e.ts imports high/a.ts: high is not below low.',
    ],
    [
      'an arrow along a line',
      { 'index.ts': "import './testing.ts'" },
      'index.ts imports testing.ts: testing.ts is not below index.ts.',
    ],
    [
      'a circle of types in one room',
      {
        'low/b.ts': "import type { C } from './c.ts'",
        'low/c.ts': "import { D } from './d.ts'",
        'low/d.ts': "export type { B } from './b.ts'",
      },
      'low/b.ts → low/c.ts → low/d.ts → low/b.ts is a circle.',
    ],
    [
      'a file that imports itself',
      { 'low/b.ts': "import './b.ts'" },
      'low/b.ts → low/b.ts is a circle.',
    ],
    [
      'a file without a room',
      { 'other/e.ts': '' },
      'other/e.ts is not in a room. Add its room to test/rooms/plan.ts.',
    ],
    [
      'a helper of tests',
      { 'low/testing/e.ts': '' },
      'low/testing/e.ts looks like a test helper. Put it into ../test.',
    ],
    [
      'a package that is not planned',
      { 'low/b.ts': "import type { X } from 'express'" },
      'low/b.ts imports "express": the plan does not allow it.',
    ],
    [
      'a sibling by a way that it does not declare',
      { 'low/b.ts': "import { x } from '@cusp/core/dist/policy.js'" },
      'low/b.ts imports "@cusp/core/dist/policy.js": it is not an entry of @cusp/core. Use one of @cusp/core.',
    ],
    [
      'a sibling by its path',
      { 'low/b.ts': "import { x } from '../../../core/src/index.ts'" },
      'low/b.ts imports "../../../core/src/index.ts": it lies outside of src. Import the package by its name.',
    ],
    [
      'a test',
      { 'low/b.ts': "import { x } from './b.test.ts'" },
      'low/b.ts imports "./b.test.ts": it is not a source. Tests import sources, not the other way.',
    ],
    [
      'Node',
      { 'low/b.ts': "import path from 'node:path'" },
      'low/b.ts imports "node:path": the package runs without Node.',
    ],
  ]
  it.each(cases)('finds %s', (_, files, problem) => {
    expect(problemsOf(files)).toEqual([problem])
  })

  it('finds a room that has gone', () => {
    const own = make('@cusp/example', { 'index.ts': '', 'testing.ts': '', 'high/a.ts': '' })
    expect(findProblems(own, [core])).toEqual([
      'low does not exist. Take it out of test/rooms/plan.ts.',
    ])
  })

  function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
    const own = make('@cusp/example', {
      'index.ts': "export { a } from './high/a.ts'",
      'testing.ts': "import type { B } from './low/b.ts'",
      'high/a.ts': "import { csp } from '@cusp/core'\nimport { b } from '../low/b.ts'",
      'low/b.ts': '// import "express" is what others write',
      ...files,
    })
    return findProblems(own, [core, own])
  }
})

describe('docs/ARCHITECTURE.md', () => {
  const sections = readSections(house)
  // `pnpm docs:rooms` writes both again.
  it('has the tables that the sources give', () => {
    const page = readFileSync(path.join(docs, 'ARCHITECTURE.md'), 'utf8')
    expect(page).toBe(writeSections(page, sections))
  })

  it.each(sections.map((section) => [pictureOf(section), section.drawing] as const))(
    'shows %s as the sources give it',
    (picture, drawing) => {
      expect(readFileSync(path.join(docs, picture), 'utf8')).toBe(drawRooms(drawing))
    },
  )
})

/** A package with two rooms below its entries. */
function make(name: string, files: Readonly<Record<string, string>>): Package {
  const lines = [
    { 'index.ts': 'what is exported', 'testing.ts': 'the same for tests' },
    { high: 'what needs the lower' },
    { low: 'what needs nothing' },
  ]
  const own = { folder: name, what: '', mayImport: ['@cusp/core'], usesNode: false }
  return makePackage(
    { ...own, isInOrder: true, lines },
    { name, entries: [name], files: new Map(Object.entries(files)) },
  )
}
