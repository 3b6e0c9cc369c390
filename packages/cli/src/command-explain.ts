/** `cusp explain`: decisions in sentences, or what a policy says. */

import { compile, explain } from '@cusp/engine'
import { describePolicies } from './describe-policy.ts'
import type { Host } from './host.ts'
import type { Page } from './layout.ts'
import { pageOf, wrap } from './layout.ts'
import type { CheckOptions } from './read-check.ts'
import { decideOptions, readChecks } from './read-check.ts'
import { readPolicy } from './read-policy.ts'
import { toJSON, writeNote } from './write.ts'
import { EXIT } from './usage-error.ts'

/** What `cusp explain` is told. */
export interface ExplainCommandOptions extends CheckOptions {
  readonly json?: boolean | undefined
}

interface Context {
  readonly checks: readonly string[]
  readonly options: ExplainCommandOptions
  readonly host: Host
}

/**
 * Explains each check, or without one the policy.
 *
 * @throws UsageError for a policy or check that cannot be read
 */
export async function explainCommand(
  policy: string,
  { checks, options, host }: Context,
): Promise<number> {
  const reading = await readPolicy(policy, host)
  const named = await readChecks(checks, options, host)
  const page = pageOf(host.stdout, host.env)
  writeNote(host, reading.note)
  if (named.length === 0) {
    const described = describePolicies(reading.policies)
    host.stdout.write(options.json === true ? toJSON(described.data) : described.write(page))
    return EXIT.ok
  }
  const decider = compile(reading.policies, decideOptions(options))
  const answers = named.map(({ label, check }) => {
    const decision = decider.decide(check)
    return { label, allowed: decision.allowed, sentences: explain(decision) }
  })
  if (options.json === true) host.stdout.write(toJSON(answers))
  else host.stdout.write(answers.map(({ sentences }) => writeSentences(sentences, page)).join('\n'))
  return EXIT.ok
}

function writeSentences([verdict = '', ...reasons]: readonly string[], page: Page): string {
  const colour = verdict.startsWith('Allowed') ? 'green' : 'red'
  const [word = '', ...rest] = wrap(verdict, page.width).split(':')
  const lines = reasons.map((sentence) => `${wrap(sentence, page.width, 2)}\n`)
  return `${page.paint(colour, word)}:${rest.join(':')}\n${lines.join('')}`
}
