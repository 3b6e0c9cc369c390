import { createHash } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import { CspError } from '../vocabulary/errors.ts'
import type { HashAlgorithm } from './hash.ts'
import { hashSource } from './hash.ts'
import { csp } from '../policy/policy-value.ts'

/** Text of `size` letters, one in seven of them beyond ASCII. */
function textOf(size: number): string {
  return Array.from({ length: size }, (_, index) =>
    index % 7 === 6 ? 'é' : String.fromCharCode(33 + (index % 90)),
  ).join('')
}

describe('hashSource', () => {
  test.each<HashAlgorithm>(['sha256', 'sha384', 'sha512'])(
    '%s agrees with node:crypto',
    async (algorithm) => {
      for (let size = 0; size <= 200; size++) {
        const text = textOf(size)
        const digest = createHash(algorithm).update(text).digest('base64')
        const source = await hashSource(text, algorithm)
        expect(source).toBe(`'${algorithm}-${digest}'`)
        expect(String(csp().scriptSrc(source))).toBe(`script-src ${source}`)
      }
    },
  )

  it('makes sha256 unless told otherwise', async () => {
    expect(await hashSource("alert('Hello, world.');")).toBe(
      "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    )
  })

  test.each(['sha1', 'SHA256', 'sha-256', null, 'constructor'])(
    'refuses the algorithm %j',
    async (algorithm) => {
      const error: unknown = await hashSource('', algorithm as HashAlgorithm).catch(
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(CspError)
      expect(error).toMatchObject({ code: 'ERR_CSP_HASH', value: algorithm })
    },
  )

  test.each([undefined, null, 5, new Uint8Array(3)])('refuses to hash %o', async (content) => {
    await expect(hashSource(content as unknown as string)).rejects.toMatchObject({
      code: 'ERR_CSP_INPUT',
      value: content,
    })
  })
})
