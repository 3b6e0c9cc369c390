/** The command line: the commands, their help, and how mistakes are reported. */

import { readFileSync } from 'node:fs'
import { CspError } from '@cusp/core'
import { Command, CommanderError } from 'commander'
import { auditCommand } from './commands/audit.ts'
import { checkCommand } from './commands/check.ts'
import { collectCommand } from './commands/collect.ts'
import type { CommandContext } from './commands/command.ts'
import { diffCommand } from './commands/diff.ts'
import { explainCommand } from './commands/explain.ts'
import { hashCommand } from './commands/hash.ts'
import { reportsCommand } from './commands/reports.ts'
import type { Host } from './host.ts'
import { EXIT, UsageError } from './host.ts'
import { escapeLine } from './text.ts'
import { protectStreams } from './write/output.ts'
import { pageOf, usesColours, wrap } from './write/page.ts'

// "\n(Did you mean audit?)" at the end of a message
const SUGGESTION = /^([^]*)(\n\(Did you mean [\w, -]+\?\))$/

/** Every command, in the order of the help. */
const COMMANDS: readonly ((context: CommandContext) => Command)[] = [
  checkCommand,
  explainCommand,
  auditCommand,
  diffCommand,
  hashCommand,
  collectCommand,
  reportsCommand,
]

const HELP = `
A policy is given as text, as a file (headers, HTML, or configuration that sets
the header), as the export of a module, or piped in:
  $ cusp audit "script-src 'self' 'unsafe-inline'"
  $ cusp audit ./headers.txt
  $ cusp audit ./dist/policy.js#policy
  $ cusp audit ./nginx.conf
  $ cusp audit ./site
  $ curl -sI https://shop.example | cusp audit -

Exit codes:
  0  no problem was found
  1  check: an unexpected answer; audit: a finding; diff: a difference
  2  the command line, or a file that it names, cannot be used`

/**
 * Runs one command line and resolves to its exit code: 0 when no problem was found, 1 for an
 * unexpected answer, a finding or a difference, 2 for a command line that cannot be used.
 *
 * @param args the words after `cusp`
 * @param host where the command reads and writes
 * @throws an error of any other kind, which is a bug of this program
 * @example What a policy does with a URL, as text.
 * ```ts
 * import { run } from 'cusp'
 *
 * const lines: string[] = []
 * const code = await run(['check', "default-src 'self'", '/api', 'https://evil.example/'], {
 *   cwd: process.cwd(),
 *   env: {},
 *   stdout: { write: (text) => lines.push(...text.trimEnd().split('\n')) },
 *   stderr: { write: (text) => lines.push(text) },
 *   isInteractive: true,
 *   readStdin: async () => '',
 *   untilStopped: async () => {},
 * })
 * code // => 1
 * lines[0] // => allowed   /api                   connect-src → default-src: 'self'
 * lines[1] // => blocked   https://evil.example/  connect-src → default-src: no source matches
 * ```
 */
export async function run(args: readonly string[], host: Host): Promise<number> {
  const safeHost = protectStreams(host)
  let exitCode: number = EXIT.ok
  const finish: CommandContext['finish'] = (code) => {
    exitCode = code
  }
  try {
    await makeProgram({ host: safeHost, finish }).parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return fail(error, safeHost)
  }
}

/**
 * Reports a mistake in a sentence. Any other error is a bug of this program and keeps its stack.
 */
function fail(error: unknown, host: Host): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message. Help that was asked for is not a mistake.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  if (!(error instanceof UsageError) && !(error instanceof CspError)) throw error
  const { paint, width } = pageOf(host.stderr, host.env)
  const text = wrap(`error: ${error.message}`, width).replace('error:', paint('red', 'error:'))
  host.stderr.write(`${text}\n`)
  return EXIT.usage
}

function makeProgram(context: CommandContext): Command {
  const program = new Command('cusp')
    .description(
      'Check, explain, audit and compare Content Security Policies, hash inline code, and collect reports.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP)
  for (const makeCommand of COMMANDS) program.addCommand(makeCommand(context))
  for (const command of [program, ...program.commands]) configure(command, context.host)
  return program
}

function configure(command: Command, { stdout, stderr, env }: Host): void {
  const page = pageOf(stdout, env)
  const errorPage = pageOf(stderr, env)
  command
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .showHelpAfterError(`Help: cusp ${command.name() === 'cusp' ? '' : `${command.name()} `}--help`)
    .configureHelp({
      styleTitle: (title) => page.paint('bold', title),
      subcommandTerm: (sub) => sub.name(),
    })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => {
        const lines = `${wrap(escapeCommanderError(text.trimEnd()), errorPage.width)}\n`
        write(lines.replace(/^error:/, errorPage.paint('red', 'error:')))
      },
      getOutHelpWidth: () => page.width,
      getErrHelpWidth: () => errorPage.width,
      getOutHasColors: () => usesColours(stdout, env),
      getErrHasColors: () => usesColours(stderr, env),
    })
}

/**
 * The words that a message quotes stay on its line; only Commander's own suggestion begins another.
 */
function escapeCommanderError(text: string): string {
  const [, message = text, suggestion = ''] = SUGGESTION.exec(text) ?? []
  return escapeLine(message) + suggestion
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
