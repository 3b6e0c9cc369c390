/** Values of JavaScript that stand in the source as literals. Nothing is executed. */

import type { AnyNode, Identifier, Property, SpreadElement } from 'acorn'
import type { Data } from './data.ts'
import { UNKNOWN } from './data.ts'
import { FormError, USE_RESPONSE } from './form.ts'

/** The values that names stand for; undefined for a name with several. */
export type Scope = ReadonlyMap<string, AnyNode | undefined>

/** What literals are read with. */
export interface Source {
  readonly text: string
  readonly scope: Scope
  /** How many nodes may still be read: a few names can stand for a text of any size. */
  readonly budget: { left: number }
}

/** How far names and functions are followed: a name can stand for itself. */
const DEEPEST = 50
const BUDGET = 1_000_000
/** The expressions with which programs change only white space, each with what it finds. */
const WHITE_SPACE: ReadonlyMap<string, RegExp> = new Map([
  ['\\s', /\s/g],
  ['\\s+', /\s+/g],
  ['\\s{2,}', /\s{2,}/g],
  ['\\s\\s+', /\s{2,}/g],
  ['\\n', /\n/g],
  ['\\n+', /\n+/g],
  ['\\n\\s*', /\n\s*/g],
  ['\\r?\\n', /\r?\n/g],
  ['\\r?\\n|\\r', /\r?\n|\r/g],
])

/** Makes what the literals of one program are read with. */
export function sourceOf(text: string, scope: Scope): Source {
  return { text, scope, budget: { left: BUDGET } }
}

/** Returns the value of an expression, with UNKNOWN in the place of what is computed. */
export function literalOf(node: AnyNode, source: Source, depth = 0): Data {
  if (depth > DEEPEST) return UNKNOWN
  source.budget.left -= 1
  if (source.budget.left < 0) {
    throw new FormError(`its literals are too many to be read. ${USE_RESPONSE}`)
  }
  const read = (inner: AnyNode): Data => literalOf(inner, source, depth + 1)
  switch (node.type) {
    case 'Literal':
      return node.regex === undefined ? node.value : UNKNOWN
    case 'TemplateLiteral':
      return node.quasis
        .flatMap(({ value }, index) => {
          const expression = node.expressions[index]
          const text = value.cooked ?? ''
          return expression === undefined
            ? [text]
            : [text, textOf(read(expression), { node: expression, source })]
        })
        .join('')
    case 'BinaryExpression':
      return readSum(node, { source, read })
    case 'ArrayExpression':
      return node.elements.flatMap((element) => {
        if (element === null) return []
        if (element.type !== 'SpreadElement') return [read(element)]
        const list = read(element.argument)
        return Array.isArray(list) ? (list as readonly Data[]) : [UNKNOWN]
      })
    case 'ObjectExpression':
      return Object.fromEntries(node.properties.flatMap((one) => entriesOf(one, read)))
    case 'Identifier':
      return readName(node, { source, read })
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return readFunction(node.body, read)
    case 'CallExpression':
      return readCall(node, read)
    case 'AwaitExpression':
      return read(node.argument)
    default:
      return UNKNOWN
  }
}

/** The text of a value, or a placeholder that shows its source. */
function textOf(
  value: Data,
  { node, source }: { readonly node: AnyNode; readonly source: Source },
): string {
  const isText = typeof value === 'string' || typeof value === 'number'
  return isText ? String(value) : `\${${source.text.slice(node.start, node.end)}}`
}

function readSum(
  { operator, left, right }: Extract<AnyNode, { type: 'BinaryExpression' }>,
  { source, read }: { readonly source: Source; readonly read: (inner: AnyNode) => Data },
): Data {
  if (operator !== '+') return UNKNOWN
  const sides = [left, right].map((node) => ({ node, value: read(node) }))
  // A sum of texts is a text; of two unknown parts it may be a number.
  if (!sides.some(({ value }) => typeof value === 'string')) return UNKNOWN
  return sides.map(({ node, value }) => textOf(value, { node, source })).join('')
}

function entriesOf(
  property: Property | SpreadElement,
  read: (inner: AnyNode) => Data,
): readonly (readonly [key: string, value: Data])[] {
  if (property.type === 'SpreadElement') {
    const value = read(property.argument)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? Object.entries(value) : [['...', UNKNOWN]]
  }
  const key =
    !property.computed && property.key.type === 'Identifier'
      ? property.key.name
      : read(property.key)
  return [[typeof key === 'symbol' ? '...' : String(key), read(property.value)]]
}

function readName(
  { name }: Identifier,
  { source, read }: { readonly source: Source; readonly read: (inner: AnyNode) => Data },
): Data {
  const value = source.scope.get(name)
  return value === undefined ? UNKNOWN : read(value)
}

/** What a function returns, where it declares constants and returns. */
function readFunction(body: AnyNode, read: (inner: AnyNode) => Data): Data {
  if (body.type !== 'BlockStatement') return read(body)
  const last = body.body.at(-1)
  const isPlain = body.body.slice(0, -1).every(({ type }) => type === 'VariableDeclaration')
  const isRead = isPlain && last?.type === 'ReturnStatement'
  return isRead ? read(last.argument ?? last) : UNKNOWN
}

/** `[…].join(…)`, and what changes only white space: `.trim()`, `.replace(/\s+/g, ' ')`. */
function readCall(
  { callee, arguments: given }: Extract<AnyNode, { type: 'CallExpression' }>,
  read: (inner: AnyNode) => Data,
): Data {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return UNKNOWN
  const method = callee.property.name
  const value = read(callee.object)
  const [first, second] = given
  if (method === 'trim' && typeof value === 'string') return value.trim()
  if (method === 'join' && Array.isArray(value) && first !== undefined) {
    const separator = read(first)
    const isText = value.every((one) => typeof one === 'string') && typeof separator === 'string'
    return isText ? value.join(separator) : UNKNOWN
  }
  if (!/^replace(?:All)?$/.test(method) || typeof value !== 'string') return UNKNOWN
  const replacement = second === undefined ? UNKNOWN : read(second)
  const regex = first?.type === 'Literal' ? first.regex : undefined
  const known = regex?.flags === 'g' ? WHITE_SPACE.get(regex.pattern) : undefined
  return known === undefined || typeof replacement !== 'string'
    ? UNKNOWN
    : value.replace(known, () => replacement)
}
