/**
 * Hashes of external scripts: the element's integrity attribute against the hashes of a source
 * list.
 */

import type { HashAlgorithm } from '@cusp/core'
import { asciiLowerCase, splitOnAsciiWhitespace } from '@cusp/core/internal'
import type { Dialect } from '../dialects/dialect.ts'
import type { HashSource } from './source-expression.ts'
import type { SourceList } from './source-list.ts'
import { integrityOf } from './source-list.ts'

/** One hash of an integrity attribute. */
interface IntegrityHash {
  readonly algorithm: HashAlgorithm
  readonly value: string
}

// hash-expression = hash-algorithm "-" base64-value; what follows a "?" are options
const HASH_EXPRESSION = /^(sha(?:256|384|512))-([^?]*)/i

/**
 * The hash-source that matches the first hash of the metadata when **every** hash of it is in the
 * list, else undefined.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-integrity-metadata-to-source-list
 */
export function doesIntegrityMetadataMatchSourceList(
  metadata: string,
  list: SourceList,
  { dialect }: { readonly dialect: Dialect },
): HashSource | undefined {
  if (metadata === '' || list.hashes.size === 0) return undefined
  let first: HashSource | undefined
  for (const hash of parseIntegrityMetadata(metadata, dialect)) {
    const match = list.integrities.get(integrityOf(hash, dialect))
    if (match === undefined) return undefined
    first ??= match
  }
  return first
}

/**
 * The hashes of an integrity attribute; what has no known algorithm is left out.
 *
 * @see https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata
 */
function parseIntegrityMetadata(metadata: string, dialect: Dialect): readonly IntegrityHash[] {
  return splitOnAsciiWhitespace(metadata).flatMap((item) => {
    const match = HASH_EXPRESSION.exec(item)
    if (match === null) return []
    const [, name = '', value = ''] = match
    if (value === '' && dialect.has('empty-integrity-left-out')) return []
    const algorithm = asciiLowerCase(name) as HashAlgorithm
    if (name !== algorithm && dialect.has('integrity-in-capitals-left-out')) return []
    return [{ algorithm, value }]
  })
}
