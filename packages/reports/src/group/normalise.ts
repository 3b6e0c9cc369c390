/** Texts that differ from release to release, or from visitor to visitor, made equal. */

import { isDigit, isLetter } from '../text.ts'

/** How much of a sample counts: what Chromium sends. Firefox sends more. */
const SAMPLE_LENGTH = 40
/** How much of a path counts. */
const PATH_LENGTH = 200
/** From this length on, hexadecimal digits are taken for a hash. */
const SHORTEST_HASH = 6
/** Length of the first part of a UUID. */
const UUID_START = 8
// name "-" hash "." extension: what bundlers write has eight letters, digits, "-" and "_".
const BUNDLED = /[-.][\w-]{8}(?=\.\w{1,10}$)/

/**
 * The beginning of a sample with what varies made equal: numbers are 0, hashes and UUIDs are `*`,
 * white space is one space.
 */
export function normaliseSample(sample: string): string {
  return normaliseWords(sample.slice(0, SAMPLE_LENGTH), '0').trim()
}

/** A path whose hashes and UUIDs are `*`. Numbers stay: they are versions. */
export function normalisePath(path: string): string {
  const short = path.slice(-PATH_LENGTH)
  return normaliseWords(short.replace(BUNDLED, starHash), null)
}

/** Eight letters can be a word: a hash has a digit, or letters of both cases. */
function starHash(found: string): string {
  const name = found.slice(1)
  const isWord = !/\d/.test(name) && !(/[a-z]/.test(name) && /[A-Z]/.test(name.slice(1)))
  return isWord ? found : `${found.slice(0, 1)}*`
}

/**
 * One walk over the text, word by word. `digits` is what stands for a number; null leaves numbers.
 */
function normaliseWords(text: string, digits: string | null): string {
  let out = ''
  let index = 0
  while (index < text.length) {
    const end = endOfWord(text, index)
    if (end === index) {
      out += appendCharacter(out, text[index] as string)
      index++
      continue
    }
    const word = text.slice(index, end)
    // After the first part of a UUID come four more, behind hyphens; the sample may end in between.
    const isPartOfUUID = out.endsWith('*-') && isHexadecimal(word)
    const beginsUUID = word.length === UUID_START && text[end] === '-' && isHexadecimal(word)
    if (isPartOfUUID) out = out.slice(0, -1)
    else if (beginsUUID || isHash(word)) out += '*'
    else out += digits === null ? word : word.replace(/\d+/g, digits)
    index = end
  }
  return out
}

/** White space and control characters are one space: the key has lines. */
function appendCharacter(before: string, character: string): string {
  if (character > ' ') return character
  return before.endsWith(' ') ? '' : ' '
}

function endOfWord(text: string, start: number): number {
  let end = start
  while (end < text.length) {
    const code = text.charCodeAt(end)
    if (!isLetter(code) && !isDigit(code)) break
    end++
  }
  return end
}

function isHash(word: string): boolean {
  return (
    word.length >= SHORTEST_HASH && /\d/.test(word) && /[a-f]/i.test(word) && isHexadecimal(word)
  )
}

function isHexadecimal(word: string): boolean {
  return /^[\da-f]+$/i.test(word)
}
