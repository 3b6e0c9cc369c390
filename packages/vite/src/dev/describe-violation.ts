/** A violation in sentences: what the release would block, why, where, and what to do. */

import { decide, explain } from '@cusp/engine'
import type { Violation } from '@cusp/reports'
import { checksOf } from '@cusp/reports'

/** A violation as it is shown. */
export interface ShownViolation {
  /** The path of the page. */
  readonly page: string
  /** What is blocked, and why. */
  readonly what: readonly string[]
  /** The file from the root of the server, with line and column; null where no browser says. */
  readonly place: string | null
  /** The beginning of the code; empty where there is none. */
  readonly sample: string
  /** What to do. */
  readonly fix: string
}

const INLINE_FIXES: ReadonlyMap<string, string> = new Map([
  [
    'script-src-elem',
    'Put the code into a module, or into the HTML file, where the build hashes it.',
  ],
  ['script-src-attr', 'Use addEventListener in a module.'],
  ['style-src-elem', 'Import a style sheet, or put the styles into the HTML file.'],
  ['style-src-attr', 'Use a class, or set the properties of element.style.'],
])
const CODE_FIXES: ReadonlyMap<string, string> = new Map([
  ['eval', 'Use code that makes no functions from text.'],
  ['wasm', 'Add WASM_UNSAFE_EVAL to script-src, if the page needs WebAssembly.'],
  ['trusted-types', 'Make the value with a Trusted Types policy, and name that in trusted-types.'],
])

/** Describes a violation. */
export function describeViolation(violation: Violation): ShownViolation {
  return {
    page: pathOf(violation.page),
    what: explainViolation(violation),
    place: placeOf(violation),
    sample: violation.sample,
    fix: fixFor(violation),
  }
}

function explainViolation(violation: Violation): readonly string[] {
  const { page, policy, directive, blocked } = violation
  const self = URL.canParse(page) ? new URL(page).origin : null
  for (const check of checksOf(violation)) {
    const decision = decide({ value: policy }, check, { self })
    if (!decision.allowed) return explain(decision)
  }
  const what = blocked.url === '' ? blocked.kind : blocked.url
  return [`Blocked: ${what}.`, `${directive} decides.`]
}

function placeOf({ source, page }: Violation): string | null {
  const { file, line, column } = source
  if (file === null || file === '') return null
  return [pathOf(file, page), line, column].filter((part) => part !== null).join(':')
}

/** The path alone of what is on the same server. */
function pathOf(url: string, page: string = url): string {
  if (!URL.canParse(url) || !URL.canParse(page)) return url
  const { origin, pathname } = new URL(url)
  return origin === new URL(page).origin ? pathname : url
}

function fixFor({ blocked, directive }: Violation): string {
  const { kind, url } = blocked
  if (kind === 'inline') {
    return INLINE_FIXES.get(directive) ?? 'Put the code into a file of its own.'
  }
  const fix = CODE_FIXES.get(kind)
  if (fix !== undefined) return fix
  const source = URL.canParse(url) ? sourceOf(new URL(url)) : url === '' ? url : `${url}:`
  return source === ''
    ? `Change ${directive}.`
    : `Add ${source} to ${directive}, if the site needs it.`
}

function sourceOf({ origin, protocol }: URL): string {
  return origin === 'null' ? protocol : origin
}
