import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { KEYWORDS } from '../vocabulary/keywords.ts'
import type { SourceParts } from './source-parts.ts'
import { readSourceExpression } from './source-parts.ts'

const host = (rest: Partial<SourceParts & { kind: 'host' }>): SourceParts => ({
  kind: 'host',
  scheme: null,
  host: 'a.example',
  port: null,
  path: '',
  ...rest,
})
const invalid: SourceParts = { kind: 'invalid' }

const cases: readonly (readonly [text: string, parts: SourceParts])[] = [
  ['*', { kind: 'star' }],
  ['HTTPS:', { kind: 'scheme', scheme: 'https' }],
  ['web+App.x-1:', { kind: 'scheme', scheme: 'web+app.x-1' }],
  ["'SELF'", { kind: 'keyword', keyword: "'self'" }],
  ["'None'", { kind: 'keyword', keyword: "'none'" }],
  ["'NONCE-aB+/-_=='", { kind: 'nonce', nonce: 'aB+/-_==' }],
  ["'Sha256-aB='", { kind: 'hash', algorithm: 'sha256', value: 'aB=' }],
  ["'sha384-a_'", { kind: 'hash', algorithm: 'sha384', value: 'a_' }],
  ["'sha512-a'", { kind: 'hash', algorithm: 'sha512', value: 'a' }],
  ['a.example', host({})],
  ['A.Example', host({})],
  ['a.example:0080', host({ port: '0080' })],
  ['a.example:*', host({ port: '*' })],
  [
    'https://*.a.example:8443/Path/%2f',
    host({ scheme: 'https', host: '*.a.example', port: '8443', path: '/Path/%2f' }),
  ],
  ['WSS://A.example/', host({ scheme: 'wss', path: '/' })],
  ['x-y://a.example', host({ scheme: 'x-y' })],
  ['*:*', host({ host: '*', port: '*' })],
  ['*/p', host({ host: '*', path: '/p' })],
  ['http://*', host({ scheme: 'http', host: '*' })],
  ['a.', host({ host: 'a.' })],
  ['a//b', invalid],
  ['a/b//c', host({ host: 'a', path: '/b//c' })],
  // the path begins behind the host, wherever "://" stands again
  ['a/https://b', host({ host: 'a', path: '/https://b' })],
  ['', invalid],
  [':', invalid],
  [':80', invalid],
  ['/', invalid],
  ['.', invalid],
  ['*.', invalid],
  ['*.*', invalid],
  ['a..b', invalid],
  ['a:', { kind: 'scheme', scheme: 'a' }],
  ['1a:', invalid],
  ['http://h:', invalid],
  ['h:80:80', invalid],
  ['a_b', invalid],
  ["'self", invalid],
  ["'sha-256-a'", invalid],
  ["'nonce-a==='", invalid],
  ['a/?q', invalid],
  ['a/%zz', invalid],
  ['a\n', invalid],
  ['a:80\n', invalid],
  ["'self'\n", invalid],
  ['\u212aelvin.example', invalid],
  ["'\u017felf'", invalid],
]

describe('readSourceExpression', () => {
  test.each(cases)('%j', (text, parts) => {
    expect(readSourceExpression(text)).toEqual(parts)
  })

  // The grammar again, as its productions have it. It repeats groups: for short texts only.
  const SCHEME = '[a-z][a-z0-9+.-]*'
  const BASE64 = '[a-z0-9+/_-]+={0,2}'
  const HOST = String.raw`(?:\*|(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?)`
  const PCHAR = String.raw`(?:[a-z0-9._~!$&'()*+=:@-]|%[0-9a-f]{2})`
  const PATH = `/(?:${PCHAR}+(?:/${PCHAR}*)*)?`
  const GRAMMAR: Readonly<Record<string, RegExp>> = {
    star: /^\*$/,
    scheme: new RegExp(`^${SCHEME}:$`, 'i'),
    host: new RegExp(
      String.raw`^(?!\*$)(?:${SCHEME}://)?${HOST}(?::(?:[0-9]+|\*))?(?:${PATH})?$`,
      'i',
    ),
    keyword: new RegExp(`^(?:${[...KEYWORDS.keys()].join('|')})$`, 'i'),
    nonce: new RegExp(`^'nonce-${BASE64}'$`, 'i'),
    hash: new RegExp(`^'sha(?:256|384|512)-${BASE64}'$`, 'i'),
  }

  it('reads as the productions say, whatever the text is', () => {
    const pieces = fc.constantFrom(
      ..."a B 0 . .. - * *. : :// / // % %2f ' ' 'nonce- 'sha256- 'SHA512- = + _ ? # ; , @ é".split(
        ' ',
      ),
      ...KEYWORDS.keys(),
      'https://',
      ':80',
      ' ',
      '\n',
      '\u0000',
      '\u212a',
      '\u017f',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (list) => {
        const text = list.join('')
        const kinds = Object.keys(GRAMMAR).filter((kind) => GRAMMAR[kind]?.test(text))
        expect([readSourceExpression(text).kind]).toEqual(kinds.length === 0 ? ['invalid'] : kinds)
      }),
      { numRuns: 20_000 },
    )
  })

  it('writes a host-source again from its parts', () => {
    for (const [text, parts] of cases) {
      if (parts.kind !== 'host') continue
      const { scheme, host: name, port, path } = parts
      const written = `${scheme === null ? '' : `${scheme}://`}${name}${port === null ? '' : `:${port}`}`
      expect(text.toLowerCase()).toBe((written + path).toLowerCase())
    }
  })

  it('reads a megabyte of anything at once', () => {
    for (const piece of [
      'a',
      'a.',
      '.',
      '*.',
      ':',
      '/',
      '%',
      '%2',
      "'",
      '=',
      "'nonce-",
      'https://',
      '1',
      '\ud800',
    ]) {
      const text = piece.repeat(1_000_000 / piece.length)
      for (const around of [
        text,
        `'nonce-${text}'`,
        `https://${text}`,
        `https://a/${text}`,
        `a:${text}`,
      ]) {
        expect(readSourceExpression(around).kind).toMatch(/^[a-z]+$/)
      }
    }
  })
})
