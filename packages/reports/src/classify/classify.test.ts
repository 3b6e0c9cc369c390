/** The rules, in their order; each rule and each scheme has a row. */

import { csp, deliver, NONCE, parsePolicy, SELF } from '@cusp/core'
import { describe, expect, it, test } from 'vitest'
import type { ViolationFacts } from '../../test/make-violation.ts'
import { makeViolation, USER_AGENTS } from '../../test/make-violation.ts'
import type { ClassifyOptions } from './classify.ts'
import { classify, createClassify } from './classify.ts'

const FIREFOX_40 = 'Mozilla/5.0 (X11; Linux x86_64; rv:40.0) Gecko/20100101 Firefox/40.0'
const CHROME_90 = USER_AGENTS.chrome.replace('156', '90')
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

/** The class and the reason of a violation, in one text. */
function classOf(facts: ViolationFacts, options?: ClassifyOptions): string {
  const { class: name, reason } = classify(makeViolation(facts), options)
  return `${name}, ${reason}`
}

/** Inline code under a policy. */
function inline(policy: string, facts: ViolationFacts = {}): ViolationFacts {
  return { blocked: 'inline', policy, ...facts }
}

type Row = readonly [what: string, facts: ViolationFacts, expected: string]

describe('of the site', () => {
  test.each<Row>([
    ['a URL', {}, 'source, policy-forbids'],
    ['a scheme', { blocked: 'data', directive: 'img-src' }, 'source, policy-forbids'],
    ['blob', { blocked: 'blob', directive: 'worker-src' }, 'source, policy-forbids'],
    ['inline', { blocked: 'inline' }, 'inline, policy-forbids'],
    ['inline with a sample', { blocked: 'inline', sample: 'go()' }, 'inline, policy-forbids'],
    [
      'a base URL, as the draft has it',
      { blocked: 'inline', directive: 'base-uri' },
      'inline, policy-forbids',
    ],
    ['eval', { blocked: 'eval', directive: 'script-src' }, 'eval, policy-forbids'],
    ['wasm', { blocked: 'wasm-eval', directive: 'script-src' }, 'wasm, policy-forbids'],
    [
      'a sink',
      { blocked: 'trusted-types-sink', directive: 'require-trusted-types-for' },
      'trusted-types, policy-forbids',
    ],
    ['webrtc', { blocked: '', directive: 'webrtc' }, 'source, policy-forbids'],
    ['a local page', { page: 'http://localhost:3000/' }, 'source, policy-forbids'],
    ['a page without a URL', { page: 'about:srcdoc' }, 'source, policy-forbids'],
    ['a page without a URL, short', { page: 'about' }, 'source, policy-forbids'],
    ['a page of a blob', { page: 'blob' }, 'source, policy-forbids'],
    ['a page of data', { page: 'data' }, 'source, policy-forbids'],
    [
      'a frame in itself',
      { page: 'about:srcdoc', blocked: 'inline', file: 'about:srcdoc' },
      'inline, policy-forbids',
    ],
    [
      'a host of a maker outside of its app',
      { blocked: 'https://connect.facebook.net/a.js' },
      'source, policy-forbids',
    ],
    [
      'a font of a host on public lists',
      { blocked: 'https://fonts.googleapis.com/css' },
      'source, policy-forbids',
    ],
  ])('%s', (_, facts, expected) => {
    expect(classOf(facts)).toBe(expected)
  })
})

describe('malformed', () => {
  test.each<Row>([
    ['no page', { page: '' }, 'malformed, page-is-not-a-url'],
    ['a path', { page: '/cart' }, 'malformed, page-is-not-a-url'],
    ['a host', { page: 'shop.example' }, 'malformed, page-is-not-a-url'],
    ['a text', { page: 'foo bar' }, 'malformed, page-is-not-a-url'],
    [
      'blocked is a text',
      { blocked: 'foo bar', directive: 'img-src' },
      'malformed, blocked-is-not-a-url',
    ],
    ['before foreign', { page: 'foo bar' }, 'malformed, page-is-not-a-url'],
  ])('%s', (_, facts, expected) => {
    expect(classOf(facts, { hosts: ['shop.example'] })).toBe(expected)
  })
})

describe('foreign', () => {
  const ours = 'source, policy-forbids'
  const foreign = 'foreign, page-is-not-ours'
  test.each([
    ['shop.example', 'https://shop.example/', ours],
    ['shop.example', 'https://SHOP.example:8443/', ours],
    ['SHOP.example', 'https://shop.example/', ours],
    ['shop.example', 'https://www.shop.example/', foreign],
    ['shop.example', 'https://shop.example.evil.example/', foreign],
    ['shop.example', 'https://evil.example/?https://shop.example/', foreign],
    ['shop.example', 'https://shop.example@evil.example/', foreign],
    ['shop.example', 'file', foreign],
    ['shop.example', 'about:blank', ours],
    ['shop.example:8443', 'https://shop.example:8443/', ours],
    ['shop.example:8443', 'https://shop.example/', foreign],
    ['shop.example:443', 'https://shop.example:8443/', foreign],
    ['*.shop.example', 'https://a.b.shop.example/', ours],
    ['*.shop.example', 'https://shop.example/', foreign],
    ['*.shop.example:8443', 'https://a.shop.example:8443/', ours],
    ['*.shop.example:8443', 'https://a.shop.example/', foreign],
    ['[::1]:3000', 'http://[::1]:3000/', ours],
    ['localhost', 'http://localhost:3000/', ours],
  ])('hosts %s, page %s', (host, page, expected) => {
    expect(classOf({ page }, { hosts: [host] })).toBe(expected)
  })

  test('no host at all is every page foreign', () => {
    expect(classOf({}, { hosts: [] })).toBe(foreign)
  })

  test('comes before noise, and before what the policy allows', () => {
    const page = 'https://evil.example/'
    const hosts = ['shop.example']
    expect(classOf({ page, blocked: 'chrome-extension' }, { hosts })).toBe(foreign)
    expect(classOf({ page, policy: 'script-src *' }, { hosts })).toBe(foreign)
  })

  test('a copy that a translator shows', () => {
    const page = 'https://shop-example.translate.goog/cart'
    expect(classOf({ page })).toBe('foreign, page-is-translated')
    expect(classOf({ page }, { hosts: ['shop.example'] })).toBe('foreign, page-is-translated')
    expect(classOf({ page }, { hosts: ['*.translate.goog'] })).toBe(ours)
  })
})

/** Each scheme by itself: a list is only as good as its last comma. */
const SCHEMES = {
  extension:
    'about chrome chrome-extension jar moz-extension ms-browser-extension mxaddon-pkg opera res resource safari-extension safari-resource safari-web-extension se-extension symres view-source webkit-masked-url',
  injected:
    'android-webview bdvideo chromeinvoke chromeinvokeimmediate chromenull crwebimmediate crwebinvoke crwebnull gsa mbinit ms-appx ms-appx-web mx mxjscall nativebaiduhd none sinaweibo sraf tmtbff webviewprogress webviewprogressproxy wvjbscheme',
} as const
const schemes = Object.entries(SCHEMES).flatMap(([name, list]) =>
  list.split(' ').map((scheme) => [scheme, name] as const),
)

describe('schemes', () => {
  it('are the 39 that are known', () => {
    expect(schemes).toHaveLength(39)
  })

  describe.each(schemes)('%s is %s', (scheme, name) => {
    test.each([scheme, `${scheme}:`, `${scheme}://abc/x.js`, scheme.toUpperCase()])('%s', (url) => {
      expect(classOf({ blocked: url })).toBe(`${name}, scheme-of-blocked`)
      expect(classOf({ blocked: 'inline', file: url })).toBe(`${name}, scheme-of-source`)
      const ofPage = scheme === 'about' ? 'source, policy-forbids' : `${name}, scheme-of-page`
      expect(classOf({ page: url, file: null })).toBe(ofPage)
    })
  })

  test.each<Row>([
    ['a user script', { blocked: 'inline', file: 'user-script:3' }, 'extension, scheme-of-source'],
    [
      'a file of the profile',
      { blocked: 'inline', file: 'jar:file:///x' },
      'extension, scheme-of-source',
    ],
    [
      'a masked extension',
      { blocked: 'inline', file: 'webkit-masked-url://hidden/', userAgent: USER_AGENTS.safari },
      'extension, scheme-of-source',
    ],
    ['data is not', { blocked: 'inline', file: 'data' }, 'inline, policy-forbids'],
    [
      'a scheme that begins like one',
      { blocked: 'chrome-extensions://x/' },
      'source, policy-forbids',
    ],
    [
      'a URL that has one in it',
      { blocked: 'https://a.example/chrome-extension://x/' },
      'source, policy-forbids',
    ],
  ])('%s', (_, facts, expected) => {
    expect(classOf(facts)).toBe(expected)
  })
})

describe('what others put into pages', () => {
  const frame = { directive: 'frame-ancestors', blocked: 'https://www.google.com/search' }
  const sound = { directive: 'media-src', blocked: 'data', file: null }
  test.each<Row>([
    // Bugs of browsers.
    [
      'inline in Firefox before 43',
      { blocked: 'self', directive: 'script-src', userAgent: FIREFOX_40 },
      'impossible, browser-bug',
    ],
    [
      'inline in Firefox since',
      { blocked: 'self', directive: 'script-src', userAgent: FIREFOX_40.replaceAll('40', '43') },
      'inline, policy-forbids',
    ],
    [
      'a base URL in Firefox before 49',
      {
        blocked: 'about:blank',
        directive: 'base-uri',
        userAgent: FIREFOX_40.replaceAll('40', '48'),
      },
      'impossible, browser-bug',
    ],
    [
      'a base URL in Firefox since',
      {
        blocked: 'about:blank',
        directive: 'base-uri',
        userAgent: FIREFOX_40.replaceAll('40', '49'),
      },
      'extension, scheme-of-blocked',
    ],
    [
      'a style in Firefox before 43',
      {
        blocked: 'self',
        directive: 'style-src',
        policy: "default-src 'self'",
        userAgent: FIREFOX_40,
      },
      'inline, policy-forbids',
    ],
    [
      'Firefox without a version',
      { blocked: 'inline', directive: 'script-src', userAgent: 'Firefox/' },
      'inline, policy-forbids',
    ],
    // Apps that show pages.
    [
      'code without a file in Facebook',
      { blocked: 'inline', file: null, userAgent: USER_AGENTS.facebook },
      'injected, in-app-browser',
    ],
    [
      'eval without a file in Instagram',
      { blocked: 'eval', file: null, userAgent: USER_AGENTS.instagram },
      'injected, in-app-browser',
    ],
    [
      'code without a file in Line',
      { blocked: 'inline', file: null, userAgent: USER_AGENTS.line },
      'injected, in-app-browser',
    ],
    [
      'code with a file in Line',
      { blocked: 'inline', userAgent: USER_AGENTS.line },
      'inline, policy-forbids',
    ],
    ['code without a file elsewhere', { blocked: 'inline', file: null }, 'inline, policy-forbids'],
    [
      'a handler has no file anywhere',
      { blocked: 'inline', file: null, directive: 'script-src-attr', userAgent: USER_AGENTS.line },
      'inline, policy-forbids',
    ],
    [
      'WebKit names no file for inline code',
      { blocked: 'inline', file: null, userAgent: `${IPHONE} Mobile/15E148 [FBAN/FBIOS]` },
      'inline, policy-forbids',
    ],
    [
      'a script of its maker in Facebook',
      { blocked: 'https://connect.facebook.net/x.js', userAgent: USER_AGENTS.facebook },
      'injected, in-app-browser',
    ],
    [
      'a picture of its maker in Instagram',
      {
        blocked: 'https://x.cdninstagram.com/x',
        directive: 'img-src',
        policy: "default-src 'self'",
        userAgent: USER_AGENTS.instagram,
      },
      'injected, in-app-browser',
    ],
    [
      'a host of its maker in Line',
      { blocked: 'https://line-scdn.net/x.js', userAgent: USER_AGENTS.line },
      'injected, in-app-browser',
    ],
    [
      'a host of another in Line',
      { blocked: 'https://facebook.com/x.js', userAgent: USER_AGENTS.line },
      'source, policy-forbids',
    ],
    // Translators.
    [
      'what a translator loads',
      { blocked: 'https://translate.googleapis.com/x' },
      'injected, translator',
    ],
    [
      'what a translator loads too',
      { blocked: 'https://translate.google.com/x' },
      'injected, translator',
    ],
    ['a frame of a search engine', frame, 'injected, translator'],
    ['of another country', { ...frame, blocked: 'https://google.co.uk/' }, 'injected, translator'],
    ['of nobody', { ...frame, blocked: 'https://google.evil.example/' }, 'source, policy-forbids'],
    [
      'a script of a search engine',
      { ...frame, directive: 'script-src-elem' },
      'source, policy-forbids',
    ],
    // Pages read aloud.
    ['sound from nowhere', sound, 'injected, read-aloud'],
    ['sound from nowhere, unknown browser', { ...sound, userAgent: '' }, 'injected, read-aloud'],
    ['sound from a file', { ...sound, file: 'https://shop.example/' }, 'source, policy-forbids'],
    [
      'Firefox names no file for markup',
      { ...sound, userAgent: USER_AGENTS.firefox },
      'source, policy-forbids',
    ],
    ['WebKit neither', { ...sound, userAgent: USER_AGENTS.safari }, 'source, policy-forbids'],
    ['a picture from nowhere', { ...sound, directive: 'img-src' }, 'source, policy-forbids'],
    // Virus scanners and proxies.
    [
      'from the file of a scanner',
      { blocked: 'inline', file: 'https://gc.kaspersky-labs.com/x.js' },
      'injected, intercepting-host',
    ],
    [
      'a file that only names one',
      { blocked: 'inline', file: 'kaspersky-labs.com' },
      'inline, policy-forbids',
    ],
    ['a host that ends like one', { blocked: 'https://notzscaler.com/' }, 'source, policy-forbids'],
  ])('%s', (_, facts, expected) => {
    expect(classOf(facts)).toBe(expected)
  })

  test.each([
    'kaspersky-labs.com',
    'opendns.com',
    'scansafe.net',
    'superfish.com',
    'zscaler.com',
    'zscaler.net',
  ])('%s and what is below it', (host) => {
    expect(classOf({ blocked: `https://${host}/x.js` })).toBe('injected, intercepting-host')
    expect(classOf({ blocked: `https://gateway.${host}/x.js` })).toBe('injected, intercepting-host')
  })

  test.each([
    'installGlobalHook(window)',
    'window.devToolsOptions',
    'var lastpass_iter=5000',
    'AG_onLoad=function(func)',
    'var FuckAdBlock=',
    'var BlockAdBlock=',
    ' abNoOp',
    'window.oldSetTimeout=window.setTimeout;',
    '_PostRPC()',
    '.WondersharePlayer',
    'videodownload2',
    'safeWindow:{}',
  ])('the sample %j', (sample) => {
    expect(classOf({ blocked: 'inline', sample })).toBe('extension, known-sample')
  })
})

describe('what the policy of the site names is never noise', () => {
  const scanner = { blocked: 'https://gc.kaspersky-labs.com/x.js' }
  test.each<readonly [what: string, facts: ViolationFacts, policies: string]>([
    ['a host', scanner, 'img-src https://gc.kaspersky-labs.com/a/b'],
    ['a host below', scanner, 'img-src *.kaspersky-labs.com:8443'],
    ['a scheme', { blocked: 'chrome-extension' }, 'img-src chrome-extension:'],
    ['one extension', { blocked: 'chrome-extension' }, 'img-src chrome-extension://abc'],
    [
      'a maker',
      { blocked: 'https://www.facebook.com/', userAgent: USER_AGENTS.facebook },
      'frame-src www.facebook.com',
    ],
    ['a translator', { blocked: 'https://translate.google.com/' }, 'frame-src *.google.com'],
    ['the source', { file: 'https://gc.kaspersky-labs.com/x.js' }, 'img-src gc.kaspersky-labs.com'],
    ['the scheme of the source', { file: 'chrome-extension://abc/x' }, 'img-src chrome-extension:'],
  ])('%s', (_, facts, value) => {
    expect(classOf(facts)).not.toBe('source, policy-forbids')
    expect(classOf(facts, { policies: { value } })).toBe('source, policy-forbids')
    expect(classOf(facts, { policies: { value: 'img-src https: *' } })).toBe(classOf(facts))
  })

  test('and so are its hosts', () => {
    const facts = { ...scanner, page: 'https://kaspersky-labs.com/' }
    expect(classOf(facts, { hosts: ['*.kaspersky-labs.com', 'kaspersky-labs.com'] })).toBe(
      'source, policy-forbids',
    )
  })

  const value = 'img-src gc.kaspersky-labs.com'
  test.each<readonly [what: string, policies: ClassifyOptions['policies']]>([
    ['a policy', csp().imgSrc('gc.kaspersky-labs.com')],
    ['a delivery', deliver({ enforce: csp().imgSrc(SELF), reportOnly: parsePolicy(value).policy })],
    ['enforced ones', { enforce: [parsePolicy(value).policy] }],
    ['report-only ones', { enforce: [], reportOnly: parsePolicy(value).policy }],
    ['a parsed one', parsePolicy(value)],
    ['a header of two', { value: `img-src 'self', ${value}` }],
    ['a list', [{ value: "img-src 'self'" }, csp().scriptSrc(NONCE), { value }]],
  ])('by %s', (_, policies) => {
    expect(classOf(scanner, { policies })).toBe('source, policy-forbids')
  })
})

describe('impossible', () => {
  const impossible = 'impossible, policy-allows-code'
  const wasm = { blocked: 'wasm-eval', directive: 'script-src' }
  test.each<Row>([
    ['inline that is allowed', inline("script-src 'self' 'unsafe-inline'"), impossible],
    ['inline without a policy for it', inline("img-src 'self'"), impossible],
    [
      'inline beside a nonce',
      inline("script-src 'unsafe-inline' 'nonce-abc'"),
      'inline, policy-forbids',
    ],
    [
      'inline beside a nonce that is taken off',
      inline("script-src 'unsafe-inline' 'nonce-{NONCE}'"),
      'inline, policy-forbids',
    ],
    [
      'inline beside a hash',
      inline("script-src 'unsafe-inline' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"),
      'inline, policy-forbids',
    ],
    ['a style', inline("style-src 'unsafe-inline'", { directive: 'style-src-elem' }), impossible],
    [
      'a style attribute',
      inline("style-src 'unsafe-inline'", { directive: 'style-src-attr' }),
      impossible,
    ],
    [
      'a handler',
      inline("script-src-attr 'unsafe-inline'", { directive: 'script-src-attr' }),
      impossible,
    ],
    [
      'elements that are allowed, while attributes are not',
      inline("script-src-elem 'unsafe-inline'; script-src 'none'", { directive: 'script-src' }),
      'inline, policy-forbids',
    ],
    [
      'default-src allows all',
      inline("default-src 'unsafe-inline'", { directive: 'default-src' }),
      impossible,
    ],
    [
      'styles are not',
      inline("default-src 'unsafe-inline'; style-src 'none'", { directive: 'default-src' }),
      'inline, policy-forbids',
    ],
    ['report-only', inline("script-src 'unsafe-inline'", { disposition: 'report' }), impossible],
    [
      'unknown disposition',
      inline("script-src 'unsafe-inline'", { disposition: 'unknown' }),
      impossible,
    ],
    [
      'in Firefox',
      inline("script-src 'unsafe-inline'", { userAgent: USER_AGENTS.firefox }),
      impossible,
    ],
    [
      'in Safari',
      inline("script-src 'unsafe-inline'", { userAgent: USER_AGENTS.safari }),
      impossible,
    ],
    ['in any browser', inline("script-src 'unsafe-inline'", { userAgent: '' }), impossible],
    [
      'eval that is allowed',
      { blocked: 'eval', directive: 'script-src', policy: "script-src 'unsafe-eval'" },
      impossible,
    ],
    [
      'eval that is not',
      { blocked: 'eval', directive: 'script-src', policy: "script-src 'wasm-unsafe-eval'" },
      'eval, policy-forbids',
    ],
    ['wasm that is allowed', { ...wasm, policy: "script-src 'unsafe-eval'" }, impossible],
    [
      'wasm that Firefox names beside another policy',
      { ...wasm, policy: "script-src 'unsafe-eval'", userAgent: USER_AGENTS.firefox },
      'wasm, policy-forbids',
    ],
    [
      'wasm by its own word in Firefox',
      { ...wasm, policy: "script-src 'wasm-unsafe-eval'", userAgent: USER_AGENTS.firefox },
      impossible,
    ],
    ['wasm by its own word', { ...wasm, policy: "script-src 'wasm-unsafe-eval'" }, impossible],
    [
      'in a browser that does not know the word',
      { ...wasm, policy: "script-src 'wasm-unsafe-eval'", userAgent: CHROME_90 },
      'wasm, policy-forbids',
    ],
    [
      'in a browser without a version',
      { ...wasm, policy: "script-src 'wasm-unsafe-eval'", userAgent: 'Chrome/' },
      'wasm, policy-forbids',
    ],
    [
      'in a browser that nobody knows',
      { ...wasm, policy: "script-src 'wasm-unsafe-eval'", userAgent: '' },
      'wasm, policy-forbids',
    ],
    [
      'in Safari of that version',
      { ...wasm, policy: "script-src 'wasm-unsafe-eval'", userAgent: USER_AGENTS.safari },
      impossible,
    ],
    [
      'on iOS',
      {
        ...wasm,
        policy: "script-src 'wasm-unsafe-eval'",
        userAgent: `${IPHONE} CriOS/140.0 Safari/604.1`,
      },
      'wasm, policy-forbids',
    ],
    [
      'a policy that was cut',
      inline(`script-src 'unsafe-inline'; img-src ${'x'.repeat(16_384)}`.slice(0, 16_384)),
      'inline, policy-forbids',
    ],
    ['a policy of nothing', inline(';'), 'inline, policy-forbids'],
    [
      'noise comes first',
      inline("script-src 'unsafe-inline'", { file: 'chrome-extension' }),
      'extension, scheme-of-source',
    ],
  ])('%s', (_, facts, expected) => {
    expect(classOf(facts)).toBe(expected)
  })

  test('the own policies count where a report names none', () => {
    const policies = csp().scriptSrc(SELF, "'unsafe-inline'")
    expect(classOf(inline(''))).toBe('inline, policy-forbids')
    expect(classOf(inline(''), { policies })).toBe(impossible)
    expect(classOf(inline(''), { policies: [policies, csp().scriptSrc(SELF)] })).toBe(
      'inline, policy-forbids',
    )
    expect(classOf(inline("script-src 'self'"), { policies })).toBe('inline, policy-forbids')
  })
})

describe('redirect', () => {
  const redirect = 'redirect, policy-allows-url'
  const image = { directive: 'img-src', blocked: 'https://cdn.example/a.png' }
  test.each<Row>([
    ['a URL that is allowed', { policy: 'script-src https://cdn.example' }, redirect],
    [
      'a path that is not',
      { policy: 'script-src https://cdn.example/b/' },
      'source, policy-forbids',
    ],
    [
      'the origin of the page',
      { blocked: 'https://shop.example/a.js', policy: "script-src 'self'" },
      redirect,
    ],
    [
      'of another port',
      { blocked: 'https://shop.example:8443/a.js', policy: "script-src 'self'" },
      'source, policy-forbids',
    ],
    [
      'a page without an origin',
      { page: 'about:srcdoc', blocked: 'https://shop.example/a.js', policy: "script-src 'self'" },
      'source, policy-forbids',
    ],
    [
      'a page without a good one',
      { page: 'https://a b/', policy: "script-src 'self'" },
      'source, policy-forbids',
    ],
    ['a picture', { ...image, policy: 'img-src cdn.example' }, redirect],
    ['a form', { directive: 'form-action', policy: 'form-action https:' }, redirect],
    [
      'a directive without requests',
      { directive: 'frame-ancestors', policy: 'frame-ancestors *' },
      'source, policy-forbids',
    ],
    [
      'a connection over WebSocket',
      {
        ...image,
        directive: 'connect-src',
        blocked: 'wss://cdn.example/',
        policy: 'connect-src *',
      },
      'source, policy-forbids',
    ],
    [
      'what WebKit makes of a URL',
      { ...image, blocked: 'https://cdn.example:443cdn.example/', policy: 'img-src *' },
      'source, policy-forbids',
    ],
    [
      "'strict-dynamic'",
      { policy: "script-src 'nonce-abc' 'strict-dynamic' https:" },
      'source, policy-forbids',
    ],
    ['in any browser', { ...image, policy: 'img-src https:', userAgent: '' }, redirect],
    // Noise by its host, but the policy allows it.
    [
      'a host that rewrites pages',
      { blocked: 'https://gateway.zscaler.com/x', policy: 'script-src https:' },
      redirect,
    ],
    [
      'asked for by an extension',
      { file: 'chrome-extension://abc/x', policy: 'script-src https:' },
      redirect,
    ],
    [
      'a scheme is not a URL',
      { ...image, blocked: 'chrome-extension', policy: 'img-src chrome-extension:' },
      'extension, scheme-of-blocked',
    ],
  ])('%s', (_, facts, expected) => {
    expect(classOf(facts)).toBe(expected)
  })

  test.each([
    'connect-src',
    'font-src',
    'frame-src',
    'fenced-frame-src',
    'img-src',
    'manifest-src',
    'media-src',
    'object-src',
    'script-src',
    'script-src-elem',
    'style-src',
    'style-src-elem',
    'worker-src',
  ])('%s', (directive) => {
    expect(classOf({ directive, policy: 'default-src https://cdn.example' })).toBe(redirect)
    expect(classOf({ directive, policy: "default-src 'none'" })).toBe('source, policy-forbids')
  })
})

describe('a policy that has been rewritten', () => {
  const own = "script-src 'self' 'nonce-{NONCE}'; report-uri /csp"
  const policies = { value: own }
  const rewritten = `${own}; img-src https://gateway.zscaler.com`
  test.each([
    ['it names a host that rewrites pages', rewritten, { policies }, 'injected, unknown-policy'],
    ['nothing is known of the own policies', rewritten, {}, 'source, policy-forbids'],
    [
      'it is another one, an older one perhaps',
      "script-src 'none'",
      { policies },
      'source, policy-forbids',
    ],
    ['it is not named', '', { policies }, 'source, policy-forbids'],
    [
      'it is the own one, which names the host',
      rewritten,
      { policies: { value: rewritten } },
      'source, policy-forbids',
    ],
    [
      'another own one names the host',
      rewritten,
      { policies: [policies, { value: 'img-src gateway.zscaler.com' }] },
      'injected, unknown-policy',
    ],
    [
      'the own ones name every such host',
      rewritten,
      { policies: [policies, { value: 'img-src zscaler.com' }] },
      'source, policy-forbids',
    ],
    [
      'the host is in the address of reports, the nonce another one',
      "script-src 'self' 'nonce-abcdef'; report-uri https://gateway.zscaler.com/csp",
      { policies: csp().scriptSrc(SELF, NONCE).reportTo('csp', '/csp') },
      'source, policy-forbids',
    ],
  ])('%s', (_, policy, options, expected) => {
    expect(classOf({ policy }, options)).toBe(expected)
  })
})

describe('createClassify', () => {
  it('answers as classify does, and forgets policies when there are too many', () => {
    const classifyAll = createClassify()
    for (let index = 0; index < 200; index++) {
      const policy = `script-src https://a${index}.example`
      const allowed = makeViolation({ policy, blocked: `https://a${index}.example/x.js` })
      const forbidden = makeViolation({ policy, blocked: 'https://b.example/x.js' })
      expect([classifyAll(allowed).class, classifyAll(forbidden).class]).toEqual([
        'redirect',
        'source',
      ])
    }
  })

  it('forgets answers and pages when there are too many', () => {
    const classifyAll = createClassify()
    const policy = "script-src 'self'"
    for (let index = 0; index < 600; index++) {
      const page = `https://a${index % 40}.example/`
      const same = makeViolation({ policy, page, blocked: `${page}${index}.js` })
      const other = makeViolation({ policy, page, blocked: `https://b.example/${index}.js` })
      const long = makeViolation({ policy, page, blocked: `${page}${'x'.repeat(300)}${index}` })
      const classes = [same, other, long].map((violation) => classifyAll(violation).class)
      expect(classes).toEqual(['redirect', 'source', 'redirect'])
    }
  })

  it('forgets answers when they are too long together, and answers as before', () => {
    const classifyAll = createClassify()
    const path = 'x'.repeat(350)
    const classes = Array.from({ length: 12_000 }, (_, index) => {
      return classifyAll(makeViolation({ blocked: `https://b.example/${path}${index}` })).class
    })
    expect(new Set(classes)).toEqual(new Set(['source']))
    const page = makeViolation({ blocked: 'https://shop.example/a.js' })
    expect(classifyAll(page).class).toBe('redirect')
  })

  it('tells texts apart that differ in where they end', () => {
    const classifyAll = createClassify()
    const own = { file: 'https://shop.example/a.jswindow', sample: '.devToolsOptions' }
    const other = { file: 'https://shop.example/a.js', sample: 'window.devToolsOptions' }
    const policy = "script-src 'self'"
    expect(classifyAll(makeViolation(inline(policy, own))).class).toBe('inline')
    expect(classifyAll(makeViolation(inline(policy, other))).class).toBe('extension')
  })

  it('answers the same again, whatever was asked in between', () => {
    const classifyAll = createClassify()
    const one = makeViolation({ policy: 'script-src https:' })
    const two = makeViolation({ policy: "script-src 'none'" })
    const nonced = makeViolation({ policy: "script-src 'nonce-abc'" })
    const noncedAgain = makeViolation({ policy: "script-src 'nonce-def'" })
    const asked = [one, one, two, nonced, one, noncedAgain, two]
    expect(asked.map((violation) => classifyAll(violation).class)).toEqual([
      'redirect',
      'redirect',
      'source',
      'source',
      'redirect',
      'source',
      'source',
    ])
  })

  it('tells policies apart by disposition, origin and browser', () => {
    const classifyAll = createClassify()
    const policy = "script-src 'self'"
    const facts = { policy, blocked: 'https://shop.example/a.js' } as const
    expect(classifyAll(makeViolation(facts)).class).toBe('redirect')
    expect(classifyAll(makeViolation({ ...facts, page: 'https://www.shop.example/' })).class).toBe(
      'source',
    )
    expect(classifyAll(makeViolation({ ...facts, userAgent: USER_AGENTS.firefox })).class).toBe(
      'redirect',
    )
    expect(classifyAll(makeViolation({ ...facts, disposition: 'report' })).class).toBe('redirect')
  })

  it('gives frozen values', () => {
    expect(Object.isFrozen(classify(makeViolation()))).toBe(true)
  })

  test.each<readonly [options: unknown, message: string]>([
    [{ host: ['shop.example'] }, 'Cannot classify: "host" is not an option. Use hosts instead.'],
    [null, 'Cannot classify: null is not an object of options. Use { policies, hosts } instead.'],
    [
      { hosts: 'shop.example' },
      'Cannot classify: hosts is "shop.example", which is not a list. Use ["shop.example"] instead.',
    ],
    [{ hosts: [7] }, 'Cannot classify: 7 in hosts is not a host. Use "shop.example" instead.'],
    [{ hosts: [''] }, 'Cannot classify: "" in hosts is not a host. Use "shop.example" instead.'],
    [
      { hosts: ['a b'] },
      'Cannot classify: "a b" in hosts is not a host. Use "shop.example" instead.',
    ],
    [{ hosts: ['*'] }, 'Cannot classify: "*" in hosts is not a host. Use "shop.example" instead.'],
    [
      { hosts: ['https://shop.example:8443/cart'] },
      'is not a host. Use "shop.example:8443" instead.',
    ],
    [{ hosts: ['shop.example/cart'] }, 'is not a host. Use "shop.example" instead.'],
    [{ hosts: ['müller.example'] }, 'is not a host. Use "xn--mller-kva.example" instead.'],
    [{ policies: "script-src 'self'" }, 'is not a policy. Use a policy'],
    [{ policies: [null] }, 'is not a policy. Use a policy'],
    [{ policies: null }, 'is not a policy. Use a policy'],
  ])('%j is refused', (options, message) => {
    expect(() => createClassify(options as ClassifyOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_CSP_INPUT', message: expect.stringContaining(message) }),
    )
  })
})
