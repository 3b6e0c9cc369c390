/** Text by ASCII rules, as everywhere in CSP, and values as sentences show them. */

const UPPER_CASE = /[A-Z]/
/** What JSON.stringify leaves as it is although a terminal or a log would act on it. */
const UNPRINTABLE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
const MOST_KEYS = 5

/** Spells the ASCII letters in lower case; other letters stay. */
export function asciiLowerCase(text: string): string {
  return UPPER_CASE.test(text)
    ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : text
}

/**
 * The words of a text, separated by ASCII white space. @see
 * https://infra.spec.whatwg.org/#split-on-ascii-whitespace
 */
export function splitOnAsciiWhitespace(text: string): string[] {
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

/** Words as English lists them: `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) as string}`
}

/**
 * Shows any value in a message: text quoted and escaped, an object by its keys, the rest by its
 * type. Never throws.
 */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'function') return 'a function'
  if (value === null || typeof value !== 'object') return String(value)
  try {
    return showObject(value)
  } catch {
    return 'an object'
  }
}

function isAsciiWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d
}

function quote(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** A proxy may throw from anything that is asked of it. */
function showObject(value: object): string {
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Promise) return 'a Promise'
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return 'an object'
  const keys = Object.keys(value)
  if (keys.length === 0) return '{}'
  const more = keys.length > MOST_KEYS ? ', …' : ''
  return `{ ${keys.slice(0, MOST_KEYS).map(showKey).join(', ')}${more} }`
}

function showKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key)
}
