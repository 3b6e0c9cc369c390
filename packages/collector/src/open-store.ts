/** Stores by their addresses. */

import path from 'node:path'
import { checkOptions, refusal, show, suggest } from '@cusp/core/internal'
import type { FileOptions, FileSetup } from './file/file-options.ts'
import { FILE_OPTIONS, readFileOptions } from './file/file-options.ts'
import { openMemoryStore } from './memory/memory-store.ts'
import { openLazily } from './store/lazy-store.ts'
import { DEFAULT_KEEP, readKeep } from './store/retention.ts'
import type { Keep, Retention } from './store/retention.ts'
import type { Store } from './store/store.ts'

/** How a store is opened. */
export interface OpenOptions extends FileOptions {
  /**
   * How long groups are kept that are not seen any more, in days. Default `'90d'`. Totals stay as
   * they are.
   */
  readonly keep?: Keep | undefined
  /** Only to read what a collector has stored: nothing is created, nothing is changed. */
  readonly readOnly?: boolean | undefined
  /**
   * Is told what fails in the background. Nothing is lost by it, and it is tried again. Default: a
   * warning of the process.
   */
  readonly onError?: ((error: Error) => void) | undefined
}

/** What every kind of store is opened with. */
interface Given extends Retention, FileSetup {
  readonly address: string
  /** What follows the scheme. */
  readonly rest: string
  readonly readOnly: boolean
  readonly onError: (error: Error) => void
}

const ACTION = 'open the store'
const KINDS: ReadonlyMap<string, (given: Given) => Store> = new Map([
  ['sqlite', openFile],
  ['postgres', openServer],
  ['postgresql', openServer],
  ['memory', openMemory],
  ['file', openLog],
])

/**
 * Opens a store. It is opened in the background: what cannot be opened now is told by each call,
 * and tried again.
 *
 * - `sqlite:./csp.db`: a file, for one machine;
 * - `postgres://user:password@host/database`: a server of PostgreSQL, for any number of machines;
 * - `file:./csp-violations.log`: a log that people read, up to a size, with one mail about its
 *   first violation;
 * - `memory:`: nothing that lasts, for tests.
 *
 * @throws CspError `ERR_CSP_INPUT` for an address or an option that it does not know
 * @example
 * ```ts
 * import { openStore } from '@cusp/collector'
 *
 * const store = openStore('memory:')
 * const { total } = await store.read()
 * total // => 0
 * ```
 */
export function openStore(address: string, options: OpenOptions = {}): Store {
  checkOptions(options, { action: ACTION, known: ['keep', 'readOnly', 'onError', ...FILE_OPTIONS] })
  const { keep = DEFAULT_KEEP, readOnly = false, onError = warn } = options
  const [scheme, rest] = splitAddress(address)
  const open = KINDS.get(scheme)
  if (open === undefined) throw refuseKind(address, scheme)
  checkKind(scheme, options)
  const ofFile = readFileOptions(options)
  return open({
    address,
    rest,
    readOnly,
    onError: withoutThrows(onError),
    ...ofFile,
    keepFor: readKeep(keep),
    now: Date.now,
  })
}

/** An option of one kind would do nothing for another kind. */
function checkKind(scheme: string, options: OpenOptions): void {
  const others: readonly (keyof OpenOptions)[] = scheme === 'file' ? ['keep'] : FILE_OPTIONS
  for (const name of others) {
    if (options[name] === undefined) continue
    const problem = `${show(name)} is not an option of ${scheme}:`
    const fix = scheme === 'file' ? 'limit and rotate' : '"file:./csp-violations.log"'
    throw refuse(name, problem, fix)
  }
}

function openMemory(given: Given): Store {
  if (given.rest !== '') {
    throw refuse(given.rest, `${show(given.address)} has more than its scheme`, '"memory:"')
  }
  if (given.readOnly) {
    throw refuse(given.address, 'memory: has nothing to read yet', 'readOnly: false')
  }
  return openMemoryStore(given)
}

function openServer({ address: url, ...given }: Given): Store {
  const address = withoutPassword(url)
  return openLazily(address, async () => {
    const { openPostgres } = await import('./sql/postgres.ts')
    const { openJournalled } = await import('./sql/journalled-store.ts')
    return openJournalled(await openPostgres(url, given), { ...given, address })
  })
}

/**
 * An address that is not read as it was meant might show a part of its password as something else.
 */
function withoutPassword(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || `${url.pathname}${url.search}${url.hash}`.includes('@')) {
    const fix =
      '"postgres://user:password@host/database", and %40, %2F, %23 and %3F for @, /, # and ? in the password,'
    throw refuse(undefined, 'the address of PostgreSQL is not a URL', fix)
  }
  url.password = ''
  url.searchParams.delete('password')
  return url.href
}

function openLog({ rest, ...given }: Given): Store {
  const log = path.resolve(readPath(rest, 'file:./csp-violations.log'))
  return openLazily(given.address, async () => {
    const { openFileStore } = await import('./file/file-store.ts')
    return openFileStore({ ...given, log })
  })
}

function openFile({ rest, ...given }: Given): Store {
  const file = path.resolve(readPath(rest, 'sqlite:./csp.db'))
  return openLazily(given.address, async () => {
    const { openSQLite } = await import('./sql/sqlite.ts')
    const { openJournalled } = await import('./sql/journalled-store.ts')
    return openJournalled(await openSQLite(file, given), given)
  })
}

/** `sqlite:./csp.db`, `sqlite:/var/lib/csp.db`, and as a URL, `sqlite:///var/lib/csp.db`. */
function readPath(rest: string, example: string): string {
  const [scheme] = splitAddress(example)
  if (rest === '' || rest === '/') throw refuse(rest, `${scheme}: has no path`, show(example))
  if (rest === ':memory:') throw refuse(rest, `${scheme}::memory: is not a file`, '"memory:"')
  if (!rest.startsWith('//')) return rest
  if (rest.startsWith('///')) return rest.slice(2)
  const problem = `${show(`${scheme}:${rest}`)} has a host, and a file has none`
  throw refuse(rest, problem, show(`${scheme}:./${rest.slice(2)}`))
}

/** The scheme, and what follows it; the scheme is empty where there is none. */
function splitAddress(address: string): readonly [scheme: string, rest: string] {
  const index = typeof address === 'string' ? address.indexOf(':') : -1
  return index === -1 ? ['', ''] : [address.slice(0, index), address.slice(index + 1)]
}

/** What is no address of a store may still have a password in it. */
function refuseKind(address: string, scheme: string): Error {
  if (typeof address !== 'string')
    return refuse(address, `${show(address)} is not an address`, '"sqlite:./csp.db"')
  if (scheme === '') {
    const fix = address === '' ? './csp.db' : address
    return refuse(address, `${show(address)} does not name a kind of store`, show(`sqlite:${fix}`))
  }
  const known = [...KINDS.keys()]
  const fix = suggest(scheme, known) ?? known.join(':, ')
  return refuse(scheme, `${show(`${scheme}:`)} is not a kind of store`, `${fix}:`)
}

function refuse(value: unknown, problem: string, fix: string): Error {
  return refusal('ERR_CSP_INPUT', { action: ACTION, problem, fix, value })
}

function warn(error: Error): void {
  process.emitWarning(error)
}

/** What a caller's function throws would end the process: nobody waits for it. */
function withoutThrows(onError: (error: Error) => void): (error: Error) => void {
  return (error) => {
    try {
      onError(error)
    } catch (thrown) {
      warn(thrown instanceof Error ? thrown : new Error(String(thrown)))
    }
  }
}
