/** The header of a page that has the rest of its policy in a meta tag. */

import type { ResponseState, WrittenMeta } from '../response/state.ts'
import type { SentHead } from './head-arguments.ts'
import { sentHeader } from './head-arguments.ts'

/** A tag as we write it is no XML, so an XHTML page does not count. */
const HTML = /^\s*text\/html\s*(?:;|$)/i

/**
 * Leaves out of our headers what the tag says, where the page with the tag surely is what is sent.
 * An error page may have taken its place, without a tag; a header that says the same again takes
 * nothing away.
 */
export function leaveOutMeta(
  { ownHeaders, ownNonce, settings }: ResponseState,
  { header }: WrittenMeta,
  head: SentHead,
): void {
  const isPage = head.statusCode < 300 && HTML.test(sentHeader(head, 'content-type') ?? '')
  if (!isPage || ownHeaders.areReplaced()) return
  ownHeaders.remove()
  ownHeaders.set(header, ownNonce?.value ?? '', settings)
}
