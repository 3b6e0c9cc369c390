/** Finds the regular expression literals of TypeScript source, for the test that each of them is safe. */

/** A literal with the line it stands in. */
export interface RegExpLiteral {
  readonly source: string
  readonly flags: string
  /** From 1. */
  readonly line: number
}

// What may stand before a "/" that divides: a value's last letter. All else begins a literal.
const VALUE_END = /[\w$)\]}"'`]$/
const KEYWORD_BEFORE_LITERAL = /(?<![\w$.])(?:return|typeof|case|in|of|void|yield|await)$/
// One token: comments, strings, a piece of a template, a regular expression.
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y
const STRING = /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"/y
const LITERAL = /\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/y

/** Returns the regular expression literals of a source text in order. */
export function findRegExpLiterals(text: string): readonly RegExpLiteral[] {
  const found: RegExpLiteral[] = []
  let before = ''
  let position = 0
  while (position < text.length) {
    const comment = match(COMMENT, text, position)
    if (comment !== null) {
      position += comment[0].length
      continue
    }
    const string = match(STRING, text, position)
    if (string !== null) {
      position += string[0].length
      before = "'"
      continue
    }
    const literal = isOperand(before) ? match(LITERAL, text, position) : null
    if (literal !== null) {
      const line = text.slice(0, position).split('\n').length
      found.push({ source: literal[1] as string, flags: literal[2] as string, line })
      position += literal[0].length
      before = ')'
      continue
    }
    const letter = text[position] as string
    if (letter.trim() !== '') before = (before + letter).slice(-12)
    else if (/[\w$]$/.test(before)) before += ' '
    position++
  }
  return found
}

function isOperand(before: string): boolean {
  const last = before.trimEnd()
  return !VALUE_END.test(last) || KEYWORD_BEFORE_LITERAL.test(last)
}

function match(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position
  return pattern.exec(text)
}
