import type { Policy } from '@cusp/core'
import { csp, NONE, SELF, STRICT_DYNAMIC, UNSAFE_INLINE } from '@cusp/core'
import { hashInline, readInline } from '@cusp/html'
import type { InlineConfig, ViteDevServer } from 'vite'
import { afterAll, afterEach, describe, expect, it, test, vi } from 'vitest'
import { makeLogger, makeProject, originOf, removeProjects, VERSIONS } from '../../test/project.ts'
import type { CuspOptions } from '../options.ts'
import { cusp } from '../plugin.ts'
import { socketsFor } from './sockets.ts'

const BASE = csp().defaultSrc(SELF).objectSrc(NONE).baseUri(NONE)
const servers: ViteDevServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))
afterAll(removeProjects)

/** A running dev server. */
interface Dev {
  readonly origin: string
  readonly lines: readonly string[]
  /** What was sent over the socket of hot reload. */
  readonly sent: readonly unknown[]
}

describe.each(VERSIONS)('a page of $name', (vite) => {
  async function start(options: CuspOptions, config: InlineConfig = {}): Promise<Dev> {
    const { lines, logger } = makeLogger()
    const server = await vite.createServer({
      root: makeProject(),
      configFile: false,
      customLogger: logger,
      server: { port: 0, host: '127.0.0.1' },
      plugins: [cusp(options)],
      ...config,
    })
    servers.push(server)
    await server.listen()
    const sent: unknown[] = []
    vi.spyOn(server.ws, 'send').mockImplementation((payload: unknown) => void sent.push(payload))
    return { origin: originOf(server), lines, sent }
  }

  it('has the policy of the release, with the hashes of what is sent', async () => {
    const { origin } = await start({ policy: BASE.reportTo('csp', 'https://reports.example/') })
    const { html, enforced, reported, headers } = await getPage(origin)
    const { port } = new URL(origin)
    for (const { source } of readInline(html).inline) {
      expect(enforced).toContain(hashInline(source))
      expect(reported).toContain(hashInline(source))
    }
    const [nonce] = /'nonce-[^']{22,}'/.exec(enforced) ?? []
    expect(enforced).toContain(`; style-src-elem 'self' 'sha256-`)
    expect(reported).toContain(String(nonce))
    expect(html).toContain(`<meta property="csp-nonce" nonce="${nonce?.slice(7, -1)}">`)
    expect(enforced).toContain(`connect-src 'self' ws://127.0.0.1:${port}`)
    expect(enforced).toMatch(/; worker-src 'self' 'sha256-[^']+' blob:$/)
    expect(enforced).not.toContain('report')
    expect(reported).toMatch(/; report-uri \/@cusp\/reports$/)
    expect(reported).not.toContain('blob:')
    expect(headers.has('reporting-endpoints')).toBe(false)
  })

  it('has another nonce each time, and is never "not modified"', async () => {
    const { origin } = await start({ deliver: 'nonce' })
    const first = await getPage(origin)
    const again = await getPage(origin, { 'if-none-match': first.headers.get('etag') ?? '' })
    const nonces = [first, again].map(({ html, enforced }) => {
      const [, nonce = ''] = /'nonce-([^']+)'/.exec(enforced) ?? []
      expect(html.split(`nonce="${nonce}"`).length).toBeGreaterThan(5)
      expect(html).not.toContain('{NONCE}')
      return nonce
    })
    expect(new Set(nonces).size).toBe(2)
  })

  it('has nonces for its scripts, where the release has their hashes', async () => {
    const { origin } = await start({ policy: BASE.scriptSrc(STRICT_DYNAMIC) })
    const { html, enforced } = await getPage(origin)
    const [, nonce = ''] = /script-src-elem 'strict-dynamic'.* 'nonce-([^']+)'/.exec(enforced) ?? []
    expect(html).toMatch(new RegExp(`src="/@vite/client" nonce="${nonce.replaceAll('+', '\\+')}"`))
  })

  it('is only reported on, or left alone', async () => {
    const report = await getPage((await start({ development: 'report' })).origin)
    expect([report.enforced, report.reported]).toEqual(['', expect.stringContaining("'self'")])
    const off = await getPage((await start({ development: 'off' })).origin)
    expect([off.enforced, off.reported]).toEqual(['', ''])
    expect(off.html).not.toContain('csp-nonce')
  })

  it.each<[name: string, policy: Policy, enforced: RegExp]>([
    ["'unsafe-inline' of styles", BASE.styleSrc(UNSAFE_INLINE), /style-src 'unsafe-inline';/],
    ['no word about styles', csp().scriptSrc(SELF), /^script-src 'self' 'sha256-[^']+'; worker/],
    ['https', csp().upgradeInsecureRequests(), /^$/],
  ])('stays usable under %s', async (_, policy, expected) => {
    const { origin } = await start({ policy })
    const { enforced, reported } = await getPage(origin)
    expect(enforced).toMatch(expected)
    expect(reported).not.toContain('upgrade')
  })

  it('shows what is reported, once for each time that the page is asked for', async () => {
    const { origin, lines, sent } = await start({})
    await getPage(origin)
    const report = reportOf(origin, {
      'effective-directive': 'script-src-elem',
      'blocked-uri': 'inline',
      'source-file': `${origin}/src/main.js`,
      'line-number': 3,
      'column-number': 5,
      'script-sample': 'start(\u001B[2J)',
    })
    await post(origin, report)
    await post(origin, report)
    const shown = lines.filter((line) => line.includes('release'))
    expect(shown).toHaveLength(1)
    expect(shown[0]).toBe(`The policy of the release blocks something on /
    Blocked: the inline script.
    script-src-elem and script-src are absent, so default-src decides; 'unsafe-inline' is absent.
    at /src/main.js:3:5
    code: start(\uFFFD[2J)
    fix: Put the code into a module, or into the HTML file, where the build hashes it.`)
    expect(sent).toContainEqual({
      type: 'error',
      err: expect.objectContaining({
        plugin: '@cusp/vite',
        message: expect.stringContaining('/src/main.js:3:5'),
      }),
    })
    await getPage(origin)
    await post(origin, report)
    expect(lines.filter((line) => line.includes('release'))).toHaveLength(2)
  })

  it.each<[what: string, fields: Readonly<Record<string, unknown>>, says: string]>([
    [
      'a host',
      { 'effective-directive': 'connect-src', 'blocked-uri': 'https://api.example/v1' },
      'fix: Add https://api.example to connect-src, if the site needs it.',
    ],
    [
      'a scheme',
      { 'effective-directive': 'img-src', 'blocked-uri': 'data' },
      'fix: Add data: to img-src',
    ],
    [
      'an attribute',
      { 'effective-directive': 'script-src-attr', 'blocked-uri': 'inline' },
      'addEventListener',
    ],
    [
      'eval',
      { 'effective-directive': 'script-src', 'blocked-uri': 'eval' },
      'no functions from text',
    ],
    [
      'a value that is no Trusted Type',
      { 'effective-directive': 'require-trusted-types-for', 'blocked-uri': 'trusted-types-sink' },
      'fix: Make the value with a Trusted Types policy',
    ],
    [
      'code of an old browser',
      { 'violated-directive': 'default-src', 'blocked-uri': 'inline' },
      'a file of its own',
    ],
    ['something', { 'effective-directive': 'img-src', 'blocked-uri': '' }, 'fix: Change img-src.'],
  ])('says what to do about %s', async (_, fields, says) => {
    const { origin, lines, sent } = await start({ overlay: false })
    await post(origin, reportOf(origin, fields))
    expect(lines.join('\n')).toContain(says)
    expect(sent).not.toContainEqual(expect.objectContaining({ type: 'error' }))
  })

  it.each<
    [
      what: string,
      fields: Readonly<Record<string, unknown>>,
      headers: Readonly<Record<string, string>>,
    ]
  >([
    ['the client of the dev server', { 'source-file': '/@vite/client' }, {}],
    ['an extension', { 'source-file': 'chrome-extension://abc/a.js' }, {}],
    ['another site', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('says nothing about what is of %s', async (_, fields, headers) => {
    const { origin, lines } = await start({})
    const file = fields['source-file']
    const own =
      typeof file === 'string' && file.startsWith('/') ? { 'source-file': origin + file } : fields
    const report = reportOf(origin, {
      'effective-directive': 'style-src-elem',
      'blocked-uri': 'inline',
      ...own,
    })
    expect(await post(origin, report, headers)).toBe(204)
    expect(lines.filter((line) => line.includes('release'))).toEqual([])
  })

  it('takes no more than a browser sends', async () => {
    const { origin } = await start({})
    expect(await post(origin, { text: 'x'.repeat(300_000) })).toBe(413)
    const answer = await fetch(`${origin}/@cusp/reports`, { headers: { accept: '*/*' } })
    expect(answer.headers.has('content-security-policy')).toBe(false)
  })
})

test.each<[host: string, server: unknown, sources: readonly string[]]>([
  ['localhost:5173', { port: 5173 }, ['ws://localhost:5173']],
  ['192.168.1.5:5173', { port: 5173, hmr: true }, ['ws://192.168.1.5:5173', 'ws://localhost:5173']],
  [
    'dev.example',
    { port: 1, https: {} },
    ['wss://dev.example', 'wss://localhost', 'wss://dev.example:1', 'wss://localhost:1'],
  ],
  [
    'a.example',
    { port: 1, hmr: { protocol: 'wss', host: 'h.example', clientPort: 443 } },
    ['wss://h.example:443', 'wss://localhost:443', 'wss://h.example:1', 'wss://localhost:1'],
  ],
  [
    '[::1]:5173',
    { port: 5173, ws: { port: 9 } },
    ['ws:', 'ws://localhost:9', 'ws://localhost:5173'],
  ],
  ['', { port: 5173 }, ['ws://localhost', 'ws://localhost:5173']],
])('the sockets of %s and %j', (host, server, sources) => {
  expect(socketsFor(host, { server } as Parameters<typeof socketsFor>[1])).toEqual(sources)
})

interface GotPage {
  readonly html: string
  readonly enforced: string
  readonly reported: string
  readonly headers: Headers
}

async function getPage(
  origin: string,
  more: Readonly<Record<string, string>> = {},
): Promise<GotPage> {
  const answer = await fetch(origin, { headers: { accept: 'text/html', ...more } })
  expect(answer.status).toBe(200)
  const { headers } = answer
  return {
    html: await answer.text(),
    enforced: headers.get('content-security-policy') ?? '',
    reported: headers.get('content-security-policy-report-only') ?? '',
    headers,
  }
}

function reportOf(origin: string, fields: Readonly<Record<string, unknown>>): unknown {
  return {
    'csp-report': {
      'document-uri': `${origin}/`,
      'original-policy': String(BASE),
      disposition: 'report',
      ...fields,
    },
  }
}

async function post(
  origin: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const headers = { 'content-type': 'application/csp-report', ...more }
  const { status } = await fetch(`${origin}/@cusp/reports`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return status
}
