/** URLs read without the parser are the parser's. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import type { CheckedURL } from './url.ts'
import { originOf, parseURL, readURL } from './url.ts'

const host = fc.oneof(
  fc.constantFrom('a.test', 'A.test', 'xn--a', 'bücher.test', '127.0.0.1', '1.2', '0x7f.1', 'a..b'),
  fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '1', 'x', 'n', '_'), maxLength: 12 }),
)
const built = fc
  .tuple(
    fc.constantFrom('https', 'http', 'wss', 'ws', 'HTTPS', 'ftp', 'data', 'blob', 'file'),
    fc.constantFrom('://', ':', ':/', ':///'),
    host,
    fc.constantFrom('', ':', ':80', ':443', ':0443', ':65536', ':x', ':99999999'),
    fc.string({
      unit: fc.constantFrom('/', '.', 'a', '%2e', '%', '?', '#', ' ', 'é', '\\'),
      maxLength: 8,
    }),
  )
  .map((parts) => parts.join(''))

test('the fast way to read a URL and the slow one agree', () => {
  fc.assert(
    fc.property(fc.oneof(any.url, built, fc.string()), (text) => {
      expect(partsIn(readURL(text))).toEqual(partsIn(parseURL(text)))
    }),
    { numRuns: 3000 },
  )
})

test('a path is matched where it stands as it is when it is cut out', () => {
  fc.assert(
    fc.property(built, fc.constantFrom('/', '/a', '/a/', '/a/a', '/.'), (text, pathPart) => {
      const url = readURL(text)
      const path = url?.path ?? ''
      const expected = path === pathPart || (pathPart.endsWith('/') && path.startsWith(pathPart))
      expect(url?.matchesPlainPath(pathPart) ?? expected).toBe(expected)
    }),
    { numRuns: 3000 },
  )
})

function partsIn(url: CheckedURL | null): unknown {
  if (url === null) return null
  const { scheme, port, portBefore, isSpecial, path } = url
  const { href } = url.parse()
  return { scheme, host: url.host, port, portBefore, isSpecial, path, href, origin: originOf(url) }
}
