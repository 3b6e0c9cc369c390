/** Texts that others have written: cut to a length, and fit for storing. */

// C0 and C1 control characters, what changes the line or the direction of the text around it, and
// halves of surrogate pairs.
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu
// What nothing can be wrong with: most texts are of this kind, and the test is quick.
const PLAIN = /^[\x20-\x7e]*$/
const REPLACEMENT = '\ufffd'

/**
 * The value if it is a text, cut to `most` characters but not within one; undefined for everything
 * else.
 */
export function textOf(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined
  if (value.length <= most) return value
  return value.slice(0, isFirstHalf(value.charCodeAt(most - 1)) ? most - 1 : most)
}

/**
 * A text that every store and log takes: control characters and halves of surrogate pairs become
 * U+FFFD. PostgreSQL refuses U+0000, a terminal acts on escapes, and halves of pairs are not UTF-8.
 */
export function cleanText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNFIT, REPLACEMENT)
}

/** The function, which remembers its last answer: the reports of a page have much in common. */
export function rememberLast<T>(answer: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly answered: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, answered: answer(text) }
    return last.answered
  }
}

/** The function, which remembers the answers for so many texts. */
export function rememberSome<T>(answer: (text: string) => T, most: number): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    // Clients choose the texts: what is remembered stays bounded.
    if (known.size >= most) known.clear()
    const answered = answer(text)
    known.set(text, answered)
    return answered
  }
}

/** Whether the character is a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Whether the character is an ASCII letter. */
export function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd8_00 && code <= 0xdb_ff
}
