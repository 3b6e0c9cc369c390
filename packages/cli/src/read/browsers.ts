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
  const targets = select(() => browserslist(query === true ? null : query, { path: cwd }), query)
  if (targets.length > 0) return targets
  throw refusal(query, 'it selects no browser')
}

function select(load: () => readonly string[], query: string | true): readonly string[] {
  try {
    return load()
  } catch (error) {
    // A query may name packages and files: what they throw is a mistake in the query, too.
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw refusal(query, problem.replace(/\.$/, ''))
  }
}

function refusal(query: string | true, problem: string): UsageError {
  const name = query === true ? 'of the project' : JSON.stringify(query)
  return new UsageError(
    `Cannot resolve the browsers ${name}: ${problem}. Use a browserslist query, such as "defaults" or "> 0.5%, safari 15".`,
  )
}
