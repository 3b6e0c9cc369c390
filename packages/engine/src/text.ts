/** Text by ASCII rules, as everywhere in CSP. */

/** Spells the ASCII letters in lower case; other letters stay. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The words of a text, separated by ASCII white space. @see https://infra.spec.whatwg.org/#split-on-ascii-whitespace */
export function splitOnAsciiWhitespace(text: string): readonly string[] {
  return text.split(/[\t\n\f\r ]+/).filter((word) => word !== '')
}

/** Text without ASCII white space at its ends. */
export function trimAsciiWhitespace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isAsciiWhitespace(text.charCodeAt(start))) start++
  while (end > start && isAsciiWhitespace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isAsciiWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d
}
/** Shows any value in a message: text through JSON.stringify, the rest by its type. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (value === null || typeof value !== 'object') return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** Words as English lists them: "a, b and c". */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) as string}`
}

/** Longest text that is shown whole. */
const LONGEST = 120

/** A text short enough for a sentence. */
export function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
