/**
 * Which site reports: the last segment of the path, where several sites report to one collector.
 */

import { refusal, show } from '@cusp/core/internal'

/** Reports whose path names no project. */
const DEFAULT_PROJECT = 'default'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Checks the names of projects.
 *
 * @throws CspError `ERR_CSP_INPUT` for one that is not letters, digits, `.`, `_` and `-`
 */
export function readProjects(names: readonly string[] = []): ReadonlySet<string> {
  for (const name of names) {
    if (typeof name === 'string' && NAME.test(name)) continue
    throw refusal('ERR_CSP_INPUT', {
      action: 'tell projects apart',
      problem: `${show(name)} is not a name of up to 64 letters, digits, ".", "_" and "-"`,
      fix: 'a name such as "shop"',
      value: name,
    })
  }
  return new Set(names)
}

/**
 * The project of a request: only names that are known, for each would be a place of its own in the
 * store.
 */
export function projectOf(url: string, projects: ReadonlySet<string>): string {
  if (projects.size === 0) return DEFAULT_PROJECT
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  const end = path.endsWith('/') ? path.length - 1 : path.length
  const name = path.slice(path.lastIndexOf('/', end - 1) + 1, end)
  return projects.has(name) ? name : DEFAULT_PROJECT
}
