/**
 * base-uri and form-action: one URL against one list, without a fallback.
 *
 * @see https://w3c.github.io/webappsec-csp/#directives-document
 * @see https://w3c.github.io/webappsec-csp/#directives-navigation
 */

import type { BaseUriCheck, FormActionCheck } from '../check/check.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import { shorten } from '../text.ts'
import { stripURLForUseInReports } from '../url/strip-url.ts'
import { readURL } from '../url/url.ts'
import { urlsOf } from './area-input.ts'
import { checkContext, describeContext, selfIn } from './context.ts'
import { checkURL } from './facts.ts'
import type { URLFacts } from './judge-url.ts'
import {
  evaluateURL,
  explainMismatch,
  explainUpgrade,
  judgedBy,
  orNamesNoURLs,
} from './judge-url.ts'
import type { Result } from './result.ts'
import { noDirective, notApplicable, violate } from './result.ts'
import type { Answer, Area, Candidate, Evaluate, Rule } from './rule.ts'
import { evaluateUpgraded } from './upgrade.ts'
import { describeHops } from './words.ts'

const BASE_URI_CHAIN: readonly string[] = Object.freeze(['base-uri'])
const FORM_ACTION_CHAIN: readonly string[] = Object.freeze(['form-action'])

/**
 * Refused before a policy is asked. @see
 * https://html.spec.whatwg.org/multipage/semantics.html#set-the-frozen-base-url
 */
const REFUSED_BASES: ReadonlySet<string> = new Set(['data', 'javascript'])

const baseUriArea: Area = {
  effectiveDirective: 'base-uri',
  chain: BASE_URI_CHAIN,
  *candidates(input): Generator<Candidate> {
    for (const { url } of urlsOf(input)) yield { check: { type: 'base-uri', url } }
  },
  checkFor: (url) => ({ type: 'base-uri', url }),
}

const formActionArea: Area = {
  effectiveDirective: 'form-action',
  chain: FORM_ACTION_CHAIN,
  *candidates(input): Generator<Candidate> {
    for (const { url, isWorthRedirect } of urlsOf(input)) {
      yield { check: { type: 'form-action', url } }
      if (isWorthRedirect) yield { check: { type: 'form-action', url, redirectCount: 1 } }
    }
  },
  checkFor: (url) => ({ type: 'form-action', url }),
}

/** May `<base href>` set this base URL? */
export const baseUriRule: Rule<BaseUriCheck> = {
  facts: ['url'],
  validate: ({ url }) => checkURL(url, 'base-uri'),
  prepare({ url: text }, { self, policies }) {
    const url = readURL(text)
    const isRefused = url !== null && REFUSED_BASES.has(url.scheme)
    if (isRefused && !policies.dialect.has('refused-base-asked')) return notApplicable
    const { dialect } = policies
    const facts = { url, redirectCount: 0, self, isSelfVoid: false, dialect }
    return (policy) => isBaseAllowedForDocument(facts, policy)
  },
  describe: ({ url }) => `the base URL ${shorten(String(url))}`,
  explain,
  areas: [baseUriArea],
  blockedURL({ check, page }) {
    const { dialect } = page.policies
    if (!dialect.has('base-uri-reported-as-url')) return 'inline'
    const url = readURL(check.url)
    return url === null ? '' : stripURLForUseInReports(url, dialect)
  },
  sample: () => null,
}

/** May a form be submitted to this URL? */
export const formActionRule: Rule<FormActionCheck> = {
  facts: ['url', 'redirectCount', 'context'],
  validate({ url, context = '' }) {
    checkURL(url, 'form-action')
    checkContext(context)
  },
  prepare: prepareForm,
  describe: ({ url, redirectCount, context }) =>
    `the form's target ${shorten(String(url))}${describeHops(redirectCount)}${describeContext(context)}`,
  explain,
  areas: [formActionArea],
  blockedURL({ check, page }) {
    const url = readURL(check.url)
    return url === null ? '' : stripURLForUseInReports(url, page.policies.dialect)
  },
  sample: () => null,
}

function prepareForm(check: FormActionCheck, page: Page): Evaluate {
  const { redirectCount = 0, context = '' } = check
  const self = selfIn({ context, destination: 'form', isWebSocket: false }, page)
  const { dialect } = page.policies
  const facts = { url: readURL(check.url), redirectCount, self, isSelfVoid: false, dialect }
  return evaluateUpgraded(facts, { destination: 'form', page }, formActionPreNavigationCheck)
}

/**
 * Asks one policy about the URL of `<base href>`.
 *
 * @see https://w3c.github.io/webappsec-csp/#allow-base-for-document
 */
function isBaseAllowedForDocument(facts: URLFacts, policy: CompiledPolicy): Result {
  return evaluateFor('base-uri', BASE_URI_CHAIN, { facts, policy })
}

/**
 * Asks one policy about the target of a form, again after redirects.
 *
 * @see https://w3c.github.io/webappsec-csp/#form-action-pre-navigate
 */
function formActionPreNavigationCheck(facts: URLFacts, policy: CompiledPolicy): Result {
  const { redirectCount, dialect } = facts
  if (redirectCount > 0 && dialect.has('form-redirects-not-asked')) return notApplicable()
  return evaluateFor('form-action', FORM_ACTION_CHAIN, { facts, policy })
}

function evaluateFor(
  name: string,
  chain: readonly string[],
  { facts, policy }: { readonly facts: URLFacts; readonly policy: CompiledPolicy },
): Result {
  const directive = policy.directives.get(name)
  if (directive === undefined) return noDirective(name, chain)
  const { url } = facts
  const asked = { effectiveDirective: name, chain, directive }
  if (url === null) return violate({ ...asked, judged: null }, 'invalid-url')
  return evaluateURL({ ...asked, judged: judgedBy({ ...facts, url }, directive, name) })
}

function explain({
  check,
  result,
}: Answer<BaseUriCheck | FormActionCheck>): readonly string[] | undefined {
  const { asked, reason } = result
  if (reason !== 'url-mismatch') return undefined
  return [...explainUpgrade(asked, check.url), ...orNamesNoURLs(explainMismatch(asked))]
}
