/** All checks of a command line, and the options that concern them. */

import { NONCE } from '@cusp/core'
import type { Check, DecideOptions, PolicyItem } from '@cusp/engine'
import { EXAMPLE_SELF } from '@cusp/engine'
import type { Host } from '../host.ts'
import type { ExpectedAnswer } from './check-file.ts'
import { readCheckFile } from './check-file.ts'
import type { CheckFacts } from './check-word.ts'
import { readCheckWord } from './check-word.ts'
import { responseNonce } from './delivered.ts'

/** A check and the text that asked for it. */
export interface NamedCheck {
  readonly label: string
  readonly check: Check
  /** The answer that its file expects. */
  readonly expect?: ExpectedAnswer | undefined
}

/** The options of the commands that take checks. */
export interface CheckOptions {
  readonly checks?: string | undefined
  readonly self?: string | undefined
  readonly dialect?: DecideOptions['dialect']
  readonly nonce?: string | undefined
  readonly integrity?: string | undefined
  readonly redirects?: number | undefined
  readonly inserted?: boolean | undefined
}

/** What checks are read with. */
interface ReadingContext {
  readonly options: CheckOptions
  readonly host: Host
  /** The policies that the checks are for; they hold the nonce of the response. */
  readonly policies: readonly PolicyItem[]
}

/**
 * Reads the checks of a command line, and of a file of them.
 *
 * @throws UsageError for a word or a file that is not a check
 */
export async function readChecks(
  words: readonly string[],
  { options, host, policies }: ReadingContext,
): Promise<readonly NamedCheck[]> {
  const { self = EXAMPLE_SELF, nonce, integrity, redirects, inserted } = options
  const isOpen = nonce === 'NONCE'
  const facts: CheckFacts = {
    self,
    nonce: isOpen ? responseNonce(policies) : nonce,
    integrity,
    redirects,
    inserted,
  }
  const named = words.map((word) => ({ label: word, check: readCheckWord(word, facts) }))
  if (options.checks === undefined) return named
  const items = await readCheckFile(options.checks, { host, facts, policies })
  return [
    ...named,
    ...items.map(({ word, check, expect }) => ({ label: word ?? toLabel(check), check, expect })),
  ]
}

function toLabel(check: Check): string {
  return JSON.stringify(check, (_key, value: unknown) => (value === NONCE ? 'NONCE' : value))
}

/** The options of the engine. */
export function decideOptions({ self = EXAMPLE_SELF, dialect }: CheckOptions): DecideOptions {
  return { self: self === 'null' ? null : self, dialect }
}
