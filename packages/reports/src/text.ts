/** Texts that others have written: cut to a length, and fit for storing. */

// C0 and C1 control characters, and what changes the direction or the line of the text around it.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
const REPLACEMENT = '\ufffd'

/** The value if it is a text, cut to `most` characters; undefined for everything else. */
export function textOf(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined
  return value.length > most ? value.slice(0, most) : value
}

/**
 * A text that every store and log takes: control characters and halves of surrogate pairs become U+FFFD. PostgreSQL refuses
 * U+0000, a terminal acts on escapes, and halves of pairs are no UTF-8.
 */
export function cleanText(text: string): string {
  const printable = UNPRINTABLE.test(text) ? text.replace(UNPRINTABLE, REPLACEMENT) : text
  UNPRINTABLE.lastIndex = 0
  return replaceLoneSurrogates(printable)
}

function replaceLoneSurrogates(text: string): string {
  // Most texts have none at all.
  if (!/[\ud800-\udfff]/.test(text)) return text
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (found) =>
    found.length === 2 ? found : REPLACEMENT,
  )
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
