/** SQLite in the shape of node:sqlite: that where it exists, npm's libsql elsewhere. */

/** What is stored in a column. */
type SQLiteValue = number | string

/** A prepared statement. */
export interface SQLiteStatement {
  run(...values: readonly SQLiteValue[]): {
    readonly changes: bigint | number
    readonly lastInsertRowid: bigint | number
  }
  get(...values: readonly SQLiteValue[]): unknown
  all(...values: readonly SQLiteValue[]): unknown[]
}

/** An open file. */
export interface SQLiteFile {
  exec(statements: string): void
  prepare(statement: string): SQLiteStatement
  close(): void
}

/** Opens a file, and creates it where there is none. */
export type OpenSQLite = (file: string) => SQLiteFile

/** The part of node:sqlite that is used. */
interface NodeSQLite {
  readonly DatabaseSync: new (file: string) => SQLiteFile
}

/** Loads what this Node has. */
export async function loadSQLite(): Promise<OpenSQLite> {
  return loadNodeSQLite() ?? (await loadLibSQL())
}

/** Loads node:sqlite; undefined before Node 22.13. */
export function loadNodeSQLite(): OpenSQLite | undefined {
  const module = withoutItsWarning(() => process.getBuiltinModule('node:sqlite'))
  return module === undefined ? undefined : openWith(module as NodeSQLite)
}

/** Opens files with a module in the shape of node:sqlite. */
function openWith({ DatabaseSync }: NodeSQLite): OpenSQLite {
  return (file) => new DatabaseSync(file)
}

/** Loads npm's libsql. What it does differently is not used here: options, blobs, transactions. */
export async function loadLibSQL(): Promise<OpenSQLite> {
  const { default: LibSQL } = await import('libsql')
  // Its types know better-sqlite3's statements alone.
  return (file) => new LibSQL(file) as unknown as SQLiteFile
}

/** Node 22 warns that SQLite is an experiment. Every other warning is let through. */
function withoutItsWarning<T>(load: () => T): T {
  const emitWarning = Reflect.get<NodeJS.Process, 'emitWarning'>(process, 'emitWarning')
  process.emitWarning = (warning: Error | string, ...rest: readonly unknown[]) => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).includes('SQLite')) return
    Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
