/** What commands print: JSON, notes, and text with colours, wrapping and columns. */

import { styleText } from 'node:util'
import { NONCE } from '@cusp/core'
import type { Host, Output } from '../host.ts'

/** A colour or weight. */
export type Style = Parameters<typeof styleText>[0]

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
    paint: (style, text) => (hasColours ? styleText(style, text, { validateStream: false }) : text),
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
  const lines = text.split('\n').flatMap((line) => breakLine(line, width - indent))
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

/** Cuts a text to `length` in its middle. */
export function shorten(text: string, length: number): string {
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

/** Writes a value as JSON. The nonce of the response is written as the word NONCE. */
export function toJSON(value: unknown): string {
  return `${JSON.stringify(value, showNonce, 2)}\n`
}

function showNonce(_key: string, part: unknown): unknown {
  return part === NONCE ? 'NONCE' : part
}

/** Writes a note to standard error, beside the output. */
export function writeNote({ stderr, env }: Host, note: string | undefined): void {
  if (note !== undefined) stderr.write(`${pageOf(stderr, env).paint('yellow', 'note:')} ${note}\n`)
}
