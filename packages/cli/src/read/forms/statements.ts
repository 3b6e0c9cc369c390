/** Statements of configuration files: their words, blocks, comments and continued lines. */

/** How a server writes its configuration. */
export interface Grammar {
  /** Whether the end of a line ends a statement, unless a backslash stands before it. */
  readonly endsAtLine: boolean
  /** The quotation marks that may begin a word. */
  readonly quotes: string
  /** The quotation marks in which a backslash is a character like any other. */
  readonly rawQuotes: string
  /** Characters that end a statement and need no space before them. */
  readonly marks: string
  /** Whether a comment begins at any word; else only at the beginning of a line. */
  readonly hasInnerComments: boolean
}

/** One word, without the quotation marks around it. */
interface Word {
  readonly text: string
  readonly isQuoted: boolean
}

/** The words of a statement, and what ended it. */
export interface Statement {
  readonly words: readonly Word[]
  /** `{` and `}` where a block begins or ends, else `;`, a line feed, or nothing at the end. */
  readonly end: string
  /** The line on which it begins, from 1. */
  readonly line: number
}

/** A text while it is read. */
interface Reader {
  readonly text: string
  readonly grammar: Grammar
  at: number
  line: number
}

/** Reads all statements; undefined for a quotation mark that is never closed. */
export function readStatements(text: string, grammar: Grammar): readonly Statement[] | undefined {
  const reader: Reader = { text, grammar, at: 0, line: 1 }
  const statements: Statement[] = []
  let words: Word[] = []
  let line = 0
  const finish = (end: string): void => {
    if (words.length > 0 || end === '{' || end === '}') {
      statements.push({ words, end, line: words.length > 0 ? line : reader.line })
    }
    words = []
  }
  while (skipSpace(reader, words.length === 0)) {
    const character = text.charAt(reader.at)
    if (character === '\n' || grammar.marks.includes(character)) {
      finish(character)
      advance(reader)
      continue
    }
    if (words.length === 0) line = reader.line
    const word = readWord(reader)
    if (word === undefined) return undefined
    words.push(word)
  }
  finish('')
  return statements
}

/** Goes to the next word, mark or end of a statement; false at the end of the text. */
function skipSpace(reader: Reader, isFirst: boolean): boolean {
  const { text, grammar } = reader
  while (reader.at < text.length) {
    const character = text.charAt(reader.at)
    if (character === '#' && (isFirst || grammar.hasInnerComments)) {
      const end = text.indexOf('\n', reader.at)
      reader.at = end === -1 ? text.length : end
    } else if (grammar.endsAtLine && /^\\\r?\n/.test(text.slice(reader.at, reader.at + 3))) {
      reader.at = text.indexOf('\n', reader.at)
      advance(reader)
    } else if (/\s/.test(character) && !(character === '\n' && grammar.endsAtLine)) {
      advance(reader)
    } else return true
  }
  return false
}

function readWord(reader: Reader): Word | undefined {
  const quote = reader.text.charAt(reader.at)
  if (!reader.grammar.quotes.includes(quote)) return { text: readBare(reader), isQuoted: false }
  const text = readQuoted(reader, quote)
  return text === undefined ? undefined : { text, isQuoted: true }
}

function readBare(reader: Reader): string {
  const { text, grammar } = reader
  const start = reader.at
  while (reader.at < text.length && !/\s/.test(text.charAt(reader.at))) {
    // "${name}" is a variable, not a block.
    if (text.startsWith('${', reader.at)) {
      const end = text.indexOf('}', reader.at)
      reader.at = end === -1 ? text.length : end + 1
    } else if (grammar.marks.includes(text.charAt(reader.at))) break
    else reader.at += text.charAt(reader.at) === '\\' && !isLineEnd(text, reader.at + 1) ? 2 : 1
  }
  return text.slice(start, reader.at)
}

function isLineEnd(text: string, at: number): boolean {
  return /^\r?\n/.test(text.slice(at, at + 2))
}

function readQuoted(reader: Reader, quote: string): string | undefined {
  const { text, grammar } = reader
  const parts: string[] = []
  advance(reader)
  for (; reader.at < text.length; advance(reader)) {
    const character = text.charAt(reader.at)
    if (character === quote) {
      advance(reader)
      return parts.join('')
    }
    const next = text.charAt(reader.at + 1)
    const isEscape = character === '\\' && !grammar.rawQuotes.includes(quote)
    if (isEscape && (next === quote || next === '\\')) {
      advance(reader)
      parts.push(next)
    } else if (isEscape && grammar.endsAtLine && isLineEnd(text, reader.at + 1)) {
      // The next turn leaves the line feed out.
      reader.at = text.indexOf('\n', reader.at) - 1
      advance(reader)
    } else parts.push(character)
  }
  return undefined
}

function advance(reader: Reader): void {
  if (reader.text.charAt(reader.at) === '\n') reader.line += 1
  reader.at += 1
}
