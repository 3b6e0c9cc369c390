/** The command line: its commands, options and help, and what becomes of mistakes. */

import { readFileSync } from 'node:fs'
import { CspError } from '@cusp/core'
import type { Severity } from '@cusp/engine'
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { AuditCommandOptions } from './command-audit.ts'
import { auditCommand } from './command-audit.ts'
import type { CheckCommandOptions } from './command-check.ts'
import { checkCommand } from './command-check.ts'
import type { DiffCommandOptions } from './command-diff.ts'
import { diffCommand } from './command-diff.ts'
import type { ExplainCommandOptions } from './command-explain.ts'
import { explainCommand } from './command-explain.ts'
import type { HashCommandOptions } from './command-hash.ts'
import { hashCommand } from './command-hash.ts'
import type { CommandName } from './help.ts'
import { HELP, POLICY_HELP } from './help.ts'
import type { Host } from './host.ts'
import { pageOf, usesColours, wrap } from './layout.ts'
import { EXIT, UsageError } from './usage-error.ts'

const SEVERITIES: readonly (Severity | 'none')[] = ['high', 'medium', 'low', 'info', 'none']
const DIALECTS = ['engines', 'spec', 'chromium', 'firefox', 'webkit']

/**
 * Runs one command line and resolves to its exit code: 0 nothing to complain of, 1 something blocked, found or different,
 * 2 a command line that cannot be used.
 *
 * @param args what stands behind `cusp`
 */
export async function run(args: readonly string[], host: Host): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = makeProgram(host, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return fail(error, host)
  }
}

/** Mistakes are told in a sentence; anything else is a fault of this program and keeps its stack. */
function fail(error: unknown, host: Host): number {
  if (error instanceof CommanderError) {
    // Help that was asked for is no mistake; the message is printed already.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  if (!(error instanceof UsageError) && !(error instanceof CspError)) throw error
  const { paint, width } = pageOf(host.stderr, host.env)
  const text = wrap(`error: ${error.message}`, width).replace('error:', paint('red', 'error:'))
  host.stderr.write(`${text}\n`)
  return EXIT.usage
}

function makeProgram(host: Host, leave: (code: number) => void): Command {
  const program = new Command('cusp')
    .description('Content Security Policy: what it allows, how it can be got around, what changed.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP.cusp)
  configure(program, host)

  withDeciding(define(program, host, 'check'))
    .summary('tell what a policy allows')
    .description('Tell what a browser does under a policy, one line for each check.')
    .argument('<policy>', POLICY_HELP)
    .argument('[checks...]', 'what to ask: a URL to connect to, or <kind>=<value>')
    .addOption(
      new Option('--expect <answer>', 'exit with 1 where the answer is another')
        .choices(['allowed', 'blocked'])
        .default('allowed'),
    )
    .option('--json', 'print JSON')
    .action(async (policy: string, checks: readonly string[], options: CheckCommandOptions) => {
      leave(await checkCommand(policy, { checks, options, host }))
    })

  withDeciding(define(program, host, 'explain'))
    .summary('say it in sentences')
    .description('Explain what a browser does with each check, or without one what a policy says.')
    .argument('<policy>', POLICY_HELP)
    .argument('[checks...]', 'what to explain: a URL to connect to, or <kind>=<value>')
    .option('--json', 'print JSON')
    .action(async (policy: string, checks: readonly string[], options: ExplainCommandOptions) => {
      leave(await explainCommand(policy, { checks, options, host }))
    })

  define(program, host, 'audit')
    .summary('list the weaknesses of a policy')
    .description('List the weaknesses of a policy, each with what it lets through as proof.')
    .addArgument(
      new Argument(
        '[policy]',
        'a policy, a file, ./policy.js#export; - or none for what is piped in',
      ),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(SEVERITIES)
        .default('medium'),
    )
    .option(
      '--browsers [query]',
      "tell what these browsers ignore, a browserslist query; without one, the project's",
    )
    .addOption(selfOption())
    .option('--json', 'print JSON')
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, for code scanning').conflicts('json'))
    .action(async (policy: string | undefined, options: AuditCommandOptions) => {
      leave(await auditCommand(policy, { options, host }))
    })

  define(program, host, 'diff')
    .summary('compare two policies')
    .description('Compare what two policies allow, each change with what shows it.')
    .argument('<before>', POLICY_HELP)
    .argument('<after>', 'likewise')
    .addOption(
      new Option('--fail-on <change>', 'exit with 1 where something changed this way')
        .choices(['any', 'wider', 'narrower', 'none'])
        .default('any'),
    )
    .addOption(selfOption())
    .option('--json', 'print JSON')
    .action(async (before: string, after: string, options: DiffCommandOptions) => {
      leave(await diffCommand(before, after, { options, host }))
    })

  define(program, host, 'hash')
    .summary('hash the inline code of HTML files')
    .description('Hash the inline scripts and styles of HTML files, for script-src and style-src.')
    .argument('<files...>', 'HTML files, or - for what is piped in')
    .option('--attributes', 'also event handlers, style attributes and javascript: URLs')
    .addOption(
      new Option('--algorithm <name>', 'the hash')
        .choices(['sha256', 'sha384', 'sha512'])
        .default('sha256'),
    )
    .option('--json', 'print JSON')
    .action(async (files: readonly string[], options: HashCommandOptions) => {
      leave(await hashCommand(files, { options, host }))
    })

  return program
}

function define(program: Command, host: Host, name: CommandName): Command {
  const command = program.command(name)
  configure(command, host)
  return command.helpOption('-h, --help', 'print help').addHelpText('after', HELP[name])
}

/** What checks have in common. */
function withDeciding(command: Command): Command {
  return command
    .addOption(selfOption())
    .addOption(new Option('--dialect <name>', 'whom to agree with').choices(DIALECTS))
    .option('--nonce <value>', 'nonce of the elements; NONCE stands for that of the response')
    .option('--integrity <value>', 'integrity attribute of the elements')
    .option('--redirects <number>', 'redirects so far; after one, paths are ignored', readNumber)
    .option('--inserted', 'the elements are inserted by scripts, not written in markup')
    .option('--checks <file>', 'further checks, a JSON array as the engine takes them')
}

function selfOption(): Option {
  const meaning = "the page's origin, for 'self' and relative URLs (https://site.example)"
  return new Option('--self <origin>', meaning)
}

function configure(command: Command, { stdout, stderr, env }: Host): void {
  const page = pageOf(stdout, env)
  const errorPage = pageOf(stderr, env)
  command
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
        const lines = `${wrap(text.trimEnd(), errorPage.width)}\n`
        write(lines.replace(/^error:/, errorPage.paint('red', 'error:')))
      },
      getOutHelpWidth: () => page.width,
      getErrHelpWidth: () => errorPage.width,
      getOutHasColors: () => usesColours(stdout, env),
      getErrHasColors: () => usesColours(stderr, env),
    })
}

function readNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('Expected a number: 0, 1, 2 …')
  }
  return number
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
