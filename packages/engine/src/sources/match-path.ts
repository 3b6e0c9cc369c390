/** Paths: equal, or below a directory; compared by percent-decoded segments. */

import type { Dialect } from '../dialects/dialect.ts'

const SLASH = 0x2f
const PERCENT = 0x25
/** A "/" that separates segments, as against one that was percent-encoded. */
const SEPARATOR = -1

/**
 * Whether a path-part matches the path of a URL. The specification splits both into segments and
 * decodes each; this walks along both at once, so that its cost is that of the shorter one whatever
 * the two are.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-paths
 */
export function pathPartMatches(
  pathA: string,
  pathB: string,
  { dialect }: { readonly dialect: Dialect },
): boolean {
  if (pathA === '' || (pathA === '/' && pathB === '')) return true
  const separator = dialect.has('whole-path-decoded') ? SLASH : SEPARATOR
  let indexA = 0
  let indexB = 0
  let last = 0
  while (indexA < pathA.length) {
    if (indexB >= pathB.length) return false
    last = byteAt(pathA, indexA, separator)
    if (last !== byteAt(pathB, indexB, separator)) return false
    indexA += widthAt(pathA, indexA)
    indexB += widthAt(pathB, indexB)
  }
  // A path that ends in a separator names a directory: whatever is below it matches.
  return last === separator || indexB === pathB.length
}

/** A separator in a canonical path, where it is told apart from an encoded slash. */
const CANONICAL_SEPARATOR = '\u0100'

/**
 * A path in one spelling: two paths that {@link pathPartMatches} calls equal have the same
 * canonical text, and a directory matches what its canonical text is the beginning of.
 */
export function canonicalPath(path: string, { dialect }: { readonly dialect: Dialect }): string {
  const isDecoded = dialect.has('whole-path-decoded')
  if (isDecoded && !path.includes('%')) return path
  let text = ''
  for (let index = 0; index < path.length; index += widthAt(path, index)) {
    const byte = byteAt(path, index, SEPARATOR)
    if (byte !== SEPARATOR) text += String.fromCharCode(byte)
    else text += isDecoded ? '/' : CANONICAL_SEPARATOR
  }
  return text
}

/** Whether a canonical path names a directory. */
export function isCanonicalDirectory(path: string): boolean {
  return path.endsWith('/')
    ? !path.includes(CANONICAL_SEPARATOR)
    : path.endsWith(CANONICAL_SEPARATOR)
}

/** The byte that begins at `index`, percent-decoded. */
function byteAt(path: string, index: number, separator: number): number {
  const code = path.charCodeAt(index)
  if (code === SLASH) return separator
  if (widthAt(path, index) === 1) return code
  return hexDigit(path, index + 1) * 16 + hexDigit(path, index + 2)
}

/** How many letters write the byte: three where it is percent-encoded. */
function widthAt(path: string, index: number): number {
  if (path.charCodeAt(index) !== PERCENT) return 1
  return hexDigit(path, index + 1) >= 0 && hexDigit(path, index + 2) >= 0 ? 3 : 1
}

/** The value of a hexadecimal digit, or -1. */
function hexDigit(path: string, index: number): number {
  const code = path.charCodeAt(index)
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
