import { csp, hashSource, NONE, SELF } from '@cusp/core'
import { decide } from '@cusp/engine'
import { describe, expect, it, test } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { hashHtml, hashInline } from './hash-html.ts'
import { readInline } from './read-inline.ts'

const PAGE = `<!doctype html>
<script>one()</script><style>p { color: red }</style>
<p style="margin: 0" onclick="two()"><a href="javascript:three()">x</a>
<script>one()</script>`

describe('hashHtml', () => {
  it('has the hash of each script and style, once', async () => {
    expect(String(hashHtml(PAGE))).toBe(
      `script-src ${await hashSource('one()')}; style-src ${await hashSource('p { color: red }')}`,
    )
  })

  it.each(['sha384', 'sha512'] as const)('hashes with %s', async (algorithm) => {
    const additions = hashHtml('<script>one()</script>', { algorithm })
    expect(String(additions)).toBe(`script-src ${await hashSource('one()', algorithm)}`)
  })

  it('allows attributes and URLs when it is told, and nothing near them', () => {
    const base = csp().defaultSrc(SELF).scriptSrc(SELF).styleSrc(NONE)
    const policy = base.merge(hashHtml(PAGE, { unsafeHashes: true }))
    const types = new Map([
      ['event-handler', 'script attribute'],
      ['javascript-url', 'navigation'],
      ['style-attribute', 'style attribute'],
    ])
    const codes = readInline(PAGE).inline
    expect(codes).toHaveLength(6)
    for (const { kind, source } of codes) {
      const inline = types.get(kind) ?? kind
      expect(isAllowed(inline, source)).toBe(true)
      expect(isAllowed(inline, `${source};`)).toBe(false)
    }

    function isAllowed(inline: string, source: string): boolean {
      const check = { type: 'inline', inline, source }
      return decide(policy, check as Parameters<typeof decide>[1]).allowed
    }
  })

  it.each(['chromium', 'firefox', 'webkit'] as const)(
    'allows a URL that each browser spells in its own way, in %s',
    (dialect) => {
      const url = `javascript:say(a ? 'é' : '%41')`
      const policy = csp()
        .defaultSrc(SELF)
        .merge(hashHtml(`<a href="${url}">x</a>`, { unsafeHashes: true }))
      const check = { type: 'inline', inline: 'navigation' } as const
      expect(decide(policy, { ...check, source: url }, { dialect }).allowed).toBe(true)
      expect(decide(policy, { ...check, source: `${url};` }, { dialect }).allowed).toBe(false)
    },
  )

  it('has the integrity of scripts, not that of style sheets', () => {
    const [first, second] = [hashInline('a'), hashInline('b', 'sha384')]
    const integrity = `${first} ${second}`.replaceAll("'", '')
    const html = `<script src=a integrity="${integrity}"></script>
<link rel=stylesheet href=b integrity="${hashInline('c').slice(1, -1)}">`
    expect(String(hashHtml(html))).toBe(`script-src ${first} ${second}`)
  })

  it('of a page without code changes nothing', () => {
    const policy = csp().defaultSrc(NONE)
    expect(policy.merge(hashHtml('<p>text</p>'))).toBe(policy)
  })

  it('takes code that begins with a tag', () => {
    expect(hashHtml('<style><style>a{}</style>').get('style-src')).toEqual([
      hashInline('<style>a{}'),
    ])
  })

  it('refuses what would do nothing', () => {
    const misspelt = catchCspError(() => Reflect.apply(hashHtml, undefined, ['', { unsafe: true }]))
    expect(misspelt.code).toBe('ERR_CSP_INPUT')
    expect(misspelt.message).toContain('"unsafe" is not an option')
    const unknown = catchCspError(() =>
      Reflect.apply(hashHtml, undefined, ['', { algorithm: 'sha1' }]),
    )
    expect(unknown.message).toContain('"sha1" is not known')
  })
})

test('hashInline is hashSource without the wait', async () => {
  for (const source of ['', 'a()', 'é😀', '\uD800', '\n']) {
    expect(hashInline(source)).toBe(await hashSource(source))
    expect(hashInline(source, 'sha512')).toBe(await hashSource(source, 'sha512'))
  }
})
