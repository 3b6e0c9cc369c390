/** A policy that a module exports. */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDelivery, isPolicy } from '@cusp/core'
import type { PolicyItem } from '@cusp/engine'
import { UsageError } from '../host.ts'

// "./policy.js", "./policy.js#policy"
const REFERENCE = /^(.+\.[cm]?[jt]s)(?:#(\w+))?$/

/** A module and the name of an export. */
export interface ModuleReference {
  readonly file: string
  readonly name: string | undefined
}

/** Reads a reference to a module; undefined for what is none. */
export function readReference(argument: string): ModuleReference | undefined {
  const [, file, name] = REFERENCE.exec(argument) ?? []
  return file === undefined || /[\s;]/.test(file) ? undefined : { file, name }
}

/** Imports the module and takes the policies out of it. */
export async function readModule(
  { file, name }: ModuleReference,
  cwd: string,
): Promise<readonly PolicyItem[]> {
  const full = path.resolve(cwd, file)
  if (!existsSync(full)) {
    throw new UsageError(`Cannot read ${file}: there is no such file, expected a module`)
  }
  const exports = await load(file, full)
  if (name === undefined) return [onlyPolicy(exports, file)]
  if (!exports.has(name)) {
    const expected = exports.size === 0 ? 'an export' : `one of ${nameList(exports.keys())}`
    throw new UsageError(`Cannot read ${file}: it exports no ${name}, expected ${expected}`)
  }
  const value = exports.get(name)
  if (!isPolicyItem(value)) {
    const expected = 'a policy, or what deliver() takes or returns'
    throw new UsageError(
      `Cannot read ${file}#${name}: it is ${describe(value)}, expected ${expected}`,
    )
  }
  return [value]
}

async function load(file: string, full: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const exports = (await import(pathToFileURL(full).href)) as object
    return new Map(Object.entries(exports).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  } catch (error) {
    const isTypeScript = /\.[cm]?ts$/.test(file)
    const hint = isTypeScript
      ? 'JavaScript, or a Node that reads TypeScript (22.18 or later)'
      : 'a module that loads'
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new UsageError(`Cannot read ${file}: it throws ${problem}\nexpected ${hint}`)
  }
}

/** The policy of a module that exports one. */
function onlyPolicy(exports: ReadonlyMap<string, unknown>, file: string): PolicyItem {
  const found = Array.from(exports).filter(([, value]) => isPolicyItem(value))
  const values = new Set(found.map(([, value]) => value))
  const [only] = values
  if (values.size === 1) return only as PolicyItem
  if (values.size === 0) {
    throw new UsageError(`Cannot read ${file}: it exports no policy, expected a policy of csp()`)
  }
  const names = found.map(([name]) => `${file}#${name}`)
  throw new UsageError(
    `Cannot read ${file}: it exports several policies, expected one of ${names.join(', ')}`,
  )
}

function isPolicyItem(value: unknown): value is PolicyItem {
  if (isPolicy(value) || isDelivery(value)) return true
  if (typeof value !== 'object' || value === null) return false
  const parts = value as Readonly<Record<'enforce' | 'policy' | 'reportOnly', unknown>>
  const policies = [parts.policy ?? [], parts.enforce ?? [], parts.reportOnly ?? []].flat()
  return policies.length > 0 && policies.every((policy) => isPolicy(policy))
}

function nameList(names: Iterable<string>): string {
  return [...names].join(', ')
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null
    ? 'an object'
    : (JSON.stringify(value) ?? 'undefined')
}
