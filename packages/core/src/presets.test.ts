import { describe, expect, it } from 'vitest'
import { createNonce } from './sources/nonce.ts'
import { api, strict } from './presets.ts'

describe('presets', () => {
  it('strict: nonces, trust that spreads, fallbacks for old browsers', () => {
    const nonce = createNonce()
    expect(strict().toString({ nonce })).toBe(
      `script-src 'nonce-${nonce}' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'`,
    )
    expect(
      strict()
        .issues()
        .every(({ severity }) => severity === 'info'),
    ).toBe(true)
  })

  it('api: nothing at all', () => {
    expect(String(api())).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(api().issues()).toEqual([])
  })
})
