import { describe, expect, it, test, vi } from 'vitest'
import { createNonce, isStrongNonce } from './nonce.ts'
import { isSourceExpression } from './source-expression.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** As the edge runtime of Next does. */
function refuse(): never {
  throw new Error('not supported')
}

describe('createNonce', () => {
  const count = 1_000_000
  const nonces = Array.from({ length: count }, createNonce)

  it('makes a million nonces, none of them twice', () => {
    expect(new Set(nonces).size).toBe(count)
  }, 60_000)

  // test/runtimes/snapshot.test.ts starts processes from a real one.
  it('keeps no pool while a start-up snapshot is built', () => {
    const spied = vi.spyOn(process, 'getBuiltinModule')
    spied.mockReturnValue({ startupSnapshot: { isBuildingSnapshot: () => true } })
    const drawn = Array.from({ length: 10_000 }, createNonce)
    const { length } = spied.mock.calls
    createNonce()
    expect(spied.mock.calls).toHaveLength(length + 1)
    spied.mockRestore()
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  it.each([
    ['no process', undefined],
    ['a process without versions', { getBuiltinModule: refuse }],
    ['versions without that of Node', { versions: {}, getBuiltinModule: refuse }],
  ])('asks for nothing of Node where there is %s', (_, process) => {
    vi.stubGlobal('process', process)
    const drawn = Array.from({ length: 1000 }, createNonce)
    vi.unstubAllGlobals()
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  it('makes 22 letters of base64url: 132 bits', () => {
    expect(nonces.every((nonce) => /^[\w-]{22}$/.test(nonce))).toBe(true)
    expect(isStrongNonce(nonces[0])).toBe(true)
    expect(isSourceExpression(`'nonce-${nonces[0]}'`)).toBe(true)
  })

  it('draws every letter at every place alike', () => {
    // Chi-square with 63 degrees of freedom has mean 63 and deviation 11.2. At 150, one run in 10^8
    // fails by chance.
    const sample = 100_000
    const expected = sample / ALPHABET.length
    for (let place = 0; place < 22; place++) {
      const seen = new Map<string, number>()
      for (const nonce of nonces.slice(0, sample)) {
        const letter = nonce.charAt(place)
        seen.set(letter, (seen.get(letter) ?? 0) + 1)
      }
      let chiSquare = 0
      for (const letter of ALPHABET)
        chiSquare += ((seen.get(letter) ?? 0) - expected) ** 2 / expected
      expect(chiSquare, `place ${place}`).toBeLessThan(150)
      expect(seen.size).toBe(ALPHABET.length)
    }
  }, 60_000)
})

describe('isStrongNonce', () => {
  const cases: readonly (readonly [value: unknown, isStrong: boolean])[] = [
    ['a'.repeat(22), true],
    [`${'a'.repeat(22)}==`, true],
    ['AZaz09+/-_AZaz09+/-_AZaz09+/-_', true],
    ['a'.repeat(10_000), true],
    ['a'.repeat(21), false],
    [`${'a'.repeat(20)}==`, false],
    [`${'a'.repeat(22)}===`, false],
    [`=${'a'.repeat(22)}`, false],
    [`${'a'.repeat(22)}\n`, false],
    [`${'a'.repeat(22)}'`, false],
    ['', false],
    [undefined, false],
    [null, false],
    [Symbol('nonce'), false],
    [['a'.repeat(22)], false],
  ]
  test.each(cases)('%o: %j', (value, isStrong) => {
    expect(isStrongNonce(value)).toBe(isStrong)
  })
})
