/** Known places on hosts, found by the host-part of a source and matched by the whole of it. */

import type { AuditContext } from './context.ts'
import { doesUrlMatchExpression } from '../sources/match-url.ts'
import type { HostSource } from '../sources/source-expression.ts'
import type { CheckedURL } from '../url/url.ts'
import { readURL, suffixesOf } from '../url/url.ts'

/** A place; its address starts with `//`. */
export interface Place {
  readonly url: string
}

/** Returns what finds the places that a host-part may mean: a host, or a wildcard above them. */
export function indexPlaces<Kind extends Place>(
  places: readonly Kind[],
): (hostPart: string) => readonly Kind[] {
  const byHost = new Map<string, Kind[]>()
  for (const place of places) {
    const host = hostOf(place)
    for (const part of [host, ...suffixesOf(host).map((suffix) => `*${suffix}`)]) {
      const known = byHost.get(part)
      if (known === undefined) byHost.set(part, [place])
      else known.push(place)
    }
  }
  return (hostPart) => byHost.get(hostPart) ?? []
}

/** The host of a place. */
export function hostOf({ url }: Place): string {
  return url.split('/')[2] as string
}

/** The address of a place, where the source matches it. */
export function addressOf(
  { url }: Place,
  expression: HostSource,
  { enforced, self }: AuditContext,
): string | undefined {
  const address = `${expression.scheme ?? self?.scheme ?? 'https'}:${url}`
  const { dialect } = enforced.page.policies
  const context = { self, redirectCount: 0, dialect, directive: 'script-src-elem' }
  return doesUrlMatchExpression(readURL(address) as CheckedURL, expression, context)
    ? address
    : undefined
}
