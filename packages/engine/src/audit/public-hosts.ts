/**
 * Hosts where anybody may publish: whoever writes such a host into a list lets in all who have an
 * account there.
 */

import type { AuditContext } from './context.ts'
import { operativeSources } from './context.ts'
import type { AuditFinding, WeakValue } from './finding.ts'
import type { FindingId } from './weaknesses.ts'
import { makeFindings } from './finding.ts'
import { OPEN_PLACES } from './open-cdns.ts'
import { addressOf, hostOf, indexPlaces } from './places.ts'
import { SUFFIXES } from './public-suffixes.ts'
import { URL_AREAS } from '../rules/rules.ts'
import type { HostSource } from '../sources/source-expression.ts'
import { exampleURL } from '../witness/example-url.ts'

/** An address that anybody could have, and what a sentence says of it. */
interface PublicPlace {
  readonly url: string
  readonly note: string
}

/** The directives that an attacker gains by, scripts left out. */
const OTHERS: readonly string[] = [
  'object-src',
  'frame-ancestors',
  'form-action',
  'connect-src',
  'frame-src',
  'style-src-elem',
  'base-uri',
]

const openPlaces = indexPlaces(OPEN_PLACES)

let suffixes: ReadonlySet<string> | undefined

/** Finds hosts in lists of scripts, and in those of all else. */
export function findPublicHosts(context: AuditContext): readonly AuditFinding[] {
  return [
    ...findIn('public-script-host', ['script-src-elem'], context),
    ...findIn('public-host', OTHERS, context),
  ]
}

function findIn(
  id: FindingId,
  directives: readonly string[],
  context: AuditContext,
): readonly AuditFinding[] {
  const weak: WeakValue[] = []
  for (const { effectiveDirective, chain, checkFor } of URL_AREAS) {
    if (!directives.includes(effectiveDirective)) continue
    for (const { directive, expression } of operativeSources(chain, context)) {
      if (expression.kind !== 'host') continue
      const found = placesFor(expression, context).find(({ url }) => context.allows(checkFor(url)))
      if (found === undefined) continue
      const { url, note } = found
      weak.push({ directive, value: expression.text, note, witness: checkFor(url) })
    }
  }
  return makeFindings(id, weak)
}

/** What anybody could have at an address that the source matches. */
function placesFor(expression: HostSource, context: AuditContext): readonly PublicPlace[] {
  const open = openPlaces(expression.host).flatMap((place) => {
    const url = addressOf(place, expression, context)
    return url === undefined ? [] : [{ url, note: `, and ${hostOf(place)} serves ${place.serves}` }]
  })
  const own = ownHost(expression, context)
  return own === undefined
    ? open
    : [{ url: own, note: ', and anybody may have a host there' }, ...open]
}

/** The address of a host that anybody may have under the wildcard. */
function ownHost(expression: HostSource, { self }: AuditContext): string | undefined {
  const { host } = expression
  if (!host.startsWith('*.') || !isPublicSuffix(host.slice(2))) return undefined
  return exampleURL({ ...expression, host: `attacker${host.slice(1)}` }, { host: '', self })
}

/**
 * Whether anybody may have a host under the domain. The list is unpacked when it is first asked.
 */
function isPublicSuffix(domain: string): boolean {
  suffixes ??= new Set(
    SUFFIXES.flatMap((row) => {
      const [end = '', starts = ''] = row.split(':')
      return starts.split(',').map((start) => `${start}.${end}`)
    }),
  )
  return suffixes.has(domain)
}
