/**
 * The corpus: texts as people have them, each with the answer of a person. A file is a form.
 *
 * ```text
 * === the title of a text [@ utf-16]
 * the text
 * --- enforce default-src 'self'
 * --- report img-src 'none'
 * --- note: words of a note
 * --- refused: words of the error
 * ```
 */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A text, and what a person reads in it. */
export interface CorpusText {
  readonly form: string
  readonly title: string
  readonly text: string
  readonly encoding: 'utf8' | 'utf16le'
  /** Each policy with its disposition before it. */
  readonly policies: readonly string[]
  /** Words that the notes contain. */
  readonly notes: readonly string[]
  /** Words of the error, for what no person takes for a policy. */
  readonly refused: string | undefined
}

const folder = path.join(import.meta.dirname, 'corpus')
const ANSWER = /^--- (enforce|report|note:|refused:)(.*)$/

/** Reads all texts. */
export function readCorpus(): readonly CorpusText[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const parts = readFileSync(path.join(folder, file), 'utf8').split(/^=== /m).slice(1)
      return parts.map((part) => readText(part, path.parse(file).name))
    })
}

function readText(part: string, form: string): CorpusText {
  const [head = '', ...lines] = part.trimEnd().split('\n')
  const [title = '', encoding] = head.split(' @ ')
  const answers = lines.flatMap((line) => {
    const [, kind, words = ''] = ANSWER.exec(line) ?? []
    return kind === undefined ? [] : [{ kind, words: words.trim() }]
  })
  const of = (kind: string): readonly string[] =>
    answers.filter((answer) => answer.kind === kind).map(({ words }) => words)
  return {
    form,
    title,
    text: `${lines.filter((line) => !ANSWER.test(line)).join('\n')}\n`,
    encoding: encoding === 'utf-16' ? 'utf16le' : 'utf8',
    policies: answers
      .filter(({ kind }) => kind === 'enforce' || kind === 'report')
      .map(({ kind, words }) => `${kind} ${words}`),
    notes: of('note:'),
    refused: of('refused:')[0],
  }
}
