/** Draws source expressions that have something to do with what the document's probes ask for. */

import { NONCE_VALUE } from './draw.ts'
import { digestOf, inlineTextOf } from './kinds.ts'
import type { Probe } from './probe.ts'
import type { Random } from './random.ts'
import { integrityOf } from './resources.ts'

/** What a source list is drawn for. */
export interface SourceWish {
  readonly random: Random
  readonly directive: string
  /** The probes that the directive may decide about; any where there are none. */
  readonly probes: readonly Probe[]
}

const SCHEMES = ['http:', 'https:', 'data:', 'blob:', 'ws:', 'wss:', 'HTTPS:', 'Data:'] as const

/** What fits no production, or another one than it seems. */
const INVALID = [
  'self',
  'none',
  "'slef'",
  "'self",
  "'nonce-'",
  "'nonce-a!b'",
  `nonce-${NONCE_VALUE}`,
  "'sha256-'",
  "'sha256-!!!'",
  "'sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00='",
  '//localhost',
  'http:/localhost',
  'http:///a',
  'https://',
  'localhost:',
  'localhost:port',
  'localhost:0x50',
  '*.*',
  '*localhost',
  'local*',
  '[::1]',
  '[2001:db8::1]',
  'a_b.localhost',
  'http://user@localhost:*',
  'localhost:*//a',
  '/a/b',
  '"self"',
  '@',
] as const

const KEYWORDS = [
  "'unsafe-inline'",
  "'unsafe-inline'",
  "'unsafe-eval'",
  "'wasm-unsafe-eval'",
  "'strict-dynamic'",
  "'unsafe-hashes'",
  "'report-sample'",
] as const

/** Valid hashes, of nothing that is ever asked about. */
const IRRELEVANT_HASH = digestOf('nothing', 'sha256')

/** Draws the values of one directive. */
export function drawSourceList(wish: SourceWish): readonly string[] {
  const { random } = wish
  if (random.chance(6)) return random.chance(80) ? ["'none'"] : []
  const count = 1 + random.below(4)
  const values = Array.from({ length: count }, () => drawSource(wish))
  return random.chance(3) ? [...values, "'none'"] : values
}

function drawSource(wish: SourceWish): string {
  const { random, directive } = wish
  const isCode = /^(?:script|style|default|worker)-src/.test(directive)
  const draw = random.weigh<(wish: SourceWish) => string>([
    [40, drawHostSource],
    [12, () => random.pick(["'self'", "'self'", "'SELF'"])],
    [8, () => random.pick(SCHEMES)],
    [4, () => '*'],
    [3, () => random.pick(INVALID)],
    [isCode ? 28 : 1, drawKeyword],
    [isCode ? 9 : 1, drawNonceSource],
    [isCode ? 12 : 1, drawHashSource],
  ])
  return draw(wish)
}

function drawKeyword({ random }: SourceWish): string {
  const keyword = random.pick(KEYWORDS)
  return random.chance(8) ? keyword.toUpperCase() : keyword
}

function drawNonceSource({ random }: SourceWish): string {
  return random.weigh([
    [70, `'nonce-${NONCE_VALUE}'`],
    [10, `'NONCE-${NONCE_VALUE}'`],
    [10, "'nonce-b3RoZXI='"],
    [5, "'nonce-b3RoZXI'"],
    [5, `'nonce-${NONCE_VALUE.replace('+', '-').replace('/', '_')}'`],
  ])
}

/**
 * The hash of some probe's code or script file, sometimes in base64url, misspelt or of something
 * else.
 */
function drawHashSource({ random, probes }: SourceWish): string {
  const algorithm = random.pick(['sha256', 'sha384', 'sha512'])
  const texts = probes.map(inlineTextOf).filter((text) => text !== undefined)
  const text = random.chance(30) ? undefined : random.pickAny(texts)
  const hash = text === undefined ? integrityOf('script', algorithm) : digestOf(text, algorithm)
  const written = random.weigh([
    [80, hash],
    [6, hash.replaceAll('+', '-').replaceAll('/', '_')],
    [3, hash.replace(/=+$/, '')],
    [3, hash.replace(/^sha/, 'SHA')],
    [2, hash.replace(/^sha/, 'sha-')],
    [4, IRRELEVANT_HASH],
    [2, 'sha256-ABCDE'],
  ])
  return `'${written}'`
}

/** A host-source that matches the URL of some probe, or fails to by one detail. */
function drawHostSource(wish: SourceWish): string {
  const { random, probes } = wish
  const text = random.pickAny(probes.flatMap(urlsOf)) ?? 'http://localhost:8080/a/b'
  const url = new URL(text)
  if (url.host === '') return random.pick(SCHEMES)
  const source = `${drawScheme(random, url)}${drawHost(random, url)}${drawPort(random, url)}${drawPath(random, url)}`
  if (random.chance(2)) return `${source}?x`
  return random.chance(4) ? source.toUpperCase() : source
}

function urlsOf({ checks }: Probe): readonly string[] {
  return checks.flatMap((check) =>
    'url' in check && check.url !== undefined ? [String(check.url)] : [],
  )
}

function drawScheme(random: Random, { protocol }: URL): string {
  const swapped: Readonly<Record<string, string>> = {
    'http:': 'https:',
    'https:': 'http:',
    'ws:': 'wss:',
    'wss:': 'ws:',
  }
  const crossed: Readonly<Record<string, string>> = {
    'http:': 'ws:',
    'https:': 'wss:',
    'ws:': 'http:',
    'wss:': 'https:',
  }
  return random.weigh([
    [45, ''],
    [35, `${protocol}//`],
    [14, `${swapped[protocol] ?? 'http:'}//`],
    [6, `${crossed[protocol] ?? 'ws:'}//`],
  ])
}

function drawHost(random: Random, { hostname }: URL): string {
  const isAddress = /^[\d.]+$|^\[/.test(hostname)
  const parent = hostname.slice(hostname.indexOf('.') + 1)
  return random.weigh([
    [55, hostname],
    [12, isAddress || parent === hostname ? `*.${hostname}` : `*.${parent}`],
    [6, `*.${hostname}`],
    [8, '*'],
    [4, hostname.toUpperCase()],
    [4, `${hostname}.`],
    [4, `a.${hostname}`],
    [7, random.pick(['localhost', '127.0.0.1', 'a.localhost', '*.localhost', 'example.com'])],
  ])
}

function drawPort(random: Random, url: URL): string {
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:'
  const port = url.port === '' ? (isSecure ? '443' : '80') : url.port
  return random.weigh([
    [url.port === '' ? 45 : 15, ''],
    [40, `:${port}`],
    [18, ':*'],
    [5, ':80'],
    [5, ':443'],
    [3, ':8080'],
    [3, `:0${port}`],
  ])
}

function drawPath(random: Random, { pathname }: URL): string {
  const path = pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')
  const parent = path.slice(0, path.lastIndexOf('/') + 1)
  return random.weigh([
    [60, ''],
    [10, path],
    [8, parent],
    [4, '/'],
    [4, `${path}/`],
    [3, path.toUpperCase()],
    [3, path.replaceAll('a', '%61')],
    [2, path.replace(/(?<=.)\//, '%2F')],
    [2, '/other'],
    [2, `/${path}`],
    [1, '/%zz'],
    [1, '/a%2fb'],
  ])
}
