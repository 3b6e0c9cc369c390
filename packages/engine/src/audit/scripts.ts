/** Weaknesses through which injected markup becomes running script. */

import { findBypasses, findScriptAllowList } from './allow-lists.ts'
import type { AuditContext } from './context.ts'
import { culpritOf, operativeDirectives } from './context.ts'
import type { AuditFinding } from './finding.ts'
import type { FindingId } from './weaknesses.ts'
import { makeFinding } from './finding.ts'
import { findOpenBase, findOpenScripts } from './open-lists.ts'
import type { Check } from '../check/check.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { hasNonceOrHash } from '../sources/source-list.ts'

const CODE = 'alert(document.domain)'
const INLINE_SCRIPT: Check = { type: 'inline', inline: 'script', source: CODE }
const JAVASCRIPT_URL: Check = { type: 'inline', inline: 'navigation', source: `javascript:${CODE}` }
const HANDLER: Check = { type: 'inline', inline: 'script attribute', source: CODE }
const DATA: Check = {
  type: 'request',
  destination: 'script',
  url: `data:text/javascript,${CODE}`,
}
const BLOB: Check = { type: 'request', destination: 'script', url: 'blob:https://site.example/1' }
const FILESYSTEM: Check = {
  type: 'request',
  destination: 'script',
  url: 'filesystem:https://site.example/temporary/1.js',
}
const EVAL: Check = { type: 'eval', source: CODE }
/** What script-src alone decides about, whether plain strings are refused before or not. */
const TRUSTED_EVAL: Check = { ...EVAL, trusted: true }
const WASM: Check = { type: 'wasm' }

/** Finds the ways in which injected markup runs script. */
export function findScriptWeaknesses(context: AuditContext): readonly AuditFinding[] {
  // A document that is sandboxed without scripts has none to restrict.
  if (context.isRefused(INLINE_SCRIPT)) return findOpenBase('open-base', context)
  if (areScriptsUnrestricted(context)) {
    const { because } = culpritOf(TRUSTED_EVAL, context)
    const details = { directive: 'script-src', because, witness: INLINE_SCRIPT }
    return [makeFinding('scripts-unrestricted', details), ...findOpenBase('open-base', context)]
  }
  return [
    ...findInline(context),
    ...findOpenScripts(context),
    ...findAllowed('data-script', DATA, context),
    ...findAllowed('blob-script', BLOB, context),
    ...findAllowed('filesystem-script', FILESYSTEM, context),
    ...findBypasses(context, { isEvalAllowed: context.allows(EVAL) }),
    ...findOpenBase(areScriptsMovable(context) ? 'movable-base' : 'open-base', context),
    ...findEval(context),
    ...findScriptAllowList(context),
    ...findListWeaknesses(context),
  ]
}

function areScriptsUnrestricted({ enforced }: AuditContext): boolean {
  return [INLINE_SCRIPT, HANDLER, TRUSTED_EVAL].every((check) =>
    enforced.evaluate(check).every(({ reason }) => reason === 'no-directive'),
  )
}

function findInline(context: AuditContext): readonly AuditFinding[] {
  const script = [INLINE_SCRIPT, JAVASCRIPT_URL].find((check) => context.allows(check))
  const scripts = script === undefined ? [] : findAllowed('inline-script', script, context)
  // One keyword of one list is one thing to fix.
  const handlers = findAllowed('inline-handler', HANDLER, context).filter(({ directive }) =>
    scripts.every((finding) => finding.directive !== directive),
  )
  return [...scripts, ...handlers]
}

function findEval(context: AuditContext): readonly AuditFinding[] {
  const findings = findAllowed('eval', EVAL, context)
  return findings.length > 0 ? findings : findAllowed('wasm', WASM, context)
}

function findAllowed(id: FindingId, check: Check, context: AuditContext): readonly AuditFinding[] {
  if (!context.allows(check)) return []
  return [makeFinding(id, { ...culpritOf(check, context), witness: check })]
}

/**
 * Whether scripts with relative URLs are trusted wherever `<base>` moves them: by nonce, or by hash
 * and what they load.
 */
function areScriptsMovable(context: AuditContext): boolean {
  return scriptLists(context).some(
    ({ list }) => list.nonces.size > 0 || (list.hashes.size > 0 && hasStrictDynamic(list)),
  )
}

/** What is weak in the lists themselves, whether or not something gets through now. */
function findListWeaknesses(context: AuditContext): readonly AuditFinding[] {
  return scriptLists(context).flatMap(({ directive, list }) => {
    const isTrusting = hasNonceOrHash(list)
    const findings: AuditFinding[] = []
    const add = (id: FindingId, because: string, value?: string): void => {
      findings.push(makeFinding(id, { directive, value, because }))
    }
    const unsafeHashes = list.keywords.get("'unsafe-hashes'")
    if (unsafeHashes !== undefined) {
      add('unsafe-hashes', `${directive} has 'unsafe-hashes'`, unsafeHashes.text)
    }
    if (hasStrictDynamic(list) && !isTrusting) {
      add('strict-dynamic-alone', `${directive} has no nonce and no hash`, "'strict-dynamic'")
    }
    if (isTrusting && !list.keywords.has("'unsafe-inline'")) {
      add('no-inline-fallback', `${directive} has a nonce or hash alone`)
    }
    if (hasStrictDynamic(list) && !list.expressions.some(isFallback)) {
      add('no-host-fallback', `${directive} has 'strict-dynamic' without a host or scheme`)
    }
    return findings
  })
}

/** The lists that decide for script elements and for handlers, each once. */
function scriptLists(
  context: AuditContext,
): readonly { readonly directive: string; readonly list: SourceList }[] {
  const directives = ['script-src-elem', 'script-src-attr'].flatMap((name) =>
    operativeDirectives(getFetchDirectiveFallbackList(name), context),
  )
  return Array.from(new Set(directives), (directive) => ({
    directive: directive.name,
    list: directive.list,
  }))
}

function hasStrictDynamic({ keywords }: SourceList): boolean {
  return keywords.has("'strict-dynamic'")
}

function isFallback({ kind }: SourceExpression): boolean {
  return kind === 'star' || kind === 'scheme' || kind === 'host'
}
