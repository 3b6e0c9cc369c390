/** The text of a body, and how deep its JSON is. */

const UTF16_LE = 0xff_fe
const UTF16_BE = 0xfe_ff
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** JSON is UTF-8; a byte order mark says otherwise. */
export function decode(bytes: Buffer): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  if (mark === UTF16_LE) return new TextDecoder('utf-16le').decode(bytes)
  if (mark === UTF16_BE) return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('utf8')
}

/** Whether a body holds several reports, as far as its first character tells. */
export function isBatch(text: string): boolean {
  return /^\ufeff?[\t\n\r ]*\[/.test(text)
}

/**
 * Whether arrays and objects stand in each other deeper than `most`. It is asked before the text is
 * parsed: half a megabyte of brackets takes JSON.parse 180 ms.
 */
export function isDeeperThan(text: string, most: number): boolean {
  if (!hasMoreThan(text, most)) return false
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) {
      index = endOfString(text, index)
    } else if (isOpening(code)) {
      depth++
      if (depth > most) return true
    } else if (isClosing(code)) {
      depth--
    }
  }
  return false
}

/**
 * Whether so many brackets are there at all. Most bodies have a few, and no more has to be looked
 * at.
 */
function hasMoreThan(text: string, most: number): boolean {
  return countUpTo(text, '{', most) + countUpTo(text, '[', most) > most
}

function countUpTo(text: string, bracket: string, most: number): number {
  let count = 0
  for (let index = text.indexOf(bracket); index !== -1; index = text.indexOf(bracket, index + 1)) {
    count++
    if (count > most) break
  }
  return count
}

/** Where the string ends that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === BACKSLASH) index++
    else if (code === QUOTE) return index
  }
  return text.length
}

// [ and { differ from ] and } in two bits, and from each other in one.
function isOpening(code: number): boolean {
  return (code | 0x20) === 0x7b
}

function isClosing(code: number): boolean {
  return (code | 0x20) === 0x7d
}
