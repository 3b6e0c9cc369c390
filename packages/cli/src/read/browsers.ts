/** The browsers of a browserslist query. */

import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'

/**
 * Resolves a query to browsers with their versions; undefined without a query.
 *
 * @param query true for the project's own configuration, or the defaults if it has none
 * @throws UsageError for a query that browserslist does not understand
 */
export async function resolveBrowsers(
  query: string | true | undefined,
  { cwd }: Host,
): Promise<readonly string[] | undefined> {
  if (query === undefined) return undefined
  // The data are large: they are loaded only when they are needed.
  const { default: browserslist } = await import('browserslist')
  try {
    return browserslist(query === true ? null : query, { path: cwd })
  } catch (error) {
    if (!(error instanceof Error) || !('browserslist' in error)) throw error
    throw new UsageError(
      `Cannot resolve the browsers ${JSON.stringify(query)}: ${error.message.replace(/\.$/, '')}. Use a browserslist query, such as "defaults" or "> 0.5%, safari 15".`,
    )
  }
}
