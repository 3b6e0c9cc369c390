import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Policy, Source } from '@cusp/core'
import { csp, deliver, NONCE, NONE, parsePolicyList, SELF, strict } from '@cusp/core'
import fc from 'fast-check'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { readPageNonce } from '../test/next-parser.ts'
import { CASES } from '../test/policies.ts'
import type { CspHandler } from './proxy.ts'
import { cspProxy } from './proxy.ts'

const CSP = 'content-security-policy'
const PAGE = 'x-middleware-request-'
const URL_OF_PAGE = 'https://shop.example/cart'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** What the page sees of a header, or null. */
function seen({ headers }: Response, name: string): string | null {
  const listed = headers.get('x-middleware-override-headers')?.split(',') ?? []
  return listed.includes(name) ? headers.get(PAGE + name) : null
}

/** What a policy says, whatever its order; script-src falls back to default-src. */
function effective(policy: Policy, nonce: string | undefined): string {
  const own = policy.remove('script-src')
  const scripts = policy.get('script-src') ?? policy.get('default-src')
  const all = scripts === undefined ? own : own.set('script-src', scripts)
  const text = all.toString(nonce === undefined ? {} : { nonce })
  const known = text.split('; ').filter((directive) => !directive.includes('-for-next'))
  return known.toSorted().join('; ')
}

async function handled(handler: CspHandler, input = strict()): Promise<Response> {
  return cspProxy(input, handler)(new Request(URL_OF_PAGE, { headers: { cookie: 'a=b' } }), 'event')
}

describe('Next finds the nonce of the response', () => {
  test.each(CASES)('under $name', async ({ input, header }) => {
    const response = await cspProxy(input)(new Request(URL_OF_PAGE))
    const nonce = seen(response, 'x-nonce') ?? ''
    expect(nonce).toMatch(/^[\w+/-]{22,}$/)
    expect((response.headers.get(CSP) ?? '').replaceAll(nonce, 'N')).toBe(header)
    expect(seen(response, CSP)).toBe(`script-src 'nonce-${nonce}'`)
    expect(readPageNonce(response)).toBe(nonce)
  })

  const SOURCES: readonly (readonly Source[])[] = [[NONCE], [SELF, NONCE], [SELF], [NONE]]
  const NAMES = ['default-src', 'script-src', 'script-src-elem', 'script-src-attr', 'style-src']
  const policies = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...SOURCES)), {
      minLength: 1,
      selector: ([name]) => name,
    })
    .map((directives) =>
      directives.reduce<Policy>((policy, [name, values]) => policy.set(name, values), csp()),
    )

  it('under every policy, and the policies say what they said', async () => {
    const lists = fc.array(policies, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(lists, async (enforce) => {
        const delivery = deliver({ enforce })
        const response = await cspProxy(delivery)(new Request(URL_OF_PAGE))
        const nonce = readPageNonce(response)
        expect(nonce !== undefined).toBe(delivery.usesNonce)
        const sent = parsePolicyList(response.headers.get(CSP) ?? '').map(({ policy }) => policy)
        const said = enforce.map((policy) => effective(policy, nonce)).toSorted()
        expect(sent.map((policy) => effective(policy, nonce)).toSorted()).toEqual(said)
      }),
    )
  })
})

describe('what a client sends', () => {
  const forged = { [CSP]: "script-src 'nonce-evil'", 'x-nonce': 'evil', cookie: 'a=b' }

  it('takes no part', async () => {
    const response = await cspProxy(strict())(new Request(URL_OF_PAGE, { headers: forged }))
    expect(seen(response, 'x-nonce')).not.toBe('evil')
    expect(readPageNonce(response)).toBe(seen(response, 'x-nonce'))
    expect(seen(response, 'cookie')).toBe('a=b')
  })

  it('takes no part where the policy has no nonce', async () => {
    const headers = { ...forged, [`${CSP}-report-only`]: "script-src 'nonce-evil'" }
    const response = await cspProxy(csp().defaultSrc(SELF))(new Request(URL_OF_PAGE, { headers }))
    expect(readPageNonce(response)).toBeUndefined()
    expect(response.headers.get(CSP)).toBe("default-src 'self'")
    for (const name of ['x-nonce', `${CSP}-report-only`]) expect(seen(response, name)).toBeNull()
  })
})

describe('a handler', () => {
  it('finds the nonce in the request', async () => {
    const nonces: unknown[] = []
    const response = await handled((request, event) => {
      nonces.push(request.headers.get('x-nonce'), event)
    })
    expect(nonces).toEqual([seen(response, 'x-nonce'), 'event'])
    expect(response.headers.get('x-middleware-next')).toBe('1')
  })

  it('sets headers for the page, but not those of policies', async () => {
    const response = await handled(() => {
      const headers = {
        'x-middleware-rewrite': 'https://shop.example/other',
        'x-middleware-override-headers': 'x-user, content-security-policy',
        [`${PAGE}x-user`]: 'ada',
        [PAGE + CSP]: "script-src 'nonce-other'",
      }
      return new Response(null, { headers })
    })
    expect(seen(response, 'x-user')).toBe('ada')
    expect(seen(response, 'cookie')).toBeNull()
    expect(readPageNonce(response)).toBe(seen(response, 'x-nonce'))
    expect(response.headers.get('x-middleware-rewrite')).toBe('https://shop.example/other')
  })

  it('redirects and answers, with the policy', async () => {
    const redirect = await handled(() => {
      return Promise.resolve(Response.redirect('https://shop.example/login', 302))
    })
    expect([redirect.status, redirect.headers.get('location')]).toEqual([
      302,
      'https://shop.example/login',
    ])
    expect(redirect.headers.get(CSP)).toContain("'strict-dynamic'")
    expect(redirect.headers.has('x-middleware-override-headers')).toBe(false)
    const answer = await handled(
      () => new Response('no', { status: 403, headers: { [CSP]: "default-src 'none'" } }),
    )
    expect([answer.status, await answer.text()]).toEqual([403, 'no'])
    expect(answer.headers.get(CSP)).toBe("default-src 'none'")
  })

  it('is a function', () => {
    const error = catchCspError(() => Reflect.apply(cspProxy, undefined, [strict(), {}]))
    expect(error.message).toContain('Cannot make the proxy: {} is not a function.')
  })
})

it('takes a function of the request, and compiles each policy once', async () => {
  const embedded = csp().frameAncestors('https://partner.example')
  const proxy = cspProxy(async ({ url }) => (url.endsWith('/embed') ? embedded : strict()))
  const get = async (url: string): Promise<string | null> =>
    (await proxy(new Request(url))).headers.get(CSP)
  expect(await get('https://shop.example/embed')).toBe('frame-ancestors https://partner.example')
  expect(await get('https://shop.example/embed')).toBe('frame-ancestors https://partner.example')
  expect(await get(URL_OF_PAGE)).toContain("'nonce-")
})

it('declares endpoints, and sends what only reports', async () => {
  const policy = strict().reportTo('csp', '/csp-reports')
  const { headers } = await cspProxy({ reportOnly: policy })(new Request(URL_OF_PAGE))
  expect(headers.get('reporting-endpoints')).toBe('csp="/csp-reports"')
  expect(headers.get(`${CSP}-report-only`)).toContain('report-to csp')
})

it.each([undefined, null, {}, "default-src 'self'"])('refuses %j', (input) => {
  expect(catchCspError(() => Reflect.apply(cspProxy, undefined, [input])).code).toBe(
    'ERR_CSP_INPUT',
  )
})

describe('a page that is prerendered', () => {
  const html = { headers: { accept: 'text/html' } }

  function inFolder(manifest: string | undefined): void {
    const folder = mkdtempSync(path.join(tmpdir(), 'cusp-next-'))
    mkdirSync(path.join(folder, '.next'))
    if (manifest !== undefined)
      writeFileSync(path.join(folder, '.next/prerender-manifest.json'), manifest)
    const before = process.cwd()
    process.chdir(folder)
    cleanUps.push(() => {
      process.chdir(before)
      rmSync(folder, { recursive: true })
    })
  }

  const cleanUps: (() => void)[] = []
  afterEach(() => {
    for (const cleanUp of cleanUps.splice(0)) cleanUp()
  })

  it('is named once, while one develops', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    inFolder('{"routes":{"/about":{}}}')
    const proxy = cspProxy(strict())
    const about = 'https://shop.example/about'
    await proxy(new Request(about, html))
    vi.stubEnv('NODE_ENV', 'development')
    await proxy(new Request(about))
    await proxy(new Request(URL_OF_PAGE, html))
    expect(warn).not.toHaveBeenCalled()
    await proxy(new Request(about, html))
    await proxy(new Request(about, html))
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/"\/about" is prerendered.*await connection\(\)/)],
    ])
  })

  it('is not known where there are no files', async () => {
    const env = { NODE_ENV: 'development' }
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const request = new Request('https://shop.example/about', html)
    vi.stubGlobal('process', { env, getBuiltinModule: () => expect.unreachable() })
    const response = await cspProxy(strict())(request)
    vi.unstubAllGlobals()
    expect(readPageNonce(response)).toMatch(/^[\w-]{22}$/)
    expect(warn).not.toHaveBeenCalled()
  })

  it.each([undefined, '{', '{}'])('is not known from %j', async (manifest) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.stubEnv('NODE_ENV', 'development')
    inFolder(manifest)
    await cspProxy(strict())(new Request('https://shop.example/other', html))
    expect(warn).not.toHaveBeenCalled()
  })
})
