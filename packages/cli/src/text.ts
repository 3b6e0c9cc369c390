/** Text from outside, made safe for a terminal: nothing in it is hidden, moved or turned around. */

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

/** Writes hidden characters as JavaScript escapes, line feeds too, so that a text stays on one line. */
export function escapeLine(text: string): string {
  return text.replace(HIDDEN, escapeUnits)
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
