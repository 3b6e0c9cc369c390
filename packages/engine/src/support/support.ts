/** What of a policy the browsers aimed at ignore, and what that means for their users. */

import { joinWords } from '@cusp/core/internal'
import { getDialect } from '../dialects/dialect.ts'
import type { DeliveredPolicy, Disposition, PolicyInput } from '../policy/policy-input.ts'
import { readPolicies } from '../policy/policy-input.ts'
import type { FeatureUse, SupportEffect } from './features.ts'
import { featuresIn } from './features.ts'
import { PARTIAL_NOTES, SUPPORT_BROWSERS, SUPPORT_DATE, SUPPORT_VERSION } from './table.ts'
import type { Target } from './targets.ts'
import { isBefore, isKnownBrowser, readTarget, stateOf, supportIn } from './targets.ts'

/** A browser that ignores something, or part of it. */
export interface SupportGap {
  /** The name that browserslist has for it, such as `ios_saf`. */
  readonly browser: string
  /** The usual name, such as `Safari on iOS`. */
  readonly name: string
  /** The targets that are meant, as they were given. */
  readonly targets: readonly string[]
  /** The version from which on nothing is lacking; null where none is known. */
  readonly since: string | null
  /** The version that took the support away; null where none did. */
  readonly until: string | null
}

/** Something in a policy that some targets ignore. */
export interface SupportFinding {
  /**
   * A name of the compatibility table: a directive, a keyword without quotes, or what `subject` of
   * the message says.
   */
  readonly feature: string
  /** Index of the policy, from 0; a header counts as many as it holds. */
  readonly policy: number
  readonly disposition: Disposition
  /** Where it stands; null where the whole policy is meant. */
  readonly directive: string | null
  /** The value concerned, as it is written. */
  readonly value?: string
  readonly effect: SupportEffect
  /** One sentence: what is ignored, by whom, and what that means. */
  readonly message: string
  /** What to write or do; null where nothing helps, or nothing is needed. */
  readonly fix: string | null
  /** Who ignores it. */
  readonly browsers: readonly SupportGap[]
}

/** What {@link support} tells. */
export interface SupportReport {
  /** In the order of the policy. */
  readonly findings: readonly SupportFinding[]
  /** Targets that the data know nothing of. */
  readonly unknown: readonly string[]
  /** The data that it is told from. */
  readonly data: { readonly version: string; readonly date: string }
}

/** A use and those who ignore it. */
interface Gap {
  readonly use: FeatureUse
  readonly targets: readonly Target[]
  readonly isPartial: boolean
}

/**
 * Tells what of a policy each target browser ignores and what that means for its users.
 *
 * @param policies what `decide` takes
 * @param targets browsers with a version as browserslist prints them: `safari 15.3`, `ios_saf
 *   15.2-15.3`
 * @throws CspError `ERR_CSP_INPUT` for what is no policy, `ERR_CSP_CHECK` for a target without a
 *   version
 * @example
 * ```ts
 * import { csp, NONCE, STRICT_DYNAMIC } from '@cusp/core'
 * import { support } from '@cusp/engine'
 *
 * const { findings } = support(csp().scriptSrc(NONCE, STRICT_DYNAMIC), ['safari 15.3', 'chrome 120'])
 * findings[0]?.message
 * // 'strict-dynamic' in script-src is ignored by Safari before 15.4: scripts that trusted scripts load are blocked
 * ```
 */
export function support(policies: PolicyInput, targets: readonly string[]): SupportReport {
  const read = targets.map((text) => readTarget(text))
  const known = read.filter((target) => isKnownBrowser(target))
  return {
    findings: readPolicies(policies, getDialect()).flatMap((delivered, policy) =>
      featuresIn(delivered)
        .flatMap((use) => gapsOf(use, known, delivered.disposition))
        .map((gap) => makeFinding(gap, policy, delivered)),
    ),
    unknown: read.filter((target) => !isKnownBrowser(target)).map(({ text }) => text),
    data: { version: SUPPORT_VERSION, date: SUPPORT_DATE },
  }
}

/** Who ignores it, and who follows it in part. */
function gapsOf(
  use: FeatureUse,
  targets: readonly Target[],
  disposition: Disposition,
): readonly Gap[] {
  const asked = targets.filter((target) =>
    use.needs.every((feature) => stateOf(feature, target) !== 'none'),
  )
  const partial = asked.filter((target) => stateOf(use.feature, target) === 'partial')
  const none = asked.filter((target) => stateOf(use.feature, target) === 'none')
  // Safari 15.4 to 26.1 parsed style-src-elem and did nothing about it.
  const isIgnored = use.feature === 'style-src-elem'
  // Firefox 33 to 57 lacked frame-ancestors in report-only.
  const isWhole = use.feature === 'frame-ancestors' && disposition === 'enforce'
  const gaps = [
    { use, targets: isIgnored ? [...none, ...partial] : none, isPartial: false },
    { use, targets: isIgnored || isWhole ? [] : partial, isPartial: true },
  ]
  return gaps.filter((gap) => gap.targets.length > 0)
}

function makeFinding(gap: Gap, index: number, { disposition }: DeliveredPolicy): SupportFinding {
  const { feature, directive, value, subject, effect, meaning, fix } = gap.use
  const browsers = byBrowser(gap)
  const note = PARTIAL_NOTES.get(feature) as string
  return {
    feature,
    policy: index,
    disposition,
    directive,
    ...(value === undefined ? {} : { value }),
    effect,
    message: gap.isPartial
      ? `${subject} followed in part by ${joinNames(browsers)}: ${note}`
      : `${subject} ignored by ${joinNames(browsers)}: ${meaning}`,
    fix,
    browsers,
  }
}

function byBrowser({ use, targets }: Gap): readonly SupportGap[] {
  return SUPPORT_BROWSERS.flatMap(([browser, name]) => {
    const meant = targets.filter((target) => target.browser === browser)
    if (meant.length === 0) return []
    const { ranges } = supportIn(use.feature, browser)
    const next = ranges.find(
      ({ since, isPartial }) => !isPartial && meant.some((target) => isBefore(target, since)),
    )
    const until = ranges.at(-1)?.until ?? null
    const isGone = until !== null && meant.some((target) => !isBefore(target, until))
    return {
      browser,
      name,
      targets: meant.map(({ text }) => text),
      since: next?.since ?? null,
      until: isGone ? until : null,
    }
  })
}

/** "Safari and Safari on iOS before 15.4, Firefox before 48 and since 122". */
function joinNames(gaps: readonly SupportGap[]): string {
  const byVersions = new Map<string, string[]>()
  for (const { name, since, until } of gaps) {
    const before = since === null ? [] : [` before ${since}`]
    const after = until === null ? [] : [` since ${until}`]
    const versions = [...before, ...after].join(' and')
    byVersions.set(versions, [...(byVersions.get(versions) ?? []), name])
  }
  return Array.from(byVersions, ([versions, names]) => `${joinWords(names)}${versions}`).join(', ')
}
