/** The policies of an HTML document's meta elements. */

import type { PolicyRecord } from '@cusp/engine'
import type { MetaPolicy } from '@cusp/html'
import { readMeta } from '@cusp/html'

/** What the meta elements of a document hold. */
export interface MetaReading {
  readonly policies: readonly PolicyRecord[]
  /** Why browsers ignore other meta elements, a sentence for each. */
  readonly notes: readonly string[]
}

/** Reads the policies of a page. Browsers read them in the head alone. */
export function readMetaPolicies(markup: string): MetaReading {
  const metas = readMeta(markup)
  return {
    policies: metas.filter(counts).map(({ value }) => ({ value, source: 'meta' })),
    notes: metas
      .filter((meta) => !counts(meta))
      .map(({ isReportOnly }) =>
        isReportOnly
          ? 'browsers ignore a meta element with a report-only policy'
          : 'browsers ignore a meta element with a policy outside the head',
      ),
  }
}

function counts({ isInHead, isReportOnly }: MetaPolicy): boolean {
  return isInHead && !isReportOnly
}
