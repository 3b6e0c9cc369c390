/** The policy that a module exports. */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { CspError, isDelivery, isPolicy } from '@cusp/core'
import { fromHelmet } from '@cusp/core/helmet'
import type { PolicyItem } from '@cusp/engine'
import { UsageError } from '../host.ts'

// "./policy.js", "./policy.js#policy"
const REFERENCE = /^(.+\.[cm]?[jt]s)(?:#(\w+))?$/

/** A module and the name of an export. */
export interface ModuleReference {
  readonly file: string
  readonly name: string | undefined
}

/** Reads a reference to a module; undefined for any other text. */
export function readReference(argument: string): ModuleReference | undefined {
  const [, file, name] = REFERENCE.exec(argument) ?? []
  return file === undefined || /[\s;]/.test(file) ? undefined : { file, name }
}

/** Imports the module and returns the policies that it exports. */
export async function readModule(
  { file, name }: ModuleReference,
  cwd: string,
): Promise<readonly PolicyItem[]> {
  const full = path.resolve(cwd, file)
  const quoted = JSON.stringify(file)
  if (!existsSync(full)) {
    throw new UsageError(`Cannot read ${quoted}: there is no such file. Give the path of a module.`)
  }
  const exports = await load(file, full)
  if (name === undefined) return [toItem(onlyPolicy(exports, file), file)]
  if (!exports.has(name)) {
    const fix = exports.size === 0 ? 'Export a policy.' : `Use one of ${nameList(exports.keys())}.`
    throw new UsageError(`Cannot read ${quoted}: it does not export "${name}". ${fix}`)
  }
  const value = exports.get(name)
  if (isPolicyItem(value) || isHelmetOptions(value)) return [toItem(value, `${file}#${name}`)]
  throw new UsageError(
    `Cannot read ${JSON.stringify(`${file}#${name}`)}: ${describe(value)} is not a policy. Export a policy of csp(), what deliver() takes or returns, or the options of helmet.`,
  )
}

async function load(file: string, full: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const exports = (await import(pathToFileURL(full).href)) as object
    return new Map(Object.entries(exports).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const fix = /\.[cm]?ts$/.test(file)
      ? 'Use JavaScript, or Node 22.18 or later, which reads TypeScript.'
      : 'Use a module that loads.'
    throw new UsageError(
      `Cannot load ${JSON.stringify(file)}: it throws ${JSON.stringify(problem)}. ${fix}`,
    )
  }
}

/** The policy of a module that exports one. */
function onlyPolicy(
  exports: ReadonlyMap<string, unknown>,
  file: string,
): HelmetModule | PolicyItem {
  const found = Array.from(exports).flatMap(([name, value]) =>
    isPolicyItem(value) || isHelmetOptions(value) ? [{ name, value }] : [],
  )
  const [only, ...others] = new Set(found.map(({ value }) => value))
  if (only === undefined) {
    throw new UsageError(
      `Cannot read ${JSON.stringify(file)}: it does not export a policy. Export a policy of csp().`,
    )
  }
  if (others.length === 0) return only
  const names = found.map(({ name }) => `${file}#${name}`)
  throw new UsageError(
    `Cannot read ${JSON.stringify(file)}: it exports several policies. Use one of ${names.join(', ')}.`,
  )
}

/** Options of helmet, or of its contentSecurityPolicy alone. */
type HelmetModule = Readonly<Record<string, unknown>>

function isHelmetOptions(value: unknown): value is HelmetModule {
  if (typeof value !== 'object' || value === null || isPolicyItem(value)) return false
  const options = value as HelmetModule
  const { contentSecurityPolicy: inner } = options
  if (typeof inner === 'object' && inner !== null) return true
  return typeof options['directives'] === 'object' && options['directives'] !== null
}

/** The policy that helmet makes of its options, or the policy as it is. */
function toItem(value: HelmetModule | PolicyItem, label: string): PolicyItem {
  if (!isHelmetOptions(value)) return value
  const { contentSecurityPolicy: inner = value } = value
  const delivery = readHelmet(inner as object, label)
  if (isDelivery(delivery)) return delivery
  throw new UsageError(
    `Cannot read ${JSON.stringify(label)}: its directives have functions, which need a request. Use the headers of a response, which curl -sI prints.`,
  )
}

function readHelmet(options: object, label: string): unknown {
  try {
    return fromHelmet(options)
  } catch (error) {
    if (!(error instanceof CspError)) throw error
    throw new UsageError(`Cannot read ${JSON.stringify(label)}: ${error.message}`)
  }
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
