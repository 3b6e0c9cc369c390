/** Differences of policies as Markdown, for a comment on a pull request. */

import { escapeLine } from '../text.ts'
import { count } from './page.ts'

/** One difference in words. */
export interface DescribedChange {
  readonly change: 'narrower' | 'wider'
  readonly directive: string
  readonly message: string
  /** Why one of the policies blocks it: `before` for a wider change, otherwise `after`. */
  readonly reason: string | undefined
}

/** GitHub refuses comments of more than 65 536 characters. */
const MOST_CHARACTERS = 60_000

/** Writes changes as Markdown. All text of the policies is in code spans, so it stays as it is. */
export function toMarkdown(changes: readonly DescribedChange[]): string {
  const title = '### Content Security Policy: '
  if (changes.length === 0) return `${title}no changes\n\nBoth policies allow the same.\n`
  const wider = changes.filter(({ change }) => change === 'wider').length
  const sum = `${count(changes.length, 'change')}, ${wider} wider, ${changes.length - wider} narrower`
  const legend =
    'Wider: it is allowed now and was blocked before. Narrower: it is blocked now and was allowed before.'
  return `${title}${sum}\n\n${writeItems(changes)}\n${legend}\n`
}

/** As many items as fit into a comment, and how many do not. */
function writeItems(changes: readonly DescribedChange[]): string {
  let text = ''
  for (const [index, change] of changes.entries()) {
    const item = writeItem(change)
    if (text.length + item.length > MOST_CHARACTERS) {
      return `${text}- ${count(changes.length - index, 'more change')} …\n`
    }
    text += item
  }
  return text
}

function writeItem({ change, directive, message, reason }: DescribedChange): string {
  const head = `- **${change}** ${toCode(directive)}: ${toCode(message)}\n`
  if (reason === undefined) return head
  return `${head}  - ${change === 'wider' ? 'before' : 'after'}: ${toCode(reason)}\n`
}

/**
 * Writes a text as a code span, in which no Markdown, HTML, link or mention is read.
 *
 * @see https://spec.commonmark.org/0.31.2/#code-spans
 */
export function toCode(text: string): string {
  const line = escapeLine(text)
  const runs = Array.from(line.matchAll(/`+/g), ([run]) => run.length)
  const fence = '`'.repeat(runs.reduce((most, length) => Math.max(most, length), 0) + 1)
  const isOpen = line === '' || line.startsWith('`') || line.endsWith('`')
  const space = isOpen ? ' ' : ''
  return `${fence}${space}${line}${space}${fence}`
}
