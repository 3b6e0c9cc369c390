/** What the commands have in common: how they are made, described and ended. */

import { Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'

/** What a command is made with. */
export interface CommandContext {
  readonly host: Host
  /** Called once, with the exit code of a command that has run. */
  readonly finish: (code: ExitCode) => void
}

/** How a policy is given, short. */
export const POLICY_HELP = 'a policy, a file, ./policy.js#export, or - for what is piped in'

/** The page's origin. */
export function selfOption(): Option {
  const meaning = "the page's origin, for 'self' and relative URLs (https://site.example)"
  return new Option('--self <origin>', meaning)
}

/** Examples as they follow the options in help. */
export function exampleHelp(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}
