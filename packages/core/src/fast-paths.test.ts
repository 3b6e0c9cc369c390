/** The short ways that usual input takes lead where the long ones lead. */

import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { csp, isSourceExpression, parsePolicy } from './index.ts'

const label = fc.stringMatching(/^[a-z0-9-]{1,8}$/)
const usualHost = fc
  .tuple(
    fc.constantFrom('', 'https://', 'http://', 'wss://', 'ws://'),
    fc.constantFrom('', '*.'),
    fc.array(label, { minLength: 2, maxLength: 4 }),
    fc.constantFrom('', ':8443', ':0'),
    fc.constantFrom('', '/', '/Path/to.js', '/a~b_c-d/'),
  )
  .map(
    ([scheme, wildcard, labels, port, path]) => scheme + wildcard + labels.join('.') + port + path,
  )

describe('usual hosts', () => {
  it('are source expressions, and stay as they were written', () => {
    fc.assert(
      fc.property(usualHost, (host) => {
        expect(isSourceExpression(host)).toBe(true)
        expect(csp().imgSrc(host).get('img-src')).toEqual([host])
      }),
    )
  })

  it('are the same to the parser, whatever white space stands between them', () => {
    const space = fc.stringMatching(/^[\t\n\f\r ]{1,3}$/)
    fc.assert(
      fc.property(fc.array(usualHost), space, (hosts, white) => {
        const usual = parsePolicy(`img-src ${hosts.join(' ')}; object-src 'none'`).policy
        const odd = [`IMG-SRC`, ...hosts].join(white)
        expect(parsePolicy(`${odd}${white};${white}object-src 'none'`).policy.equals(usual)).toBe(
          true,
        )
      }),
    )
  })
})

describe('long lists', () => {
  const hosts = Array.from({ length: 40 }, (_, index) => `img${index}.example.com`)

  it('hold each value once, where it stood first', () => {
    const policy = csp().imgSrc(...hosts, ...hosts.toReversed())
    expect(policy.get('img-src')).toEqual(hosts)
    expect(policy.imgSrc(...hosts.slice(5)).get('img-src')).toEqual(hosts)
  })
})

describe('what a parser read', () => {
  const parsed = parsePolicy('script-src self')

  it('shows its issues as JSON and to inspect, found once', () => {
    expect(parsed.issues).toBe(parsed.issues)
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(
      JSON.parse(JSON.stringify({ policy: parsed.policy, issues: parsed.issues })),
    )
    expect(inspect(parsed)).toBe(inspect({ policy: parsed.policy, issues: parsed.issues }))
  })
})
