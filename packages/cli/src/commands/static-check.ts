/** `cusp static --check`: what of a page its policy would block. */

import type { Check, InlineType, PolicyItem } from '@cusp/engine'
import { decide } from '@cusp/engine'
import type { ExternalFile, InlineCode, InlineKind, PageCode } from '@cusp/html'

/** Something in a page that its policy blocks. */
export interface PageFinding {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly kind: InlineKind | ExternalFile['kind'] | 'page'
  /** The directive that blocks it; null for a page without a policy. */
  readonly directive: string | null
  /** The code, or the URL. */
  readonly source: string
  readonly fix: string
}

/** What is asked of a page. */
interface PageCheck {
  readonly path: string
  readonly code: PageCode
  readonly policies: readonly PolicyItem[]
  /** The origin of the site. */
  readonly self: string
}

const INLINE_TYPES: Readonly<Record<InlineKind, InlineType>> = {
  script: 'script',
  style: 'style',
  'event-handler': 'script attribute',
  'style-attribute': 'style attribute',
  'javascript-url': 'navigation',
}

const HASHED = 'Hash it: cusp static --meta, or --format, writes the hashes.'
const FIXES: Readonly<Record<PageFinding['kind'], string>> = {
  script: HASHED,
  style: HASHED,
  'event-handler': 'Use addEventListener in a script, or hash it with --attributes.',
  'style-attribute': 'Use a class and a style sheet, or hash it with --attributes.',
  'javascript-url': 'Use a button and a listener in a script, or hash it with --attributes.',
  'external-script':
    'Allow its host in script-src, or give it an integrity attribute and its hash.',
  'external-style': 'Allow its host in style-src.',
  page: 'Write one with cusp static --meta, or name its header with --policy.',
}

/** Finds what the policies block. A page without any policy is a finding too. */
export function checkPage({ path, code, policies, self }: PageCheck): readonly PageFinding[] {
  const place = { path, line: 1, column: 1 }
  if (policies.length === 0) {
    return [{ ...place, kind: 'page', directive: null, source: '', fix: FIXES.page }]
  }
  const base = self + encodeURI(path)
  const asked = [...code.inline.map(askInline), ...code.external.map((file) => askFile(file, base))]
  return asked.flatMap(({ check, line, column, kind, source }): readonly PageFinding[] => {
    const decision = decide(policies, check, { self })
    const result = decision.results.find(({ violated, disposition }) => {
      return violated && disposition === 'enforce'
    })
    if (decision.allowed || result === undefined) return []
    const directive = result.effectiveDirective
    return [{ path, line, column, kind, directive, source, fix: FIXES[kind] }]
  })
}

/** A check and what it is about. */
interface Asked extends Pick<PageFinding, 'column' | 'kind' | 'line' | 'source'> {
  readonly check: Check
}

function askInline({ kind, line, column, source }: InlineCode): Asked {
  return {
    kind,
    line,
    column,
    source,
    check: { type: 'inline', inline: INLINE_TYPES[kind], source },
  }
}

function askFile({ kind, line, column, url, integrity }: ExternalFile, base: string): Asked {
  const absolute = URL.canParse(url, base) ? new URL(url, base).href : url
  const destination = kind === 'external-script' ? 'script' : 'style'
  const check: Check = {
    type: 'request',
    url: absolute,
    destination,
    integrity: integrity.join(' '),
  }
  return { kind, line, column, source: url, check }
}
