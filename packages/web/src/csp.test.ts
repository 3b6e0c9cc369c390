/** What a web Response gets, whatever it is. */

import { describe, expect, it, vi } from 'vitest'
import type { CspInput, CspOptions, CspWarning, Policy } from './index.ts'
import { beginCsp, csp, CspError, deliver, getCsp, NONCE, SELF, withCsp } from './index.ts'
import { getCsp as getCurrent, withCsp as withStorage } from './node.ts'

const CSP = 'content-security-policy'
const REPORT_ONLY = 'content-security-policy-report-only'
const ENDPOINTS = 'reporting-endpoints'
const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')
const plain = csp().defaultSrc(SELF)
const ORIGIN = 'https://shop.example'

function ask(path = '/', init?: RequestInit): Request {
  return new Request(ORIGIN + path, init)
}

/** Answers one request with what `answer` returns. */
function serve(
  answer: (request: Request) => Response | Promise<Response>,
  ...[input, options]: readonly [input?: CspInput, options?: CspOptions]
): Promise<Response> {
  return withCsp(answer, input, options)(ask())
}

const page = (request: Request): Response => new Response(getCsp(request).nonce)

it('the nonce of the body is that of the header, and a new one each time', async () => {
  const fetch = withCsp(page, { enforce: policy, reportOnly: plain })
  const bodies = new Set<string>()
  for (let count = 0; count < 20; count++) {
    const response = await fetch(ask())
    const nonce = await response.text()
    expect(nonce).toMatch(/^[\w-]{22}$/)
    expect(response.headers.get(CSP)).toBe(policy.toString({ nonce }))
    expect(response.headers.get(REPORT_ONLY)).toBe("default-src 'self'")
    expect(response.headers.get(ENDPOINTS)).toBe('csp="/csp-reports"')
    bodies.add(nonce)
  }
  expect(bodies.size).toBe(20)
})

const STATUSES = [200, 201, 203, 204, 205, 301, 307, 401, 404, 410, 500, 503] as const

it.each(STATUSES)('%i has the policy', async (status) => {
  const response = await serve(() => new Response(null, { status }), policy)
  expect(response.status).toBe(status)
  expect(response.headers.get(CSP)).toContain("script-src 'nonce-")
})

it.each([
  ['a redirect', () => Response.redirect(`${ORIGIN}/there`, 302), 302],
  ['JSON', () => Response.json({ a: 1 }), 200],
  ['what fetch() gave', () => fetch('data:text/html,hello'), 200],
] as const)('%s has the policy', async (_name, answer, status) => {
  const response = await serve(answer, policy)
  expect(response.status).toBe(status)
  expect(response.headers.get(CSP)).toContain("script-src 'nonce-")
})

it('a redirect keeps its place, and a proxied answer its body and type', async () => {
  const redirect = await serve(() => Response.redirect(`${ORIGIN}/there`, 303), policy)
  expect([redirect.status, redirect.headers.get('location')]).toEqual([303, `${ORIGIN}/there`])
  const proxied = await serve(() => fetch('data:text/html,hello'), policy)
  expect(proxied.headers.get('content-type')).toBe('text/html')
  expect(await proxied.text()).toBe('hello')
})

it('several cookies stay several where the headers are copied', async () => {
  const shared = new Response(null)
  shared.headers.append('Set-Cookie', 'a=1')
  shared.headers.append('Set-Cookie', 'b=2')
  const answer = withCsp(() => shared, policy)
  await answer(ask())
  const second = await answer(ask())
  expect(second.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

it('one Response for all requests has a nonce of its own each time', async () => {
  const shared = new Response(null, { status: 404 })
  const answer = withCsp(() => shared, policy)
  const first = await answer(ask())
  const header = first.headers.get(CSP)
  const second = await answer(ask())
  expect(second.headers.get(CSP)).toContain("'nonce-")
  expect(second.headers.get(CSP)).not.toBe(header)
  expect(first.headers.get(CSP)).toBe(header)
})

it.each([
  ['a network error', () => Response.error()],
  ['a switched protocol', () => Object.create(new Response(), { status: { value: 101 } })],
] as const)('%s is left alone', async (_name, answer) => {
  const given = answer() as Response
  expect(await serve(() => given, policy)).toBe(given)
})

it('304 has no nonce, and keeps a policy without one', async () => {
  const { headers } = await serve(() => new Response(null, { status: 304 }), {
    enforce: policy,
    reportOnly: plain,
  })
  expect(headers.has(CSP)).toBe(false)
  expect(headers.get(REPORT_ONLY)).toBe("default-src 'self'")
  expect(headers.get(ENDPOINTS)).toBe('csp="/csp-reports"')
})

it('the body of a stream is passed on, chunk by chunk', async () => {
  let isAsked = false
  const chunks = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        isAsked = true
        controller.enqueue(new TextEncoder().encode('a'))
      },
    },
    { highWaterMark: 0 },
  )
  const response = await serve(() => new Response(chunks), policy)
  expect(response.headers.get(CSP)).toContain("'nonce-")
  expect(isAsked).toBe(false)
  const reader = response.body?.getReader()
  expect((await reader?.read())?.value).toEqual(new TextEncoder().encode('a'))
  await reader?.cancel()
})

it('the same Response comes back where its headers can be changed', async () => {
  const given = new Response('x')
  expect(await serve(() => given, policy)).toBe(given)
})

it('a failure stays one: nothing leaves without a policy', async () => {
  const wrong = new Error('wrong')
  await expect(serve(() => Promise.reject(wrong), policy)).rejects.toBe(wrong)
  await expect(serve(page, () => Promise.reject(wrong))).rejects.toBe(wrong)
  await expect(serve(page, (() => undefined) as never)).rejects.toThrow(CspError)
})

it("a handler's own header wins, and endpoints are merged", async () => {
  const own = { [CSP]: "default-src 'none'" }
  const { headers } = await serve(() => new Response('', { headers: own }), policy)
  expect(headers.get(CSP)).toBe("default-src 'none'")
  const theirs = { [ENDPOINTS]: 'nel="/nel"' }
  const both = await serve(() => new Response('', { headers: theirs }), policy)
  expect(both.headers.get(ENDPOINTS)).toBe('nel="/nel", csp="/csp-reports"')
  const immutable = Object.assign(new Response('', { headers: theirs }))
  Object.defineProperty(immutable, 'headers', { value: frozen(theirs) })
  const merged = await serve(() => immutable, policy)
  expect(merged.headers.get(ENDPOINTS)).toBe('nel="/nel", csp="/csp-reports"')
})

function refuse(): never {
  throw new TypeError('immutable')
}

/** Headers that refuse changes, as those of `fetch()`. */
function frozen(init: Record<string, string>): Headers {
  const headers = new Headers(init)
  return Object.assign(headers, { set: refuse, delete: refuse, append: refuse })
}

it('a handler allows more, replaces and removes', async () => {
  const wider = await serve((request) => {
    getCsp(request).allow('img-src', 'https://tiles.example')
    return new Response()
  }, plain)
  expect(wider.headers.get(CSP)).toBe("default-src 'self'; img-src 'self' https://tiles.example")
  const other = await serve((request) => {
    getCsp(request).replace(csp().imgSrc(SELF))
    return new Response()
  }, plain)
  expect(other.headers.get(CSP)).toBe("img-src 'self'")
  const none = await serve((request) => {
    getCsp(request).remove()
    return new Response()
  }, policy)
  expect([...none.headers.keys()]).toEqual([])
})

it('edits after the answer are refused', async () => {
  const request = ask()
  await withCsp(page, policy)(request)
  expect(() => getCsp(request).allow('img-src', 'https:')).toThrow('are sent')
})

it('a page takes its policy as a meta tag', async () => {
  const type = { 'Content-Type': 'text/html' }
  const answer = (request: Request): Response =>
    new Response(getCsp(request).toMeta(), { headers: type })
  const response = await serve(answer, policy.frameAncestors(SELF), { deliver: 'meta' })
  expect(await response.text()).toContain('<meta http-equiv="Content-Security-Policy"')
  const header = response.headers.get(CSP)
  expect(header).toContain("frame-ancestors 'self'")
  expect(header).not.toContain('script-src')
})

it.each([
  ['application/json', {}, undefined, 'Sec-Fetch-Dest'],
  ['application/json', { 'Sec-Fetch-Dest': 'worker' }, "default-src 'self'", 'Sec-Fetch-Dest'],
  ['image/png', {}, undefined, null],
  ['text/html', {}, "default-src 'self'", null],
] as const)('only documents: %s for %o', async (type, headers, expected, vary) => {
  const answer = (): Response => new Response('x', { headers: { 'Content-Type': type } })
  const response = await withCsp(answer, plain, { only: 'documents' })(ask('/', { headers }))
  expect(response.headers.get(CSP) ?? undefined).toBe(expected)
  expect(response.headers.get('vary')).toBe(vary)
})

it('a nonce that nobody read leaves the header, when it is made only then', async () => {
  const unread = await serve(() => new Response(), policy, { nonce: 'when-read' })
  expect(unread.headers.get(CSP)).toContain("script-src 'none'")
  const read = await serve(page, policy, { nonce: 'when-read' })
  expect(read.headers.get(CSP)).toBe(policy.toString({ nonce: await read.text() }))
})

it('a nonce in a shared cache warns once a path', async () => {
  const onWarning = vi.fn<(warning: CspWarning) => void>()
  const headers = { 'Content-Type': 'text/html', 'Cache-Control': 'public, max-age=60' }
  const fetch = withCsp((request) => new Response(getCsp(request).nonce, { headers }), policy, {
    onWarning,
  })
  const before = onWarning.mock.calls.length
  for (const path of ['/a?x', '/a?y', '/b']) await fetch(ask(path))
  const told = onWarning.mock.calls.slice(before).map(([{ message }]) => message)
  expect(told).toHaveLength(2)
  expect(told[0]).toContain('GET /a sends a nonce with Cache-Control: public, max-age=60')
})

it('personal answers are not shared', async () => {
  const onWarning = vi.fn<(warning: CspWarning) => void>()
  const headers = { 'Content-Type': 'text/html', 'Cache-Control': 'max-age=60' }
  const fetch = withCsp((request) => new Response(getCsp(request).nonce, { headers }), policy, {
    onWarning,
  })
  const before = onWarning.mock.calls.length
  await fetch(ask('/', { headers: { Authorization: 'Basic x' } }))
  expect(onWarning.mock.calls.slice(before)).toEqual([])
})

function choose({ url }: Request): Policy {
  return url.endsWith('/a') ? plain : policy
}

function nonceFrom({ headers }: Request): string | undefined {
  return headers.get('x-nonce') ?? undefined
}

it('a function gets the Request, sync or async; nonceFrom too', async () => {
  const nonce = 'a'.repeat(22)
  for (const input of [choose, async (request: Request) => choose(request)]) {
    const fetch = withCsp(page, input, { nonceFrom, onWarning: () => {} })
    expect((await fetch(ask('/a'))).headers.get(CSP)).toBe("default-src 'self'")
    const response = await fetch(ask('/b', { headers: { 'x-nonce': nonce } }))
    expect(response.headers.get(CSP)).toBe(policy.toString({ nonce }))
  }
})

it("takes helmet's shape, a Delivery, and nothing", async () => {
  const directives = {
    defaultSrc: [(_req: unknown, _res: unknown, request: Request) => new URL(request.url).origin],
  }
  const helmet = await serve(() => new Response(), { useDefaults: false, directives })
  expect(helmet.headers.get(CSP)).toBe(`default-src ${ORIGIN}`)
  const delivered = await serve(() => new Response(), deliver(plain))
  expect(delivered.headers.get(CSP)).toBe("default-src 'self'")
  const strict = await serve(() => new Response())
  expect(strict.headers.get(CSP)).toContain("'strict-dynamic'")
})

it('an inner policy replaces the outer one and keeps the nonce', async () => {
  const nonces: string[] = []
  const inner = withCsp((request) => {
    nonces.push(getCsp(request).nonce)
    return new Response()
  }, csp().scriptSrc(NONCE))
  const fetch = withCsp((request) => {
    nonces.push(getCsp(request).nonce)
    return inner(request)
  }, policy)
  const { headers } = await fetch(ask())
  expect(nonces[0]).toBe(nonces[1])
  expect(headers.get(CSP)).toBe(`script-src 'nonce-${nonces[0]}'`)
})

it('another Response than the inner one gets the whole policy too', async () => {
  const inner = withCsp(() => new Response(null, { status: 304 }), policy)
  const { headers } = await withCsp(async (request) => {
    await inner(request)
    return new Response('instead')
  }, plain)(ask())
  expect(headers.get(CSP)).toContain("script-src 'nonce-")
})

describe('beginCsp', () => {
  it('has the nonce before there is a Response', async () => {
    const { nonce, apply } = beginCsp(ask(), policy)
    const response = apply(new Response(nonce))
    expect(response.headers.get(CSP)).toBe(policy.toString({ nonce }))
    expect(apply(response)).toBe(response)
  })

  it('reads an input once', () => {
    const onWarning = vi.fn<(warning: CspWarning) => void>()
    const options = { onWarning }
    beginCsp(ask(), csp().scriptSrc(SELF), options)
    const input = csp().scriptSrc(SELF)
    beginCsp(ask(), input, options)
    const count = onWarning.mock.calls.length
    beginCsp(ask(), input, options)
    expect(onWarning.mock.calls.length).toBe(count)
    expect(count).toBeGreaterThan(0)
  })

  it('takes nothing for the strict preset', () => {
    const { apply } = beginCsp(ask())
    expect(apply(new Response()).headers.get(CSP)).toContain("'strict-dynamic'")
  })

  it('serves the same Request again, with a new nonce', () => {
    const request = ask()
    const first = beginCsp(request, policy)
    const { nonce } = first
    first.apply(new Response())
    const second = beginCsp(request, policy)
    expect(second.nonce).not.toBe(nonce)
    expect(second.apply(new Response()).headers.get(CSP)).toContain(second.nonce)
  })

  it('that is begun again and not applied still sends a policy', () => {
    const request = ask()
    beginCsp(request, policy)
    const { apply } = beginCsp(request, plain)
    expect(apply(new Response()).headers.get(CSP)).toBe("default-src 'self'")
  })

  it.each([
    [() => beginCsp(ask(), async () => policy), 'Use beginCsp(request, await policyFor(request))'],
    [() => beginCsp(ask(), async () => Promise.reject(new Error('x'))), 'the policy is a promise'],
    [() => beginCsp(policy as never, ask() as never), 'Use beginCsp(request, policy) instead'],
    [() => beginCsp(ask(), "default-src 'self'" as never), 'parsePolicy'],
    [() => beginCsp(ask(), policy, 'x' as never), 'not an object of options'],
    [
      () => beginCsp(ask(), policy, { enforce: policy } as never),
      'Use beginCsp(request, { enforce: … }) instead',
    ],
  ] as const)('refuses wrong calls: %#', (call, message) => {
    expect(call).toThrow(message)
  })
})

describe('withCsp', () => {
  it.each([
    [
      () => withCsp({ fetch: page } as never, policy),
      'Use withCsp((request) => app.fetch(request)',
    ],
    [() => withCsp(policy as never), 'the first argument is not a function'],
    [() => withCsp(null as never), 'the first argument is not a function'],
    [() => withStorage({ fetch: page } as never), 'app.fetch(request)'],
    [() => withCsp(page, ask() as never), 'Use serve(withCsp()) instead'],
    [
      () => withCsp(page, policy, { enforce: policy } as never),
      'Use withCsp(fetch, { enforce: … }) instead',
    ],
  ] as const)('refuses wrong calls: %#', (call, message) => {
    expect(call).toThrow(message)
  })

  it('passes on what else the server gets', async () => {
    const fetch = withCsp((_request, env: { name: string }) => new Response(env.name), plain)
    expect(await (await fetch(ask(), { name: 'env' })).text()).toBe('env')
  })
})

async function showNonces(request: Request): Promise<Response> {
  await Promise.resolve()
  const nonces = [getCurrent().nonce, getCurrent(request.clone()).nonce]
  return new Response([...nonces, getCurrent(request).nonce].join(' '))
}

describe('getCsp', () => {
  it('explains a Request that it does not know', () => {
    expect(() => getCsp(ask())).toThrow('neither withCsp nor beginCsp has run on it')
    expect(() => getCurrent()).toThrow('neither withCsp nor beginCsp has run on it')
  })

  it('of @cusp/web/node needs no Request, and takes a clone', async () => {
    const fetch = withStorage(showNonces, policy)
    const responses = await Promise.all([fetch(ask()), fetch(ask())])
    const all = new Set<string>()
    for (const response of responses) {
      const nonces = new Set((await response.text()).split(' '))
      expect(nonces.size).toBe(1)
      const [nonce = ''] = nonces
      expect(response.headers.get(CSP)).toBe(policy.toString({ nonce }))
      all.add(nonce)
    }
    expect(all.size).toBe(2)
  })
})
