/** The command as it is installed: built into a folder of its own, and spawned. */

import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { Ran } from './run-in-process.ts'

const packages = path.resolve(import.meta.dirname, '../..')
const tsc = createRequire(import.meta.url).resolve('typescript/package.json')

/** A built command. */
export interface BuiltCommand {
  readonly folder: string
  /** Runs it with these arguments and what is piped in. */
  run(args: readonly string[], world?: SpawnWorld): Promise<Ran>
  /**
   * Runs it into `head -n 1`, which closes the pipe early; returns the code and errors of the pipe.
   */
  pipeToHead(args: readonly string[]): Promise<Ran>
  remove(): void
}

/** The world of a spawned command. */
interface SpawnWorld {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Builds the command and what it depends on in the workspace. */
export function buildCommand(): BuiltCommand {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-cli-'))
  for (const [source, name] of [
    ['core', '@cusp/core'],
    ['engine', '@cusp/engine'],
    ['html', '@cusp/html'],
    ['cli', 'cusp'],
  ] as const) {
    build(source, path.join(folder, 'node_modules', name))
  }
  const main = path.join(folder, 'node_modules/cusp/dist/main.js')
  return {
    folder,
    run: (args, world = {}) => start(process.execPath, [main, ...args], { ...world, cwd: folder }),
    pipeToHead: (args) => {
      const script = '"$@" | head -n 1'
      return start('sh', ['-c', script, 'sh', process.execPath, main, ...args], { cwd: folder })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function build(name: string, target: string): void {
  const source = path.join(packages, name)
  mkdirSync(target, { recursive: true })
  cpSync(path.join(source, 'package.json'), path.join(target, 'package.json'))
  const options = ['--outDir', path.join(target, 'dist'), '--noCheck', '--noEmitOnError', 'false']
  const project = path.join(source, 'tsconfig.build.json')
  const script = path.join(path.dirname(tsc), 'bin/tsc')
  const args = [script, '--project', project, ...options]
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tsc has failed for ${name}\n${stdout}`)
  linkDependencies(source, path.dirname(target).replace(/@cusp$/, ''))
}

/** Links the dependencies from the registry to where they were installed. */
function linkDependencies(source: string, modules: string): void {
  const manifest = createRequire(import.meta.url)(path.join(source, 'package.json')) as {
    readonly dependencies?: Readonly<Record<string, string>>
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (range.startsWith('workspace:')) continue
    const target = path.join(modules, name)
    mkdirSync(path.dirname(target), { recursive: true })
    if (!existsSync(target))
      symlinkSync(realpathSync(path.join(source, 'node_modules', name)), target)
  }
}

async function start(
  command: string,
  args: readonly string[],
  { stdin = '', env = {}, cwd }: SpawnWorld & { readonly cwd: string },
): Promise<Ran> {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env
  const child = spawn(command, args, { cwd, env: { ...rest, ...env } })
  child.stdin.end(stdin)
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => {
      child.once('close', (status) => resolve(status ?? -1))
    }),
  ])
  return { code, stdout, stderr }
}
