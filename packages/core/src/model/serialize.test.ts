import { describe, expect, it } from 'vitest'
import { NONCE, SELF } from '../vocabulary/keywords.ts'
import { csp } from '../policy/policy-value.ts'
import { checkNonce, fill, joinTemplates, templateOf } from './serialize.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

const policy = csp().scriptSrc(NONCE, SELF).styleSrc(NONCE)

describe('templates', () => {
  it('are cut where the nonce goes, and made once for a policy', () => {
    expect(templateOf(policy)).toEqual(["script-src 'nonce-", "' 'self'; style-src 'nonce-", "'"])
    expect(templateOf(policy)).toBe(templateOf(policy))
    expect(templateOf(csp())).toEqual([''])
  })

  it('join into one text', () => {
    const joined = joinTemplates(
      [templateOf(policy), templateOf(csp().imgSrc(SELF)), templateOf(policy)],
      ', ',
    )
    expect(joined.join('N')).toBe(
      "script-src 'nonce-N' 'self'; style-src 'nonce-N', img-src 'self', script-src 'nonce-N' 'self'; style-src 'nonce-N'",
    )
    expect(joinTemplates([], ', ')).toEqual([])
  })

  it('are filled with a checked nonce', () => {
    expect(fill(['a'], undefined)).toBe('a')
    expect(fill(['a', 'b'], 'n'.repeat(22))).toBe(`a${'n'.repeat(22)}b`)
    expect(catchCspError(() => fill(['a', 'b'], undefined)).code).toBe('ERR_CSP_NONCE_MISSING')
    expect(catchCspError(() => checkNonce('n')).message).toBe(
      'Cannot use the nonce "n": it is not 22 or more letters of base64. Use a new createNonce() for each response instead.',
    )
  })
})
