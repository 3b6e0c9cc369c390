/** `cusp diff`: what got wider and what narrower. */

import type { PolicyChange } from '@cusp/engine'
import { compare, explain } from '@cusp/engine'
import type { Host } from './host.ts'
import type { Page } from './layout.ts'
import { count, pageOf, wrap } from './layout.ts'
import { decideOptions } from './read-check.ts'
import { readPolicy } from './read-policy.ts'
import { toJSON, writeNote } from './write.ts'
import { EXIT, UsageError } from './usage-error.ts'

/** What `cusp diff` is told. */
export interface DiffCommandOptions {
  readonly failOn: 'any' | 'wider' | 'narrower' | 'none'
  readonly self?: string | undefined
  readonly json?: boolean | undefined
}

interface Context {
  readonly options: DiffCommandOptions
  readonly host: Host
}

/**
 * Prints every change; 1 where there is one of the kind that `--fail-on` names.
 *
 * @throws UsageError for a policy that cannot be read
 */
export async function diffCommand(
  before: string,
  after: string,
  { options, host }: Context,
): Promise<number> {
  if (before === '-' && after === '-') {
    throw new UsageError('Cannot compare: both policies are piped in, expected one of them')
  }
  const [old, next] = [await readPolicy(before, host), await readPolicy(after, host)]
  const changes = compare(old.policies, next.policies, decideOptions(options))
  if (options.json === true) host.stdout.write(toJSON(changes.map(asData)))
  else {
    writeNote(host, old.note)
    writeNote(host, next.note)
    host.stdout.write(writeChanges(changes, pageOf(host.stdout, host.env)))
  }
  return changes.some(({ change }) => options.failOn === 'any' || options.failOn === change)
    ? EXIT.found
    : EXIT.ok
}

/** A change as `--json` prints it: decisions are asked for again by their witness. */
function asData({ before: _before, after: _after, ...change }: PolicyChange): object {
  return change
}

function writeChanges(changes: readonly PolicyChange[], page: Page): string {
  if (changes.length === 0) return 'Both allow the same.\n'
  const wider = changes.filter(({ change }) => change === 'wider')
  const narrower = changes.filter(({ change }) => change === 'narrower')
  const sections = [...wider, ...narrower].map((change) => writeChange(change, page))
  const sum = `${count(changes.length, 'change')}: ${wider.length} wider, ${narrower.length} narrower`
  return `${sections.join('\n')}\n${page.paint('bold', sum)}\n`
}

/** What changed, and why the side that blocks it does. */
function writeChange({ change, message, before, after }: PolicyChange, page: Page): string {
  const isWider = change === 'wider'
  const sign = isWider ? page.paint('red', '+ wider   ') : page.paint('green', '- narrower')
  const blocking = isWider ? before : after
  const [, reason] = blocking === null ? [] : explain(blocking)
  const why = `${isWider ? 'before' : 'after'}: ${reason ?? ''}`
  const because = reason === undefined ? '' : `${page.paint('dim', wrap(why, page.width, 12))}\n`
  return `${sign}  ${wrap(message, page.width, 12).slice(12)}\n${because}`
}
