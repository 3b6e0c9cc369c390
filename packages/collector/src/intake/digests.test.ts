/** A digest is the same whether it is remembered or not. */

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createDigests } from './digests.ts'

test('half of SHA-256 in hexadecimal digits, first and later, and after it was forgotten', () => {
  const digest = createDigests(2)
  for (const text of ['a', 'a', 'b', 'ü', 'a', '', 'a']) {
    const expected = createHash('sha256').update(text).digest('hex').slice(0, 32)
    expect(digest(text)).toBe(expected)
  }
})
