import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { deliver } from './deliver.ts'
import { hashSource } from './sources/hash.ts'
import type { Policy } from './model/policy.ts'
import type { CspError } from './vocabulary/errors.ts'
import { NONCE, NONE, SELF } from './vocabulary/keywords.ts'
import { fromHelmet } from './helmet.ts'
import { parsePolicy } from './parse.ts'
import { catchCspError } from '../test/catch-csp-error.ts'
import { csp } from './policy/policy-value.ts'
import { apacheConfig, caddyConfig, nginxConfig } from './servers.ts'

const policy = csp()
  .defaultSrc(SELF)
  .scriptSrc(await hashSource('run()'))
  .imgSrc('https://cdn.example/a%3Bb/$x;y', '*.example:*')
  .objectSrc(NONE)
  .reportTo('csp', '/csp-reports?site=1')
const delivery = deliver({ enforce: policy, reportOnly: csp().defaultSrc(NONE) })

describe('a server configuration', () => {
  it.each([nginxConfig, apacheConfig, caddyConfig])('%o refuses a nonce', (write) => {
    expect(() => write(csp().scriptSrc(NONCE))).toThrow(
      expect.objectContaining({
        code: 'ERR_CSP_NONCE',
        message: expect.stringContaining('hashes'),
      }),
    )
  })

  it('has a line for each header', () => {
    const simple = csp().defaultSrc(SELF).reportTo('csp', '/r')
    const value = "default-src 'self'; report-to csp; report-uri /r"
    expect(nginxConfig(simple)).toBe(
      `add_header Content-Security-Policy "${value}" always;\nadd_header Reporting-Endpoints "csp=\\"/r\\"" always;\n`,
    )
    expect(apacheConfig({ reportOnly: simple })).toBe(
      `Header always set Content-Security-Policy-Report-Only "${value}"\nHeader always set Reporting-Endpoints "csp=\\"/r\\""\n`,
    )
    expect(caddyConfig(simple)).toBe(
      `header {\n\tContent-Security-Policy "${value}"\n\tReporting-Endpoints "csp=\\"/r\\""\n}\n`,
    )
  })
})

/** A policy of so many bytes. */
function long(length: number): Policy {
  return csp().imgSrc(`a.example/${'p'.repeat(length - 'img-src a.example/'.length)}`)
}

describe('what a server would replace', () => {
  it.each([
    ['nginx', nginxConfig, csp().directive('x-a', '$host')],
    ['nginx', nginxConfig, parsePolicy('x-a a$b').policy],
    ['Apache', apacheConfig, csp().directive('x-a', '${PATH}')],
    ['Caddy', caddyConfig, csp().directive('x-a', '{env.PATH}')],
    ['Caddy', caddyConfig, csp().directive('x-a', String.raw`a\"b`)],
    ['Caddy', caddyConfig, fromHelmet({ directives: { imgSrc: ['https://a.example/{$PATH}'] } })],
    ['Apache', apacheConfig, { reportOnly: csp().directive('x-a', '${PATH}') }],
  ])('%s: refused, case %#', (server, write, policies) => {
    const error = catchCspError(() => write(policies))
    expect(error.code).toBe('ERR_CSP_SERVER')
    expect(error.message).toContain(`to ${server}`)
  })

  it('nginx: "$" in a URL is percent-encoded', () => {
    expect(nginxConfig(csp().imgSrc('a.example/$x'))).toContain('img-src a.example/%24x')
  })

  it('nginx: over 4093 bytes, quotes escaped, is refused by its limit', () => {
    expect(nginxConfig(long(4093))).toContain('always')
    const error = catchCspError(() => nginxConfig(long(4094)))
    expect(error.code).toBe('ERR_CSP_SERVER')
    expect(error.message).toContain('it has 4094 bytes and nginx reads no text over 4093')
    expect(caddyConfig(long(5000))).toContain('img-src')
    expect(apacheConfig(long(5000))).toContain('img-src')
  })
})

// What a server may expand, and what a random text holds of it.
const SPECIAL = [
  '${PATH}',
  '${X',
  '$host',
  '$',
  '{env.PATH}',
  '{$PATH}',
  '{http.vars.x}',
  '{',
  '}',
  '%{PATH}e',
  '%h',
  '%',
  String.raw`a\nb`,
  String.raw`a\tb`,
  String.raw`\\`,
  String.raw`\"`,
  '\\',
  '"',
  "'",
  '`',
  '#',
  'expr=1',
  '<<X',
  '+x',
]
const printable = fc.string({
  unit: fc.constantFrom(...Array.from('ab$${}%%\\\\""\'`#<=+-0')),
  minLength: 1,
  maxLength: 8,
})
const hostile = [...SPECIAL, ...fc.sample(printable, { numRuns: 200, seed: 1 })]

/** The values that a server's configuration can hold, each in a directive of its own. */
function takenBy(write: ServerUnderTest['write']): Policy {
  return hostile.reduce<Policy>((taken, value, index) => {
    const name = `x-${index}`
    try {
      write(csp().directive(name, value))
    } catch (error) {
      if ((error as CspError).code !== 'ERR_CSP_SERVER') throw error
      return taken
    }
    return taken.directive(name, value)
  }, csp())
}

interface ServerUnderTest {
  readonly name: string
  readonly binary: string
  readonly write: typeof nginxConfig
  readonly install: string
  /** The files of a folder, and the arguments that start the server in the foreground. */
  readonly setup: (
    folder: string,
    port: number,
    config: string,
  ) => { readonly config: string; readonly args: readonly string[] }
  /** What the server's own rules make of a header. */
  readonly sent: (value: string) => string
}

const SERVERS: readonly ServerUnderTest[] = [
  {
    name: 'nginx',
    binary: 'nginx',
    write: nginxConfig,
    install: 'apt-get install nginx-light',
    setup: (folder, port, headers) => ({
      config: `daemon off; pid ${folder}/pid; error_log stderr; events {}
http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port}; ${headers} location / { return 200 "x"; } } }`,
      args: ['-c', `${folder}/config`, '-p', folder, '-e', 'stderr'],
    }),
    sent: (value) => value.replaceAll('$', '%24'),
  },
  {
    name: 'Apache',
    binary: 'apache2',
    write: apacheConfig,
    install: 'apt-get install apache2-bin',
    setup: (folder, port, headers) => ({
      config: `ServerName localhost\nListen 127.0.0.1:${port}\nPidFile ${folder}/pid\nErrorLog ${folder}/errors\nMutex file:${folder}
${['mpm_event', 'authz_core', 'headers'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}\n${headers}`,
      args: ['-d', folder, '-f', `${folder}/config`, '-DFOREGROUND'],
    }),
    sent: (value) => value,
  },
  {
    name: 'Caddy',
    binary: 'caddy',
    write: caddyConfig,
    install: 'apt-get install caddy',
    setup: (folder, port, headers) => ({
      config: `{\n\tadmin off\n\tauto_https off\n}\nhttp://127.0.0.1:${port} {\n${headers}\n\trespond "x"\n}\n`,
      args: ['run', '--config', `${folder}/config`, '--adapter', 'caddyfile'],
    }),
    sent: (value) => value,
  },
]

const cleanUps: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

describe.each(SERVERS)('$name', ({ name, binary, write, install, setup, sent }) => {
  const isMissing = !isInstalled(binary)
  if (isMissing) console.warn(`SKIPPED: ${name} is not on this machine; ${install}`)

  it.skipIf(isMissing && process.env['CUSP_REQUIRE_ALL'] !== '1')(
    'sends the headers that the delivery has',
    async () => {
      expect(isMissing).toBe(false)
      const headers = await serve(binary, setup, write(delivery))
      for (const [header, value] of delivery.headers()) {
        expect(headers.get(header)).toBe(sent(value))
      }
    },
    30_000,
  )

  it.skipIf(isMissing && process.env['CUSP_REQUIRE_ALL'] !== '1')(
    'takes the longest text that it is given',
    async () => {
      const length = name === 'nginx' ? 4093 : 12_000
      const longest = long(length)
      const headers = await serve(binary, setup, write(longest))
      expect(headers.get('Content-Security-Policy')).toBe(String(longest))
    },
    30_000,
  )

  it.skipIf(isMissing && process.env['CUSP_REQUIRE_ALL'] !== '1')(
    'sends what its configuration takes, letter by letter',
    async () => {
      const taken = takenBy(write)
      expect(taken.directives.length).toBeGreaterThan(20)
      expect(taken.directives.length).toBeLessThan(hostile.length)
      const headers = await serve(binary, setup, write(taken))
      expect(headers.get('Content-Security-Policy')).toBe(String(taken))
    },
    30_000,
  )
})

function isInstalled(binary: string): boolean {
  try {
    execFileSync('which', [binary], { env: { PATH: `${process.env['PATH']}:/usr/sbin` } })
    return true
  } catch {
    return false
  }
}

/** Starts the server and asks it once; connections are refused until it listens. */
async function serve(
  binary: string,
  setup: ServerUnderTest['setup'],
  headers: string,
): Promise<Headers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-server-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const { config, args } = setup(folder, port, headers)
  writeFileSync(path.join(folder, 'config'), config)
  const server = spawn(binary, args, {
    env: { PATH: `${process.env['PATH']}:/usr/sbin`, HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
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
      return (await fetch(`http://127.0.0.1:${port}/`)).headers
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
