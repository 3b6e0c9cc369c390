/**
 * Finds the regular expression literals of TypeScript source, for the test that each of them is
 * safe.
 */

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
// A template's text up to its end or its next "${", from the backtick or the "}" on.
const TEMPLATE = /[`}](?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)/y
const LITERAL = /\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/y

/** Returns the regular expression literals of a source text in order. */
export function findRegExpLiterals(text: string): readonly RegExpLiteral[] {
  const found: RegExpLiteral[] = []
  let before = ''
  // A "#!" line is not code.
  let position = text.startsWith('#!') ? text.indexOf('\n') : 0
  // How many braces are open in each expression of a template that we are in.
  const open: number[] = []
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
    const isTemplate = text[position] === '`' || (text[position] === '}' && open.at(-1) === 0)
    const template = isTemplate ? match(TEMPLATE, text, position) : null
    if (template !== null) {
      position += template[0].length
      if (text[position - template[0].length] === '}') open.pop()
      if (template[1] === '${') open.push(0)
      before = template[1] === '${' ? '' : "'"
      continue
    }
    if (text[position] === '{') open.push((open.pop() ?? 0) + 1)
    if (text[position] === '}') open.push((open.pop() ?? 0) - 1)
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
