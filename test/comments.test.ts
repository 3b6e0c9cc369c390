/** Comments stay within 100 columns: a longer line is not read to its end. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const MOST = 100
/** A line of a comment, and its words. */
const COMMENT = /^\s*(?:\/\/|\/?\*+)\s*(.*)$/

it('stay within 100 columns', () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.js'], { cwd: root, encoding: 'utf8' })
  const tooLong = files
    .split('\n')
    .filter((file) => file !== '')
    .flatMap((file) => findLong(file, readFileSync(path.join(root, file), 'utf8')))
  expect(tooLong).toEqual([])
})

/** An address cannot be broken, and the code of an example is laid out as code. */
function findLong(file: string, text: string): readonly string[] {
  let isCode = false
  return text.split('\n').flatMap((line, index) => {
    const words = COMMENT.exec(line)?.[1]
    if (words === undefined) return []
    if (words.startsWith('```')) isCode = !isCode
    const isBreakable =
      words.includes(' ') &&
      !words.startsWith('oxlint-') &&
      !words.startsWith('|') &&
      !/^https?:/.test(words)
    return line.length > MOST && isBreakable && !isCode ? [`${file}:${index + 1}`] : []
  })
}
