/** Where and when something was measured. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import path from 'node:path'

/** What a reader needs to measure the same again. */
export interface Environment {
  readonly date: string
  readonly commit: string
  readonly command: string
  readonly machine: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
}

const FOLDERS = ['core', 'engine', 'node', 'express', 'koa'].map(
  (name) => `../packages/${name}/src`,
)

const MEASURED = [
  'helmet',
  'express-csp-header',
  'hono',
  'nosecone',
  'content-security-policy-builder',
  'content-security-policy-parser',
  'csp-header',
  'csp_evaluator',
  'express',
  'koa',
]

/** Describes this process, this machine and what is measured. */
export function describeEnvironment(command: string): Environment {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: describeCommit(),
    command,
    machine: `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, ${type()} ${process.arch}`,
    node: `${process.version} (V8 ${process.versions.v8})`,
    versions: Object.fromEntries(MEASURED.map((name) => [name, versionOf(name)])),
  }
}

/** The commit, with a plus where what is measured differs from it. */
function describeCommit(): string {
  try {
    const changes = git('status', '--porcelain', '--', ...FOLDERS)
    return git('rev-parse', '--short', 'HEAD') + (changes === '' ? '' : '+')
  } catch {
    return 'unknown'
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: path.dirname(import.meta.dirname),
    encoding: 'utf8',
  }).trim()
}

/** Read from the file, for not every package exports it. */
function versionOf(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
