/** A text with some of its parts replaced. */

/** What stands in place of the text from `start` to `end`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with the edits made. They do not overlap; at one place they keep their order. */
export function splice(text: string, edits: readonly Edit[]): string {
  let at = 0
  let result = ''
  for (const { start, end, text: piece } of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + piece
    at = end
  }
  return result + text.slice(at)
}
