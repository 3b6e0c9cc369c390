/** What somebody wrote on the command line and cannot be done: told in a sentence, without a stack. */

/** Exit codes of every command. */
export const EXIT = {
  /** Nothing to complain of. */
  ok: 0,
  /** Something is blocked, found or different. */
  found: 1,
  /** The command line, or what it names, cannot be used. */
  usage: 2,
} as const

/** A mistake on the command line. The message reads "Cannot <action>: <what is the case>, expected <what>". */
export class UsageError extends Error {}
