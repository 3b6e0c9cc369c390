import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { hashSource } from '@cusp/core'
import { afterEach, describe, expect, it, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'
import type { MapFormat } from '@cusp/html/site'

/** Servers are not always where shells look. */
const PATHS = { PATH: `${process.env['PATH']}:/usr/sbin` }

const cleanUps: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

/** Makes a folder that other users can read, as servers are. */
function makeFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-static-'))
  chmodSync(folder, 0o755)
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), content)
  }
  return folder
}

const BASE = "default-src 'self'; object-src 'none'; base-uri 'none'"
const SITE = {
  'index.html': '<!doctype html><title>a</title><script>a()</script>',
  'blog/index.html': '<!doctype html><style>b{}</style>',
  'blog/post.htm': '<p style="c" onclick="d()">',
  'blog/data.json': '{}',
  'node_modules/x/page.html': '<script>no()</script>',
  '.git/page.html': '<script>no()</script>',
}

/** What the policy of `index.html` has beside BASE, and that of `blog/index.html`. */
const SCRIPT = `script-src 'self' ${await hashSource('a()')}`
const STYLE = `style-src 'self' ${await hashSource('b{}')}`

describe('--format', () => {
  it('json: a policy for each path', async () => {
    const { code, stdout } = await cusp(['static', makeFolder(SITE)])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      '/index.html': { 'Content-Security-Policy': `${BASE}; ${SCRIPT}` },
      '/blog/index.html': { 'Content-Security-Policy': `${BASE}; ${STYLE}` },
      '/blog/post.htm': { 'Content-Security-Policy': BASE },
    })
  })

  it('json: of a folder without pages is empty', async () => {
    expect(JSON.parse((await cusp(['static', makeFolder()])).stdout)).toEqual({})
  })

  it('headers: as hosts of static sites read them', async () => {
    const { stdout } = await cusp(['static', makeFolder(SITE), '--format', 'headers'])
    expect(stdout).toBe(`/
  Content-Security-Policy: ${BASE}; ${SCRIPT}
/index.html
  Content-Security-Policy: ${BASE}; ${SCRIPT}
/blog/
  Content-Security-Policy: ${BASE}; ${STYLE}
/blog/index.html
  Content-Security-Policy: ${BASE}; ${STYLE}
/blog/post
  Content-Security-Policy: ${BASE}
/blog/post.htm
  Content-Security-Policy: ${BASE}
`)
  })

  it('vercel: JSON with a pattern for each path', async () => {
    const folder = makeFolder({ 'a (1).html': '', 'index.html': '' })
    const { stdout } = await cusp(['static', folder, '--format', 'vercel'])
    const { headers } = JSON.parse(stdout) as { readonly headers: readonly { source: string }[] }
    expect(headers.map(({ source }) => source)).toEqual([
      String.raw`/a%20\(1\)`,
      String.raw`/a%20\(1\).html`,
      '/',
      '/index.html',
    ])
    expect(headers[0]).toHaveProperty('headers', [{ key: 'Content-Security-Policy', value: BASE }])
  })

  it('takes a policy, another algorithm, and attributes', async () => {
    const folder = makeFolder({ 'post.htm': SITE['blog/post.htm'] })
    const policy = "script-src 'none'; style-src 'none'; frame-ancestors 'none'"
    const options = ['--policy', policy, '--attributes', '--algorithm', 'sha512']
    const { stdout } = await cusp(['static', folder, ...options])
    const [script, style] = [await hashSource('d()', 'sha512'), await hashSource('c', 'sha512')]
    expect(JSON.parse(stdout)).toEqual({
      '/post.htm': {
        'Content-Security-Policy': `script-src 'unsafe-hashes' ${script}; style-src 'unsafe-hashes' ${style}; frame-ancestors 'none'`,
      },
    })
  })
})

describe('--meta', () => {
  it('writes a tag into each page, once', async () => {
    const folder = makeFolder(SITE)
    const args = ['static', folder, '--meta', '--policy', `${BASE}; frame-ancestors 'none'`]
    expect(await cusp(args)).toEqual({
      code: 0,
      stderr: '',
      stdout: `3 pages written, 0 left as they are\nSend as a header what no meta tag can carry: frame-ancestors 'none'\n`,
    })
    expect(readFileSync(path.join(folder, 'index.html'), 'utf8')).toBe(
      `<!doctype html><meta http-equiv="Content-Security-Policy" content="${BASE}; ${SCRIPT}"><title>a</title><script>a()</script>`,
    )
    expect(readFileSync(path.join(folder, '.git/page.html'), 'utf8')).toBe('<script>no()</script>')
    expect(readdirSync(path.join(folder, 'blog'))).toEqual(['data.json', 'index.html', 'post.htm'])
    const { stdout } = await cusp(args)
    expect(stdout).toContain('0 pages written, 3 left as they are')
  })

  it('keeps the permissions of the file', async () => {
    const folder = makeFolder({ 'a.html': '' })
    chmodSync(path.join(folder, 'a.html'), 0o640)
    await cusp(['static', folder, '--meta'])
    expect(statSync(path.join(folder, 'a.html')).mode & 0o777).toBe(0o640)
  })

  it('leaves a page alone that is not UTF-8', async () => {
    const folder = makeFolder({ 'a.html': Buffer.from('<meta charset=iso-8859-1>é', 'latin1') })
    const { code, stderr } = await cusp(['static', folder, '--meta'])
    expect(code).toBe(2)
    expect(stderr).toContain('Cannot write a meta tag into "/a.html": the file is not UTF-8.')
  })
})

describe('--check', () => {
  it('finds nothing after --meta', async () => {
    const folder = makeFolder({ ...SITE, 'blog/post.htm': '<script src=/a.js></script>' })
    await cusp(['static', folder, '--meta'])
    expect(await cusp(['static', folder, '--check'])).toEqual({
      code: 0,
      stderr: '',
      stdout: '0 findings in 3 pages\n',
    })
  })

  it('finds what has changed since then, with its place', async () => {
    const folder = makeFolder({ 'index.html': '<!doctype html>\n<script>a()</script>' })
    await cusp(['static', folder, '--meta'])
    const file = path.join(folder, 'index.html')
    writeFileSync(file, readFileSync(file, 'utf8').replace('a()', 'changed()'))
    const { code, stdout } = await cusp(['static', folder, '--check'])
    expect(code).toBe(1)
    expect(stdout).toBe(`/index.html:2:1  script-src-elem blocks this script
  changed()
  fix: Hash it: cusp static --meta, or --format, writes the hashes.

1 finding in 1 page
`)
  })

  it('finds every kind, under a header', async () => {
    const folder = makeFolder({
      'a/b.html': `<script>1</script><style>2</style><p onclick=3 style=4><a href=javascript:5>
<script src=https://cdn.example/6.js></script><link rel=stylesheet href=https://cdn.example/7.css>
<script src=8.js></script><script src="//["></script>`,
    })
    const policy = "default-src 'self'"
    const { code, stdout } = await cusp(['static', folder, '--check', '--json', '--policy', policy])
    expect(code).toBe(1)
    const { findings, pages } = JSON.parse(stdout) as {
      readonly pages: number
      readonly findings: readonly { readonly kind: string; readonly directive: string }[]
    }
    expect(pages).toBe(1)
    expect(findings.map(({ kind, directive }) => `${kind} ${directive}`)).toEqual([
      'script script-src-elem',
      'style style-src-elem',
      'event-handler script-src-attr',
      'style-attribute style-src-attr',
      'javascript-url script-src-elem',
      'external-script script-src-elem',
      'external-style style-src-elem',
      'external-script script-src-elem',
    ])
  })

  it('allows the scripts of the site that --self names', async () => {
    const folder = makeFolder({ 'a.html': '<script src=/a.js></script>' })
    const args = ['static', folder, '--check', '--policy', 'script-src https://shop.example']
    expect((await cusp(args)).code).toBe(1)
    expect((await cusp([...args, '--self', 'https://shop.example'])).code).toBe(0)
  })

  it('finds a page without a policy', async () => {
    const { code, stdout } = await cusp(['static', makeFolder({ 'a.html': '' }), '--check'])
    expect(code).toBe(1)
    expect(stdout).toContain('/a.html:1:1  the page has no policy\n  fix: Write one with')
  })
})

describe('refused is', () => {
  test.each<[args: readonly string[], message: string]>([
    [['none'], 'Cannot read "none": it is not a folder that can be read.'],
    [['.', '--meta', '--check'], "option '--meta' cannot be used with option '--check'"],
    [
      ['.', '--policy', "img-src 'self', img-src *"],
      'Cannot use the policy: it is not one policy.',
    ],
    [
      ['.', '--policy', "script-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA'"],
      'Cannot use the policy: script-src has a nonce, which must be new for each response.',
    ],
    [['.', '--json'], 'Cannot print JSON of findings: --check is not given.'],
    [['.', '--check', '--attributes'], "'--attributes' cannot be used with option '--check'"],
    [['.', '--meta', '--format', 'nginx'], "'--format <name>' cannot be used with option '--meta'"],
    [['.', '--format', 'iis'], "argument 'iis' is invalid"],
  ])('%j', async (args, message) => {
    const cwd = makeFolder({ 'a.html': '' })
    const { code, stderr } = await cusp(['static', ...args], { cwd, env: { COLUMNS: '400' } })
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  it('XHTML', async () => {
    const { code, stderr } = await cusp(['static', makeFolder({ 'a/b.xhtml': '<html/>' })])
    expect([code, stderr]).toEqual([2, expect.stringContaining('Cannot read "/a/b.xhtml"')])
  })
})

test('a terminal is told how far it is', async () => {
  const pages = Array.from({ length: 2001 }, (_, index) => [`${index}.html`, ''])
  const folder = makeFolder(Object.fromEntries(pages))
  const { stderr } = await cusp(['static', folder, '--check', '--policy', BASE], { terminal: 80 })
  expect(stderr).toBe('1000 pages …\n2000 pages …\n')
  expect((await cusp(['static', folder, '--check', '--policy', BASE])).stderr).toBe('')
})

/** A server that reads a map. */
interface MapServer {
  readonly format: MapFormat
  readonly binary: string
  readonly install: string
  readonly config: (place: { folder: string; port: number; root: string; map: string }) => string
  readonly args: (folder: string) => readonly string[]
}

const SERVERS: readonly MapServer[] = [
  {
    format: 'nginx',
    binary: 'nginx',
    install: 'apt-get install nginx-light',
    config: ({
      folder,
      port,
      root,
      map,
    }) => `daemon off; pid ${folder}/pid; error_log stderr; events {}
http { types { text/html html; } access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder};
fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port}; root ${root}; ${map} } }`,
    args: (folder) => ['-c', `${folder}/config`, '-p', folder, '-e', 'stderr'],
  },
  {
    format: 'apache',
    binary: 'apache2',
    install: 'apt-get install apache2-bin',
    config: ({ folder, port, root, map }) =>
      `ServerName localhost\nListen 127.0.0.1:${port}\nPidFile ${folder}/pid\nErrorLog ${folder}/errors\nMutex file:${folder}
${['mpm_event', 'authz_core', 'headers', 'dir'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${root}\n${map}`,
    args: (folder) => ['-d', folder, '-f', `${folder}/config`, '-DFOREGROUND'],
  },
  {
    format: 'caddy',
    binary: 'caddy',
    install: 'apt-get install caddy',
    config: ({ port, root, map }) =>
      `{\n\tadmin off\n\tauto_https off\n}\nhttp://127.0.0.1:${port} {\nroot * ${root}\n${map}\nfile_server\n}\n`,
    args: (folder) => ['run', '--config', `${folder}/config`, '--adapter', 'caddyfile'],
  },
]

/** Names whose letters mean something to one of the servers. */
const NAMES = [
  'index',
  'sub/index',
  'a b',
  'é',
  'a+b(1)',
  'a$b',
  'a.b',
  '100%',
  'c^d',
  'x{y}',
  "it's",
  'a;b',
  'a#b',
  '[a]',
  'q"t',
  String.raw`back\slash`,
]

describe.each(SERVERS)('a map for $binary', ({ format, binary, install, config, args }) => {
  const isMissing = spawnSync('which', [binary], { env: PATHS }).status !== 0
  if (isMissing) console.warn(`SKIPPED: ${binary} is not on this machine; ${install}`)

  it.skipIf(isMissing && process.env['CUSP_REQUIRE_ALL'] !== '1')(
    'is read, and each page has its policy',
    { timeout: 30_000 },
    async () => {
      expect(isMissing).toBe(false)
      const root = makeFolder(
        Object.fromEntries(
          NAMES.map((name, index) => [`${name}.html`, `<script>page(${index})</script>`]),
        ),
      )
      chmodSync(path.join(root, 'sub'), 0o755)
      const map = (await cusp(['static', root, '--format', format])).stdout
      const expected = JSON.parse((await cusp(['static', root])).stdout) as Headers
      const origin = await start(binary, {
        args,
        config: (place) => config({ ...place, root, map }),
      })
      const sent: Record<string, unknown> = {}
      for (const name of Object.keys(expected)) {
        const { status, headers } = await fetch(origin + encodeURI(name).replaceAll('#', '%23'))
        sent[name] = { 'Content-Security-Policy': headers.get('content-security-policy'), status }
      }
      const all = Object.entries(expected).map(([name, own]) => [name, { ...own, status: 200 }])
      expect(sent).toEqual(Object.fromEntries(all))
      const index = await fetch(`${origin}/`)
      expect(index.headers.get('content-security-policy')).toContain(await hashSource('page(0)'))
      const other = await fetch(`${origin}/none.html`)
      expect(other.headers.get('content-security-policy')).toBeNull()
    },
  )
})

type Headers = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Starts a server, and waits until it listens. */
async function start(
  binary: string,
  {
    args,
    config,
  }: Pick<MapServer, 'args'> & { config: (place: { folder: string; port: number }) => string },
): Promise<string> {
  const folder = makeFolder()
  const port = await freePort()
  writeFileSync(path.join(folder, 'config'), config({ folder, port }))
  const env = { ...PATHS, HOME: folder }
  const server = spawn(binary, args(folder), { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  server.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  cleanUps.push(async () => {
    server.kill()
    await ended
  })
  for (;;) {
    if (server.exitCode !== null) throw new Error(`${binary} ended: ${output}`)
    try {
      await fetch(`http://127.0.0.1:${port}/`)
      return `http://127.0.0.1:${port}`
    } catch {
      await setTimeout(25)
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { readonly port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}
