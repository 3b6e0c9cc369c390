/** What all commands share: how they are made, described and ended. */

import { InvalidArgumentError, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'

/** What a command is made from. */
export interface CommandContext {
  readonly host: Host
  /** Called once, with the exit code of a command that has run. */
  readonly finish: (code: ExitCode) => void
}

/** The forms of a policy, for help. */
export const POLICY_HELP = 'a policy, a file, ./policy.js#export, or - for standard input'

/** The forms of one policy or of many. */
export const POLICIES_HELP =
  'a policy, a file, a folder, a glob, ./policy.js#export, or - for standard input'

/** Makes the option for the page's origin. */
export function selfOption(): Option {
  const meaning = "the page's origin, for 'self' and relative URLs (https://site.example)"
  return new Option('--self <origin>', meaning)
}

/** Formats examples, which follow the options in help. */
export function exampleHelp(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}

/** Reads a whole number from 1 on. */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Use a whole number from 1 on.')
}

/** Reads the number of a port; 0 is any that is free. */
export function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Use a whole number from 0 to 65535.')
}
