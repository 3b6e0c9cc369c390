/**
 * Draws the rooms: `pnpm docs:rooms` writes the pictures and the tables of docs/ARCHITECTURE.md.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../docs/markdown.ts'
import { drawRooms } from './draw.ts'
import { readPackage } from './house.ts'
import { pictureOf, readSections, writeSections } from './page.ts'
import { plan } from './plan.ts'

const docs = path.join(ROOT, 'docs')
const page = path.join(docs, 'ARCHITECTURE.md')
const sections = readSections(plan.map(readPackage))
for (const section of sections) {
  writeFileSync(path.join(docs, pictureOf(section)), drawRooms(section.drawing))
}
writeFileSync(page, writeSections(readFileSync(page, 'utf8'), sections))
