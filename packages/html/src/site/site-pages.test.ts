import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readPages } from './site-pages.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-pages-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a page is read when its turn has come, so that a site takes the memory of one', async () => {
  for (let index = 0; index < 3; index++) writeFileSync(path.join(folder, `${index}.html`), 'old')
  const seen: string[] = []
  for await (const page of readPages('.', folder)) {
    seen.push(`${page.path} ${Buffer.from(page.bytes).toString()}`)
    for (let index = 0; index < 3; index++) writeFileSync(path.join(folder, `${index}.html`), 'new')
  }
  expect(seen).toEqual(['/0.html old', '/1.html new', '/2.html new'])
})
