/** Text for terminals: colours, wrapping and columns. What is laid out here is escaped, too. */

import { styleText } from 'node:util'
import type { Host, Output } from '../host.ts'
import { escapeHidden, escapeLine } from '../text.ts'

/** A colour or weight. */
export type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

/** The sequences of these styles, and no others: all that a terminal may obey. */
const PAINT = /(\u001b\[(?:[12]|22|3[1236]|39)m)/

/** The layout of text on one stream. */
export interface Page {
  /** Columns; lines are wrapped to it. */
  readonly width: number
  /** Whether a person reads this on a terminal, so that long values are cut. */
  readonly isTerminal: boolean
  readonly paint: (style: Style, text: string) => string
}

/** The width where there is no terminal. */
const DEFAULT_WIDTH = 100
const NARROWEST = 40

/** How text is laid out on a stream. */
export function pageOf(output: Output, env: Host['env']): Page {
  const hasColours = usesColours(output, env)
  const columns = Number(env['COLUMNS'])
  const width =
    output.columns ?? (Number.isInteger(columns) && columns > 0 ? columns : DEFAULT_WIDTH)
  return {
    width: Math.max(NARROWEST, width),
    isTerminal: output.isTTY === true,
    paint: (style, text) => {
      const shown = escapeHidden(text)
      return hasColours ? styleText(style, shown, { validateStream: false }) : shown
    },
  }
}

/**
 * Whether a stream gets colours: a terminal does, unless FORCE_COLOR or NO_COLOR says otherwise.
 *
 * @see https://no-color.org
 */
export function usesColours({ isTTY }: Output, env: Host['env']): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false
  return isTTY === true
}

/**
 * Breaks a text at spaces into lines of at most `width`, with `indent` spaces before each. A longer
 * word stays whole.
 */
export function wrap(text: string, width: number, indent = 0): string {
  const lines = escapeHidden(text)
    .split('\n')
    .flatMap((line) => breakLine(line, width - indent))
  return lines.map((line) => ' '.repeat(indent) + line).join('\n')
}

function breakLine(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}

/** Cuts a line to `length` in its middle. */
export function shorten(line: string, length: number): string {
  const text = escapeLine(line)
  if (text.length <= length) return text
  const head = Math.ceil((length - 1) / 2)
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`
}

/** The length of the longest text. */
export function longest(texts: Iterable<string>): number {
  let length = 0
  for (const text of texts) length = Math.max(length, text.length)
  return length
}

/** "1 finding", "2 findings". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Escapes hidden characters of painted text, but not the sequences that paint it. */
export function escapePainted(text: string): string {
  return text
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : escapeHidden(part)))
    .join('')
}
