/** Browserslist queries. */

import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'

/**
 * The browsers that a query means, with their versions; undefined without a query.
 *
 * @param query true for the project's own configuration, or where it has none the defaults
 * @throws UsageError for a query that browserslist does not know
 */
export async function resolveBrowsers(
  query: string | true | undefined,
  { cwd }: Host,
): Promise<readonly string[] | undefined> {
  if (query === undefined) return undefined
  // Its data are large: they are loaded where somebody asks.
  const { default: browserslist } = await import('browserslist')
  try {
    return browserslist(query === true ? null : query, { path: cwd })
  } catch (error) {
    if (!(error instanceof Error) || !('browserslist' in error)) throw error
    throw new UsageError(
      `Cannot resolve the browsers ${JSON.stringify(query)}: ${error.message.replace(/\.$/, '')}, expected a browserslist query: "defaults", "> 0.5%, safari 15"`,
    )
  }
}
