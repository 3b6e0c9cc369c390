/**
 * `@cusp/collector`, which only `collect` and `reports` need: it is installed beside the command.
 */

import path from 'node:path'
import type * as Collector from '@cusp/collector'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'

/** The exports of the package. */
export type CollectorModule = typeof Collector

/** The forms of a store, for help. */
export const STORE_HELP =
  'sqlite:./csp.db, postgres://user@host/database or file:./csp-violations.log; CUSP_STORE by default'

const FALLBACK = 'sqlite:./csp.db'

/** Imports the package. @throws UsageError when it is not installed */
export async function loadCollector(): Promise<CollectorModule> {
  try {
    return await import('@cusp/collector')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError(
      'Cannot load @cusp/collector: it is not installed. Use npm install @cusp/collector, beside cusp.',
    )
  }
}

/** The endings of files, where an address has no scheme. */
const SCHEMES: readonly (readonly [ending: RegExp, scheme: string])[] = [
  [/\.(?:db|sqlite3?)$/i, 'sqlite'],
  [/\.log$/i, 'file'],
]
const FILE_ADDRESS = /^(sqlite|file):(?!\/\/)(.+)$/

/**
 * The address of the store: the argument, else CUSP_STORE, else a SQLite file in this folder. A
 * path alone is told by its ending.
 */
export function storeAddress(argument: string | undefined, { cwd, env }: Host): string {
  const given = argument ?? (env['CUSP_STORE'] || FALLBACK)
  const scheme = SCHEMES.find(([ending]) => ending.test(given))?.[1]
  const address = scheme === undefined || /^[a-z]{2,}:/i.test(given) ? given : `${scheme}:${given}`
  return address.replace(FILE_ADDRESS, (_, kind: string, file: string) => {
    return `${kind}:${path.resolve(cwd, file)}`
  })
}

/**
 * Does something with a store. One that cannot be used now is a mistake of the command line: no
 * file, no server, no folder.
 *
 * @throws UsageError with the words of the store
 */
export async function withStore<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (error instanceof Error && error.name === 'StoreUnavailable')
      throw new UsageError(error.message)
    throw error
  }
}
