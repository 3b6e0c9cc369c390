/**
 * The facts of a check, looked at before anything is decided: what would change nothing is refused,
 * with the right name.
 */

import { CspError } from '@cusp/core'
import { asciiLowerCase, joinWords, show, suggest } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import { DESTINATIONS } from '../policy/fallback.ts'

/** What people call a destination, and what Fetch calls it. */
const DESTINATION_ALIASES: ReadonlyMap<string, string> = new Map([
  ['connect', ''],
  ['css', 'style'],
  ['embed-src', 'embed'],
  ['empty', ''],
  ['eventsource', ''],
  ['fetch', ''],
  ['img', 'image'],
  ['javascript', 'script'],
  ['js', 'script'],
  ['media', 'video'],
  ['ping', ''],
  ['service-worker', 'serviceworker'],
  ['shared-worker', 'sharedworker'],
  ['stylesheet', 'style'],
  ['websocket', ''],
  ['xhr', ''],
  ['xmlhttprequest', ''],
])
/** The initiators that change a decision or its report. */
const INITIATORS: readonly string[] = ['download', 'prefetch', 'preload', 'prerender']

/**
 * Refuses facts that no rule reads.
 *
 * @throws CspError `ERR_CSP_CHECK` names the fact, and the one that is meant where that is clear
 */
export function checkFacts(check: Check, known: ReadonlySet<string>): void {
  for (const name in check) if (!known.has(name)) refuseFact(name, check.type, known)
}

/**
 * Refuses what cannot be a URL at all. A text that is not one is answered: nothing matches it.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function checkURL(url: unknown, type: Check['type']): void {
  if (typeof url === 'string' || url instanceof URL) return
  const message = `Cannot decide: url is ${show(url)} in ${articleFor(type)} ${type} check, which is not a text or a URL. Use an absolute URL such as "https://cdn.example/".`
  throw new CspError('ERR_CSP_CHECK', message, { value: url })
}

/**
 * Refuses what is meant to be a list and is none.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function checkList(value: unknown, name: string, example: string): void {
  if (Array.isArray(value)) return
  const message = `Cannot decide: ${name} is ${show(value)}, which is not an array. Use ${example}.`
  throw new CspError('ERR_CSP_CHECK', message, { value })
}

/**
 * Refuses a destination that is another one by a name that Fetch does not have. What is no near
 * miss is a new kind of request, which connect-src governs.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function checkDestination(destination: string): void {
  if (DESTINATIONS.has(destination)) return
  const text = asciiLowerCase(String(destination))
  const alias = DESTINATION_ALIASES.get(text) ?? DESTINATION_ALIASES.get(text.replace(/-src$/, ''))
  const meant = alias ?? nearest(text.replace(/-src$/, ''), DESTINATIONS)
  if (meant === undefined) return
  const note = meant === '' ? ', the empty text, for what scripts connect to' : ''
  const message = `Cannot decide: destination ${show(destination)} is not a destination of Fetch. Use ${show(meant)}${note}.`
  throw new CspError('ERR_CSP_CHECK', message, { value: destination })
}

/**
 * Refuses a misspelt initiator.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function checkInitiator(initiator: string): void {
  if (INITIATORS.includes(initiator)) return
  const meant = nearest(asciiLowerCase(String(initiator)), INITIATORS)
  if (meant === undefined) return
  const message = `Cannot decide: initiator ${show(initiator)} is not an initiator of Fetch. Use ${show(meant)}.`
  throw new CspError('ERR_CSP_CHECK', message, { value: initiator })
}

/** The nearest name of a word that is long enough to be a misspelling. */
function nearest(word: string, names: Iterable<string>): string | undefined {
  return word.length > 3 && /^[a-z-]+$/.test(word) ? suggest(word, names) : undefined
}

function refuseFact(name: string, type: string, known: ReadonlySet<string>): never {
  const message = `Cannot decide: ${show(name)} is not a fact of ${articleFor(type)} ${type} check. ${adviceFor(name, known)}`
  throw new CspError('ERR_CSP_CHECK', message, { value: name })
}

function articleFor(type: string): 'a' | 'an' {
  return /^[aeiou]/.test(type) ? 'an' : 'a'
}

function adviceFor(name: string, known: ReadonlySet<string>): string {
  const facts = [...known].filter((fact) => fact !== 'type')
  if (facts.length === 0) return 'Such a check has no facts.'
  return `Use ${suggest(name, facts) ?? joinWords(facts, 'or')}.`
}
