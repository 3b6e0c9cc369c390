/** Texts in sentences. */

/** Longest text that is shown whole. */
const LONGEST = 120

/** A text short enough for a sentence. */
export function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
