/** The endpoints of our policies, where something has set its own header of endpoints since. */

import type { ResponseState } from '../response/state.ts'
import { isReportingHeader, mergeEndpoints } from '../response/endpoints.ts'
import type { SentHead } from './head-arguments.ts'
import { sentHeader, setSentHeader } from './head-arguments.ts'

/**
 * Adds our endpoints to a header that a handler, an upstream or `writeHead` has put in the place of
 * ours: `report-to` would name an endpoint that is not there, and browsers then ignore `report-uri`
 * too. A header that a handler has removed stays away.
 */
export function keepEndpoints({ ownHeaders, settings }: ResponseState, head: SentHead): void {
  if (ownHeaders.delivery.endpoints.length === 0) return
  const own = ownHeaders.list()
  const isOurPolicy = own.some(({ name, value }) => {
    return !isReportingHeader(name) && sentHeader(head, name.toLowerCase()) === value
  })
  if (!isOurPolicy) return
  for (const { name, value } of own) {
    const before = sentHeader(head, name.toLowerCase())
    if (!isReportingHeader(name) || before === undefined || before.includes(value)) continue
    setSentHeader(head, name, mergeEndpoints(name, { before, ours: value, sink: settings }))
  }
}
