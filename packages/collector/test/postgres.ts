/** A real server of PostgreSQL in a temporary folder. */

import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** Where Debian puts the programs of each version; CUSP_POSTGRES names another folder. */
const DEBIAN = '/usr/lib/postgresql'

/** A running server. */
export interface PostgresServer {
  readonly version: string
  /** Makes an empty database, and returns its URL. */
  createDatabase(): Promise<string>
  /** Runs a statement in a database. */
  query(url: string, statement: string): Promise<readonly object[]>
  /** Stops it at once, as a power failure does, or by the given signal. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again, with settings such as `fsync=off`. */
  start(settings?: readonly string[]): Promise<void>
  /** Stops every process of it where it stands, or lets them go on. */
  signalAll(signal: 'SIGCONT' | 'SIGSTOP'): void
  /** Stops it and deletes its folder. */
  remove(): Promise<void>
}

/**
 * The folder of its programs; undefined where it is not installed. A line says what is skipped for
 * that.
 */
export function findPostgres(): string | undefined {
  const own = process.env['CUSP_POSTGRES']
  if (own !== undefined) return own
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : []
  const folders = versions.map((version) => path.join(DEBIAN, version, 'bin'))
  const found = folders.findLast((folder) => existsSync(path.join(folder, 'initdb')))
  if (found === undefined) {
    console.warn('SKIPPED: PostgreSQL is not on this machine; apt-get install postgresql')
  }
  return found
}

/** Whether tests that need it are skipped: with CUSP_REQUIRE_ALL=1 they fail instead. */
export function isPostgresSkipped(): boolean {
  return findPostgres() === undefined && process.env['CUSP_REQUIRE_ALL'] !== '1'
}

/** Makes a server and starts it. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres()
  if (programs === undefined) throw new Error('Cannot start PostgreSQL: it is not installed.')
  const user = findUser()
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-postgres-'))
  chownSync(folder, user.uid, user.gid)
  const data = path.join(folder, 'data')
  const initdb = path.join(programs, 'initdb')
  const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--no-locale']
  execFileSync(initdb, [...options, '--no-instructions', '-D', data], { ...user, stdio: 'pipe' })
  const port = await findPort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let child: ChildProcess | undefined
  let databases = 0
  const server: PostgresServer = {
    version: readVersion(initdb),
    async createDatabase() {
      const name = `test${databases++}`
      await server.query(url, `create database ${name}`)
      return url.replace(/postgres$/, name)
    },
    async query(database, statement) {
      const client = new pg.Client({ connectionString: database })
      await client.connect()
      try {
        return (await client.query<object>(statement)).rows
      } finally {
        await client.end()
      }
    },
    async stop(signal = 'SIGQUIT') {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
    },
    async start(own = []) {
      const args = [
        '-D',
        data,
        '-p',
        String(port),
        '-k',
        folder,
        '-c',
        'listen_addresses=127.0.0.1',
      ]
      child = spawn(
        path.join(programs, 'postgres'),
        [...args, ...own.flatMap((one) => ['-c', one])],
        {
          ...user,
          stdio: 'ignore',
          detached: true,
        },
      )
      await untilItAnswers(() => server.query(url, 'select 1'))
    },
    signalAll(signal) {
      for (const pid of descendantsOf(child?.pid ?? 0)) process.kill(pid, signal)
    },
    async remove() {
      const pids = descendantsOf(child?.pid ?? 0)
      // Its other processes would only wait for each other.
      for (const pid of pids.toReversed()) kill(pid)
      await server.stop('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/** PostgreSQL refuses to run as root. */
function findUser(): { readonly uid: number; readonly gid: number } {
  const { uid, gid } = userInfo()
  if (uid !== 0) return { uid, gid }
  return { uid: readId('-u'), gid: readId('-g') }
}

function readId(option: string): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilItAnswers(ask: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(50)
    }
  }
}

/** Some of them end by themselves meanwhile. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** The process and those that it has started. */
function descendantsOf(pid: number): readonly number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const children = lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .flatMap(([child = 0]) => descendantsOf(child))
  return [pid, ...children]
}

/** `PostgreSQL 15.18` */
function readVersion(initdb: string): string {
  const text = execFileSync(initdb, ['--version'], { encoding: 'utf8' })
  return `PostgreSQL ${/\d+(?:\.\d+)?/.exec(text)?.[0]}`
}
