/** Text from outside: decoded, and made safe for a terminal. */

/**
 * Characters that a terminal obeys or that people do not see: control and format characters
 * (bidirectional overrides among them), line separators, characters that no font has, half
 * surrogate pairs, and other invisible ones.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Writes hidden characters as JavaScript escapes, such as `\u001b`. Line feeds stay. */
export function escapeHidden(text: string): string {
  return text.replace(HIDDEN, (character) => (character === '\n' ? '\n' : escapeUnits(character)))
}

/**
 * Writes hidden characters as JavaScript escapes, line feeds too, so that a text stays on one line.
 */
export function escapeLine(text: string): string {
  return text.replace(HIDDEN, escapeUnits)
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/**
 * Decodes bytes: UTF-8, or UTF-16 where they begin with its byte order mark (PowerShell writes it).
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}
