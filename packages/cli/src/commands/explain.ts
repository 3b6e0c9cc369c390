/** `cusp explain`: decisions, or a whole policy, in sentences. */

import { compile, explain } from '@cusp/engine'
import { Command } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT } from '../host.ts'
import type { CheckOptions } from '../read/checks.ts'
import { decideOptions, readChecks } from '../read/checks.ts'
import { deliveredPolicies } from '../read/delivered.ts'
import { readPolicy } from '../read/policy.ts'
import { toJSON, writeNotes } from '../write/output.ts'
import type { Page } from '../write/page.ts'
import { pageOf, wrap } from '../write/page.ts'
import { describePolicies } from '../write/policy-description.ts'
import { addCheckOptions, CHECK_HELP } from './check-options.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, POLICY_HELP } from './command.ts'

interface Options extends CheckOptions {
  readonly json?: boolean | undefined
}

/** A decision in sentences, as `--json` prints it. */
interface Explained {
  readonly label: string
  readonly allowed: boolean
  readonly sentences: readonly string[]
}

const EXAMPLES = exampleHelp(
  `cusp explain "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'"`,
  'cusp explain ./policy.js#policy https://api.example:8443/',
  'curl -sI https://shop.example | cusp explain - script=/app.js',
)

/** Makes the command. */
export function explainCommand({ host, finish }: CommandContext): Command {
  const command = new Command('explain')
    .summary('explain decisions, or a whole policy, in sentences')
    .description(
      'Explain what a browser does with each check. Without a check, explain the policy.',
    )
    .argument('<policy>', POLICY_HELP)
    .argument('[checks...]', 'what to explain: a URL to connect to, or <kind>=<value>')
  return addCheckOptions(command)
    .option('--json', 'print JSON')
    .addHelpText('after', CHECK_HELP + EXAMPLES)
    .action(async (policy: string, checks: readonly string[], options: Options) => {
      finish(await runExplain(policy, { checks, options, host }))
    })
}

/** Explains each check, or the policy if there are no checks. */
async function runExplain(
  policy: string,
  {
    checks,
    options,
    host,
  }: {
    readonly checks: readonly string[]
    readonly options: Options
    readonly host: Host
  },
): Promise<ExitCode> {
  const reading = await readPolicy(policy, host)
  const named = await readChecks(checks, { options, host, policies: reading.policies })
  const page = pageOf(host.stdout, host.env)
  writeNotes(host, reading.notes)
  if (named.length === 0) {
    const described = describePolicies(deliveredPolicies(reading.policies), decideOptions(options))
    host.stdout.write(options.json === true ? toJSON(described.data) : described.write(page))
    return EXIT.ok
  }
  const decider = compile(reading.policies, decideOptions(options))
  const explained = named.map(({ label, check }) => {
    const decision = decider.decide(check)
    return { label, allowed: decision.allowed, sentences: explain(decision) }
  })
  host.stdout.write(
    options.json === true
      ? toJSON(explained)
      : explained.map((one) => writeSentences(one, page)).join('\n'),
  )
  return EXIT.ok
}

/** Writes the verdict, with its first word in colour, and the reasons below it. */
function writeSentences({ allowed, sentences }: Explained, page: Page): string {
  const [verdict = '', ...reasons] = sentences
  const text = wrap(verdict, page.width)
  const end = text.indexOf(':')
  const head = page.paint(allowed ? 'green' : 'red', text.slice(0, end)) + text.slice(end)
  return `${head}\n${reasons.map((reason) => `${wrap(reason, page.width, 2)}\n`).join('')}`
}
