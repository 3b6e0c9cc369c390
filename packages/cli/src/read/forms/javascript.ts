/** JavaScript: literals that set headers, and helmet's options. It is parsed, never executed. */

import type { AnyNode, Pattern, Program } from 'acorn'
import { parse } from 'acorn'
import type { Data } from './data.ts'
import { readData, UNKNOWN } from './data.ts'
import type { Form, Setting } from './form.ts'
import { readFieldName } from './form.ts'
import type { Source } from './literals.ts'
import { literalOf, sourceOf } from './literals.ts'

/** Methods that change a list in its place. */
const CHANGES = new Set(['push', 'unshift', 'splice', 'pop', 'shift', 'fill', 'reverse', 'sort'])

/** JavaScript whose values are literals: next.config.js, a server, options of helmet. */
export const javascript: Form = { name: 'JavaScript', read }

function read(text: string): readonly Setting[] | undefined {
  const program = tryParse(text)
  if (program === undefined) return undefined
  const source = sourceOf(text, readScope(program))
  const settings: Setting[] = []
  // What is inside an object has been read with it, apart from what is computed there.
  const open: { readonly node: AnyNode; readonly isRead: boolean }[] = [
    { node: program, isRead: false },
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next
    const isRead = next.isRead && !isComputed(node, source)
    const data = isRead ? undefined : dataOf(node, source)
    if (data !== undefined) settings.push(...readAt(node, data))
    const children = childrenOf(node).map((child) => ({
      node: child,
      isRead: isRead || data !== undefined,
    }))
    open.push(...children.toReversed())
  }
  return settings.length === 0 ? undefined : settings
}

function tryParse(text: string): Program | undefined {
  const options = { ecmaVersion: 'latest', locations: true, allowHashBang: true } as const
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(text, { ...options, sourceType, allowReturnOutsideFunction: true })
    } catch {
      // The other kind of source may fit; if neither does, the text is no JavaScript.
    }
  }
  return undefined
}

/** Whether the value of a node says what its inner nodes say, too. */
function isEvaluated({ type }: AnyNode): boolean {
  return type === 'ObjectExpression' || type === 'ArrayExpression'
}

/** Whether an expression is more than a literal, so that its parts have not been read with it. */
function isComputed(node: AnyNode, source: Source): boolean {
  return node.type.endsWith('Expression') && literalOf(node, source) === UNKNOWN
}

/** Visits every node. */
function visit(root: AnyNode, see: (node: AnyNode) => void): void {
  // A list in place of recursion: a program may nest deeper than the stack.
  const open: AnyNode[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    see(node)
    open.push(...childrenOf(node).toReversed())
  }
}

function childrenOf(node: AnyNode): readonly AnyNode[] {
  return Object.values(node).flat().filter(isNode)
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  )
}

/** The one value that each name has in the whole program. */
function readScope(program: Program): Source['scope'] {
  const scope = new Map<string, AnyNode | undefined>()
  const declare = (pattern: Pattern, value: AnyNode | undefined): void => {
    if (pattern.type !== 'Identifier') return
    scope.set(pattern.name, scope.has(pattern.name) ? undefined : value)
  }
  visit(program, (node) => {
    if (node.type === 'VariableDeclarator') declare(node.id, node.init ?? undefined)
    const changed = changedName(node)
    if (changed !== undefined) scope.set(changed, undefined)
    if ('params' in node) for (const parameter of node.params) declare(parameter, undefined)
  })
  return scope
}

/** The name of a list or an object that a node changes: `list.push(…)`, `options.a = …`. */
function changedName(node: AnyNode): string | undefined {
  if (node.type === 'AssignmentExpression') return rootOf(node.left)
  if (node.type === 'UnaryExpression' && node.operator === 'delete') return rootOf(node.argument)
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const { object, property } = node.callee
  if (property.type !== 'Identifier') return undefined
  const [target] = node.arguments
  if (property.name === 'assign') return target === undefined ? undefined : rootOf(target)
  return CHANGES.has(property.name) ? rootOf(object) : undefined
}

/** The name that a chain of members begins with. */
function rootOf(node: AnyNode): string | undefined {
  let root = node
  while (root.type === 'MemberExpression') root = root.object
  return root.type === 'Identifier' ? root.name : undefined
}

/** What the data of a node sets, on the line of the node where the data names no other place. */
function readAt(node: AnyNode, data: Data): readonly Setting[] {
  const line = `line ${node.loc?.start.line ?? 0}`
  return readData(data).map(({ field, value, place }) => ({ field, value, place: place || line }))
}

/** What of a node may set a header, as plain data. */
function dataOf(node: AnyNode, source: Source): Data {
  if (isEvaluated(node)) return literalOf(node, source)
  // headers['Content-Security-Policy'] = "…"
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
    const { computed, property } = node.left
    const name = computed ? literalOf(property, source) : undefined
    return typeof name === 'string' && readFieldName(name) !== undefined
      ? { name, value: literalOf(node.right, source) }
      : undefined
  }
  if (node.type !== 'CallExpression') return undefined
  const { callee, arguments: given } = node
  const [first, second] = given
  if (first === undefined) return undefined
  const name = callee.type === 'MemberExpression' ? callee.property : callee
  // helmet.contentSecurityPolicy({ … }), and the same function by its name alone
  if (name.type === 'Identifier' && readFieldName(name.name) !== undefined) {
    return { [name.name]: literalOf(first, source) }
  }
  const field = second === undefined ? undefined : literalOf(first, source)
  return typeof field === 'string' && readFieldName(field) !== undefined && second !== undefined
    ? { name: field, value: literalOf(second, source) }
    : undefined
}
