import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Summary } from '@cusp/collector'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Ran, World } from '../../test/run-in-process.ts'
import { cusp } from '../../test/run-in-process.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-collect-'))
afterAll(() => rmSync(folder, { recursive: true }))

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36'

/** A `cusp collect` that runs until it is stopped. */
interface Collecting {
  /** What it printed when it began to listen. */
  readonly printed: string
  /** The addresses that it printed. */
  readonly urls: readonly string[]
  readonly stop: () => Promise<Ran>
}

const running: Collecting[] = []
afterEach(async () => {
  for (const collecting of running.splice(0)) await collecting.stop()
})

async function collect(args: readonly string[], world: World = {}): Promise<Collecting> {
  const ended = defer<void>()
  const listening = defer<string>()
  const ran = cusp(['collect', ...args, '--port', '0'], {
    cwd: folder,
    ...world,
    onOutput: (text) => listening.resolve(text),
    untilStopped: () => ended.promise,
  })
  const printed = await Promise.race([listening.promise, ran.then(({ stderr }) => stderr)])
  const collecting = {
    printed,
    urls: printed.match(/http:\/\/\S+(?=[ .])/g) ?? [],
    stop() {
      ended.resolve()
      return ran
    },
  }
  running.push(collecting)
  return collecting
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

function defer<T>(): Deferred<T> {
  const resolvers: ((value: T) => void)[] = []
  const promise = new Promise<T>((resolve) => void resolvers.push(resolve))
  return { promise, resolve: (value) => resolvers[0]?.(value) }
}

async function post(
  url: string,
  blocked = 'https://cdn.example/a.js?token=secret',
): Promise<number> {
  const body = JSON.stringify({
    'csp-report': {
      'document-uri': 'https://shop.example/cart?user=7',
      'blocked-uri': blocked,
      'effective-directive': 'script-src-elem',
      disposition: 'enforce',
    },
  })
  const headers = { 'Content-Type': 'application/csp-report', 'User-Agent': USER_AGENT }
  return (await fetch(url, { method: 'POST', headers, body })).status
}

async function listJSON(...args: readonly string[]): Promise<Summary> {
  const { stdout, stderr } = await cusp(['reports', ...args, '--json'], { cwd: folder })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Summary
}

describe('collect and reports', () => {
  it('keep what was answered with 204, and print it while the collector runs', async () => {
    const { urls, printed } = await collect(['sqlite:./one.db'])
    expect(printed).toContain(`and kept in sqlite:${folder}/one.db.`)
    expect(await post(String(urls[0]))).toBe(204)
    expect(await post(String(urls[0]))).toBe(204)
    expect(await post(String(urls[0]), 'https://other.example/b.js')).toBe(204)
    const { total, groups } = await listJSON('./one.db')
    expect(total).toBe(3)
    expect(groups.map(({ count, blocked }) => [count, blocked])).toEqual([
      [2, 'cdn.example'],
      [1, 'other.example'],
    ])
    expect(JSON.stringify(groups)).not.toMatch(/secret|user=7/)
    expect(statSync(path.join(folder, 'one.db')).mode & 0o777).toBe(0o600)
  })

  it('take the store from CUSP_STORE, and keep it from run to run', async () => {
    const env = { CUSP_STORE: 'sqlite:two.db' }
    const first = await collect([], { env })
    await post(String(first.urls[0]))
    expect((await first.stop()).code).toBe(0)
    const second = await collect([], { env })
    await post(String(second.urls[0]))
    expect((await listJSON('sqlite:two.db')).total).toBe(2)
  })

  it('print groups for a person', async () => {
    const { urls } = await collect(['three.db', '--project', 'shop'])
    await post(`${urls[0]}shop`)
    await post(`${urls[0]}shop`)
    await fetch(String(urls[0]), { method: 'POST', body: '{' })
    const { stdout, code } = await cusp(['reports', 'three.db'], { cwd: folder })
    expect(code).toBe(0)
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME')).toBe(
      [
        '      2  source         script-src-elem blocks cdn.example  shop',
        '         seen  TIME to TIME',
        '         on    https://shop.example/cart',
        '         by    chrome 156',
        '',
        '2 reports, 1 group shown, 1 item rejected',
        '',
      ].join('\n'),
    )
  })

  it('keep the query where that is asked for', async () => {
    const { urls } = await collect(['raw.db', '--keep-raw', '--keep', '7d'])
    await post(String(urls[0]))
    expect(JSON.stringify(await listJSON('raw.db'))).toContain('token=secret')
  })

  it('write a log that people read, and print it', async () => {
    const { urls } = await collect([
      './violations.log',
      '--limit',
      '100',
      '--domain',
      'shop.example',
      '--mail-to',
      'admin@shop.example',
      '--smtp',
      'smtp://127.0.0.1:1',
    ])
    expect(await post(String(urls[0]))).toBe(204)
    expect(await post(String(urls[0]))).toBe(204)
    const log = readFileSync(path.join(folder, 'violations.log'), 'utf8')
    expect(log).toContain('"url": "https://cdn.example/a.js"')
    expect(await listJSON('./violations.log')).toMatchObject({ total: 1, dropped: 1 })
  })

  it('tell noise by the policy and the hosts of the site', async () => {
    writeFileSync(path.join(folder, 'policy.txt'), "script-src 'self' https://cdn.example")
    const { urls } = await collect([
      'noise.db',
      '--policy',
      'policy.txt',
      '--page-host',
      'other.example',
    ])
    await post(String(urls[0]))
    const { groups } = await listJSON('noise.db')
    expect(groups.map((group) => group.class)).toEqual(['foreign'])
  })

  it('have metrics and health at a port of their own, on this machine alone', async () => {
    const { urls } = await collect(['metrics.db', '--status-port', '0'])
    const [reports, status] = urls
    await post(String(reports))
    expect(await (await fetch(new URL('/ready', status))).text()).toBe('ready\n')
    expect(await (await fetch(new URL('/metrics', status))).text()).toContain('cusp_')
    expect((await fetch(new URL('/metrics', reports))).status).toBe(405)
  })
})

describe('what cannot be used', () => {
  it.each([
    [['reports', './typo.db'], 'typo.db\\" does not exist'],
    [['reports', 'sqlit:./csp.db'], 'Use sqlite: instead'],
    [['reports', 'csp.db', '--limit', '0'], 'Use a whole number from 1 on'],
    [['collect', 'sqlite:/nowhere/at/all.db'], 'Create it first'],
    [['collect', '--port', '70000'], 'Use a whole number from 0 to 65535'],
    [['collect', 'a.db', '--keep', 'forever'], '90d'],
    [['collect', 'a.db', '--limit', '5'], 'file:'],
    [['collect', './a.log', '--mail-to', 'admin@shop.example'], 'is not a host'],
    [['collect', './a.log', '--domain', 'shop.example'], 'Use --mail-to with an address'],
    [['collect', 'a.db', '--policy', 'defualt-src x'], 'Did you mean default-src?'],
    [['collect', 'a.db', '--port', '0', '--host', '203.0.113.1'], 'does not have that address'],
    [['collect', 'a.db', '--page-host', 'https://shop.example/'], 'shop.example'],
  ])('%j', async (args, words) => {
    const { code, stderr, stdout } = await cusp(args, { cwd: folder })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words.replaceAll('\\', ''))
  })

  it('a port that is taken', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const { code, stderr } = await cusp(['collect', 'b.db', '--port', String(port)], {
      cwd: folder,
    })
    taken.close()
    expect(code).toBe(2)
    expect(stderr).toContain('it is taken. Use --port with another one.')
  })
})
