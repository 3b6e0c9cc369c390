/** What the compiler lets through and what it refuses, with the fix in its message. */

import type { DirectiveMethods } from '../model/directive-methods.ts'
import type { DirectiveName, ListDirective } from '../vocabulary/directives.ts'
import { csp, deliver, NONCE, NONE, SELF, STRICT_DYNAMIC, strict } from '../index.ts'
import type { Policy, SourceMistake } from '../index.ts'
import type { CheckedSources } from '../sources/source-types.ts'

// ─── accepted ───

declare const config: { readonly apiUrl: string; readonly hosts: readonly string[] }
declare const port: number
declare const tenant: string
declare const optional: string | undefined

csp().connectSrc(config.apiUrl)
csp().connectSrc('localhost')
csp().connectSrc('localhost:3000', 'http://localhost:3000')
csp().connectSrc(`https://${tenant}.example.com`)
csp().connectSrc(`http://localhost:${port}`)
csp().connectSrc(...config.hosts)
csp().connectSrc(SELF, ...config.hosts, 'https://a.example')
csp().connectSrc(...(optional === undefined ? [] : [optional]))
csp().connectSrc(SELF, ...(optional === undefined ? [] : ['https://a.example']), 'b.example')
csp().scriptSrc(...(optional === undefined ? [SELF] : [NONCE, STRICT_DYNAMIC]))
csp().connectSrc("'self'", "'none'")
csp().connectSrc('https:', 'data:', 'blob:', '*', '*.example.com:*')
csp().imgSrc('https://a.example/path;with,separators')
csp().scriptSrc(NONCE, STRICT_DYNAMIC, "'nonce-2726c7f26c'", "'sha256-abc'")
csp().scriptSrc('shared.cdn.com', 'sha256.example', 'nonce.example', 'selfie.example')
csp().frameAncestors(SELF, 'https://a.example', config.apiUrl)
csp().frameAncestors(NONE)
csp().sandbox()
csp().sandbox('allow-scripts', 'allow-forms')
csp().trustedTypes()
csp().trustedTypes('default', "'allow-duplicates'", config.apiUrl)
csp().webrtc("'block'")
csp().requireTrustedTypesFor("'script'")
csp().upgradeInsecureRequests().treatAsPublicAddress()
csp().set('script-src', new Set([SELF, NONCE]))
csp().set('script-src', config.hosts)
csp().directive('new-directive', 'value')
csp().allow('img-src', SELF, config.apiUrl, NONCE)
csp().allow('sandbox', 'x')
csp().reportTo('csp').reportTo('csp', '/csp-reports')
strict().toString({ nonce: optional })
deliver({ enforce: [csp()], reportOnly: undefined })
deliver(deliver(csp()))

// ─── refused: slips in source lists ───

// @ts-expect-error -- a keyword has single quotes
csp().connectSrc('self')
// @ts-expect-error -- whatever its case
csp().connectSrc('None')
// @ts-expect-error -- among others too
csp().scriptSrc(SELF, 'a.example', 'unsafe-inline')
// @ts-expect-error -- single quotes, not double ones
csp().scriptSrc('"strict-dynamic"')
// @ts-expect-error -- NONCE
csp().scriptSrc('nonce')
// @ts-expect-error -- NONCE
csp().scriptSrc("'nonce'")
// @ts-expect-error -- NONCE
csp().scriptSrc("'nonce-'")
// @ts-expect-error -- a token of sandbox
csp().connectSrc('allow-scripts')
// @ts-expect-error -- two sources in one text
csp().connectSrc("'self' a.example")
// @ts-expect-error -- two sources in one text
csp().connectSrc('a.example\tb.example')
// @ts-expect-error -- two directives in one text
csp().connectSrc('a.example;script-src')
// @ts-expect-error -- a scheme has a colon
csp().imgSrc('https')
// @ts-expect-error -- a scheme has a colon
csp().imgSrc('data')
// @ts-expect-error -- no source at all
csp().imgSrc('')
// @ts-expect-error -- spread the array
csp().imgSrc(['a.example'])
// @ts-expect-error -- spread a condition
csp().imgSrc(optional)
// @ts-expect-error -- spread a condition
csp().imgSrc(undefined)
// @ts-expect-error -- spread a condition
csp().imgSrc(port > 80 && 'a.example')
// @ts-expect-error -- spread a condition
csp().imgSrc(null)
// @ts-expect-error -- text only
csp().imgSrc(5)
// @ts-expect-error -- text only
csp().imgSrc(new URL('https://a.example'))
// @ts-expect-error -- the same in allow
csp().allow('img-src', 'self')
// @ts-expect-error -- the same in frame-ancestors
csp().frameAncestors('self')

// ─── refused: other grammars ───

// @ts-expect-error -- no nonce in frame-ancestors
csp().frameAncestors(NONCE)
// @ts-expect-error -- allow-scripts
csp().sandbox('allow-script')
// @ts-expect-error -- no source in sandbox
csp().sandbox(SELF)
// @ts-expect-error -- 'allow' with quotes
csp().webrtc('allow')
// @ts-expect-error -- 'script' with quotes
csp().requireTrustedTypesFor('script')
// @ts-expect-error -- takes no value
csp().upgradeInsecureRequests('1')
// @ts-expect-error -- report-to is no list of permissions
csp().allow('report-to', 'csp')
// @ts-expect-error -- nor is this
csp().allow('upgrade-insecure-requests')
// @ts-expect-error -- a typo
csp().allow('imgs-src', SELF)
// @ts-expect-error -- an array, not a text
csp().set('img-src', 5)
// @ts-expect-error -- a policy, not a text
csp().merge("img-src 'self'")
// @ts-expect-error -- a policy, not a text
deliver({ enforce: "img-src 'self'" })
// @ts-expect-error -- leave it out to enforce nothing
deliver({ enforce: undefined, reportOnly: csp() })
// @ts-expect-error -- reportOnly
deliver({ enforce: csp(), reportonly: csp() })
// @ts-expect-error -- a policy is not changed in place
csp().directives.push()

// ─── the fix stands in the message ───

type FixOf<Text extends string> = CheckedSources<readonly [Text]>[0] extends Text &
  SourceMistake<infer Fix>
  ? Fix
  : never

type Expect<True extends true> = True
type Equal<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false

export type Fixes = [
  Expect<Equal<FixOf<'self'>, `"'self'", with single quotes`>>,
  Expect<Equal<FixOf<'NONCE'>, 'NONCE, the nonce of each response'>>,
  Expect<Equal<FixOf<'allow-forms'>, 'this token in sandbox()'>>,
  Expect<Equal<FixOf<'wss'>, '"wss:", with its colon'>>,
  Expect<Equal<FixOf<'a b'>, 'one argument for each source'>>,
]

// ─── every directive has its method, and every method its directive ───

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

export type Methods = [
  Expect<
    Equal<
      CamelCase<Exclude<DirectiveName, 'report-to' | 'report-uri'>>,
      keyof DirectiveMethods<Policy>
    >
  >,
  Expect<Equal<Extract<keyof Policy, CamelCase<DirectiveName>>, CamelCase<DirectiveName>>>,
  Expect<Equal<Parameters<Policy['allow']>[0], ListDirective>>,
]
