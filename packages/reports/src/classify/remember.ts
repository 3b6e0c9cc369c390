/**
 * Remembered classifications: the same few thousand violations come again and again, from page to
 * page and from visitor to visitor.
 */

import type { Classification, Classify } from '../model/classification.ts'
import type { Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import { withoutOwnQuery, withoutPath } from '../url/url-text.ts'
import { withOneNonce } from './policy-text.ts'

/** How many characters are remembered, for all policies together. */
const MOST_HELD = 4_000_000
/** Longer questions are not remembered: somebody may send nothing but such. */
const LONGEST_QUESTION = 512

/** The answers for one policy. */
interface Known {
  readonly policy: string
  readonly answers: Map<string, Classification>
}

/** The function, which remembers a bounded number of its answers. */
export function rememberClassifications(classify: Classify): Classify {
  const policies = new Map<string, Known>()
  let held = 0
  let last: Known | undefined

  return function remembered(violation) {
    // A policy that was cut is not remembered either.
    if (violation.policy.length >= LIMITS.policy) return classify(violation)
    const question = questionOf(violation)
    if (question.length > LONGEST_QUESTION) return classify(violation)
    const known = knownFor(violation.policy)
    const before = known.answers.get(question)
    if (before !== undefined) return before
    const answer = classify(violation)
    remember(known, question, answer)
    return answer
  }

  /** The reports of a page have one policy. */
  function knownFor(text: string): Known {
    if (last?.policy === text) return last
    const policy = withOneNonce(text)
    let known = policies.get(policy)
    if (known === undefined) {
      known = { policy, answers: new Map() }
      policies.set(policy, known)
      held += policy.length
    }
    last = { ...known, policy: text }
    return known
  }

  function remember({ answers }: Known, question: string, answer: Classification): void {
    answers.set(question, answer)
    held += question.length
    if (held < MOST_HELD) return
    policies.clear()
    last = undefined
    held = 0
  }
}

/**
 * All that a classification depends on, but for the policy: of URLs with a host neither query nor
 * fragment, of the page not the path either.
 */
function questionOf({
  page,
  blocked,
  directive,
  disposition,
  source,
  sample,
  browser,
}: Violation): string {
  const { family, version, engine, app } = browser
  const start = withoutPath(page)
  const url = withoutOwnQuery(blocked.url)
  const file = source.file === null ? null : withoutOwnQuery(source.file)
  // The lengths keep texts of clients apart, whatever characters are in them.
  const lengths = `${directive.length} ${start.length} ${url.length} ${file?.length}`
  const browserText = `${family} ${version} ${engine} ${app}`
  return `${disposition} ${blocked.kind} ${browserText} ${lengths} ${directive}${start}${url}${file}${sample}`
}
