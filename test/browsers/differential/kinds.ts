/** The kinds of probe: for each, what the engine is asked and what the page does. */

import { createHash } from 'node:crypto'
import type {
  Check,
  ElementNonce,
  InlineType,
  RequestCheck,
} from '../../../packages/engine/src/index.ts'
import type { BrowserName } from '../page.ts'
import type { ElementDescription, Insertion, Probe, Task } from './probe.ts'
import type { Random } from './random.ts'
import { integrityOf } from './resources.ts'
import type { DrawnURL, URLWish } from './urls.ts'
import { drawNearURL, drawOwnURL, drawRedirect, drawURL, toWebSocket } from './urls.ts'
import type { Ports } from './world.ts'

/** What a probe is drawn from. */
interface Draw {
  readonly random: Random
  readonly ports: Ports
  readonly self: string
  readonly browser: BrowserName
  /** The id of its document. */
  readonly document: string
  /** Its own id. */
  readonly id: string
}

/** One kind of probe. */
export interface Kind {
  readonly name: string
  /** How often it is drawn, beside the others. */
  readonly weight: number
  draw(from: Draw): Probe
}

/** The nonce that most policies have, and the elements that match it. */
export const NONCE_VALUE = 'bm9uY2U+LzEyMzQ1Njc4OTA='
/** Nonces that elements carry. */
const ELEMENT_NONCES = [
  NONCE_VALUE,
  NONCE_VALUE,
  NONCE_VALUE.toLowerCase(),
  'b3RoZXI=',
  ` ${NONCE_VALUE} `,
  '',
] as const
const ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const

const CONNECTIONS = ['fetch', 'xhr', 'eventsource', 'beacon'] as const

/** Every kind. */
export const KINDS: readonly Kind[] = [
  ...CONNECTIONS.map((name): Kind => ({
    name,
    weight: name === 'fetch' ? 14 : 4,
    draw: (from) => drawConnection(name, from),
  })),
  { name: 'websocket', weight: 6, draw: drawWebSocket },
  { name: 'ping', weight: 3, draw: drawPing },
  { name: 'redirect', weight: 6, draw: drawRedirected },
  { name: 'script', weight: 14, draw: drawScript },
  { name: 'module', weight: 3, draw: drawModule },
  { name: 'stylesheet', weight: 8, draw: drawStylesheet },
  { name: 'image', weight: 8, draw: drawImage },
  { name: 'poster', weight: 1, draw: drawPoster },
  { name: 'font', weight: 4, draw: drawFont },
  { name: 'media', weight: 4, draw: drawMedia },
  { name: 'track', weight: 2, draw: drawTrack },
  { name: 'object', weight: 3, draw: drawObject },
  { name: 'embed', weight: 3, draw: drawEmbed },
  { name: 'frame', weight: 6, draw: drawFrame },
  { name: 'worker', weight: 5, draw: (from) => drawWorker('worker', from) },
  { name: 'sharedworker', weight: 3, draw: (from) => drawWorker('sharedworker', from) },
  { name: 'prefetch', weight: 3, draw: drawPrefetch },
  { name: 'preload', weight: 3, draw: drawPreload },
  { name: 'form-action', weight: 6, draw: drawForm },
  { name: 'base-uri', weight: 5, draw: drawBase },
  { name: 'inline-script', weight: 10, draw: drawInlineScript },
  { name: 'inline-style', weight: 6, draw: drawInlineStyle },
  { name: 'handler', weight: 6, draw: drawHandler },
  { name: 'javascript-url', weight: 5, draw: drawJavaScriptURL },
  { name: 'style-attribute', weight: 5, draw: drawStyleAttribute },
  { name: 'eval', weight: 5, draw: drawEval },
  { name: 'wasm', weight: 4, draw: drawWasm },
]

/** The text that a probe's policy may allow by its hash, where it is inline. */
export function inlineTextOf({ checks }: Probe): string | undefined {
  const [check] = checks
  return check?.type === 'inline' ? check.source : undefined
}

/** The digest of a text, such as `sha256-…`. */
export function digestOf(text: string, algorithm: string): string {
  return `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`
}

interface RequestProbe {
  readonly kind: string
  readonly drawn: DrawnURL
  readonly task: Omit<Task, 'effect' | 'id' | 'isSlow' | 'needsIdle'> &
    Partial<Pick<Task, 'isSlow' | 'needsIdle'>>
  readonly check: Omit<RequestCheck, 'type' | 'url'>
}

function requestProbe(id: string, { kind, drawn, task, check }: RequestProbe): Probe {
  return {
    id,
    kind,
    checks: [{ type: 'request', url: drawn.url, ...check }],
    task: { id, effect: null, isSlow: false, needsIdle: false, ...task },
    arrival: drawn.arrival,
  }
}

function wishFor({ random, ports, self, document, id }: Draw, as: string): URLWish {
  return { random, ports, self, token: `${document}.${id}`, as }
}

function drawConnection(name: (typeof CONNECTIONS)[number], from: Draw): Probe {
  const { random } = from
  const as = name === 'eventsource' ? 'events' : 'text'
  const task = { insertion: 'call', call: name } as const
  if (name === 'fetch' && random.chance(10)) {
    return localProbe(from, { kind: 'fetch', task, destination: '', type: 'text/plain' })
  }
  const drawn = drawURL(wishFor(from, as))
  const withURL = { ...task, url: drawn.url, isSlow: name === 'beacon' }
  return requestProbe(from.id, { kind: name, drawn, task: withURL, check: { destination: '' } })
}

interface LocalProbe {
  readonly kind: string
  readonly task: Omit<Task, 'effect' | 'id' | 'isSlow' | 'needsIdle'> &
    Partial<Pick<Task, 'isSlow' | 'needsIdle'>>
  readonly destination: string
  readonly type: string
  readonly body?: string
  /** The attribute that takes the URL. */
  readonly attribute?: string
}

/** A data: or blob: URL. No server sees it, so only the violation tells. */
function localProbe(from: Draw, local: LocalProbe): Probe {
  const { random, self, id } = from
  const { kind, task, destination, type, body = 'x', attribute } = local
  const isBlob = task.insertion !== 'markup' && random.chance(50)
  const data = `data:${type},${encodeURIComponent(body)}`
  const url = isBlob ? `blob:${self}/00000000-0000-4000-8000-000000000000` : data
  const given = isBlob ? 'blob:' : data
  const withURL: Task = {
    id,
    effect: null,
    isSlow: false,
    needsIdle: false,
    ...task,
    ...(attribute === undefined ? { url: given } : {}),
    ...(isBlob ? { blob: { type, body } } : {}),
    ...(task.element !== undefined && attribute !== undefined
      ? { element: withAttribute(task.element, attribute, given) }
      : {}),
  }
  const check: Check = {
    type: 'request',
    url,
    destination,
    parserInserted: task.insertion === 'markup',
  }
  return { id, kind, checks: [check], task: withURL, arrival: null }
}

function withAttribute(
  element: ElementDescription,
  name: string,
  value: string,
): ElementDescription {
  return { ...element, attributes: [...element.attributes, [name, value]] }
}

function drawWebSocket(from: Draw): Probe {
  const drawn = toWebSocket(drawURL(wishFor(from, 'text')))
  const task = { insertion: 'call', call: 'websocket', url: drawn.url } as const
  return requestProbe(from.id, { kind: 'websocket', drawn, task, check: { destination: '' } })
}

function drawPing(from: Draw): Probe {
  const drawn = drawURL(wishFor(from, 'text'))
  const element: ElementDescription = {
    tag: 'a',
    attributes: [
      ['id', from.id],
      ['href', '#'],
      ['ping', drawn.url],
    ],
  }
  const task = { insertion: 'script', element, act: 'click', isSlow: true } as const
  return requestProbe(from.id, { kind: 'ping', drawn, task, check: { destination: '' } })
}

/** A fetch, image or script that is redirected once. Its report names the first URL. */
function drawRedirected(from: Draw): Probe {
  const { random, id } = from
  const destination = random.pick(['', 'image', 'script', 'style'])
  const as = destination === '' ? 'text' : destination
  const drawn = drawRedirect(wishFor(from, as))
  const element = elementFor(destination, id, drawn.url)
  const task: Task =
    element === undefined
      ? {
          id,
          insertion: 'call',
          call: 'fetch',
          url: drawn.url,
          effect: null,
          isSlow: true,
          needsIdle: false,
        }
      : { id, insertion: 'script', element, effect: null, isSlow: true, needsIdle: false }
  const check: RequestCheck = {
    type: 'request',
    url: drawn.url,
    destination,
    parserInserted: false,
  }
  const hop = { ...check, url: drawn.target, redirectCount: 1, originalUrl: drawn.url }
  return { id, kind: 'redirect', checks: [check, hop], task, arrival: drawn.arrival }
}

function elementFor(destination: string, id: string, url: string): ElementDescription | undefined {
  if (destination === 'image')
    return {
      tag: 'img',
      attributes: [
        ['id', id],
        ['src', url],
      ],
    }
  if (destination === 'script')
    return {
      tag: 'script',
      attributes: [
        ['id', id],
        ['src', url],
      ],
    }
  if (destination !== 'style') return undefined
  return {
    tag: 'link',
    attributes: [
      ['id', id],
      ['rel', 'stylesheet'],
      ['href', url],
    ],
  }
}

function drawInsertion(random: Random): Extract<Insertion, 'markup' | 'script'> {
  return random.chance(50) ? 'markup' : 'script'
}

/** A nonce for an element, and what becomes of it: one in three elements has none. */
function drawNonce(random: Random): string | undefined {
  return random.chance(60) ? random.pick(ELEMENT_NONCES) : undefined
}

function nonceAttributes(nonce: string | undefined): readonly (readonly [string, string])[] {
  return nonce === undefined ? [] : [['nonce', nonce]]
}

function drawScript(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  if (random.chance(8)) {
    const element = { tag: 'script', attributes: [['id', id]] } as const
    const task = { insertion, element }
    const type = 'text/javascript'
    return localProbe(from, { kind: 'script', task, destination: 'script', type, attribute: 'src' })
  }
  const drawn = drawURL(wishFor(from, 'script'))
  const nonce = drawNonce(random)
  const integrity = random.chance(30) ? drawIntegrity(random) : ''
  // An attribute that looks as if markup had been injected before it makes a nonce count for nothing.
  const injected = nonce !== undefined && insertion === 'markup' && random.chance(12)
  const element: ElementDescription = {
    tag: 'script',
    attributes: [
      ['id', id],
      ...(injected ? ([['data-x', 'a<script']] as const) : []),
      ...nonceAttributes(nonce),
      ...(integrity === ''
        ? []
        : ([
            ['integrity', integrity],
            ['crossorigin', 'anonymous'],
          ] as const)),
      ['src', drawn.url],
    ],
  }
  const check = {
    destination: 'script',
    nonce: (nonce ?? '') as ElementNonce,
    integrity,
    parserInserted: insertion === 'markup',
    nonceable: !injected,
  }
  return requestProbe(id, { kind: 'script', drawn, task: { insertion, element }, check })
}

function drawIntegrity(random: Random): string {
  const hashes = Array.from({ length: random.chance(70) ? 1 : 2 }, () =>
    integrityOf('script', random.pick(ALGORITHMS)),
  )
  return [...new Set(hashes)].join(' ')
}

function drawModule(from: Draw): Probe {
  const { random, id } = from
  const drawn = drawURL(wishFor(from, 'script'))
  const nonce = drawNonce(random)
  const element: ElementDescription = {
    tag: 'script',
    attributes: [['id', id], ['type', 'module'], ...nonceAttributes(nonce), ['src', drawn.url]],
  }
  const check = { destination: 'script', nonce: nonce ?? '', parserInserted: false }
  return requestProbe(id, { kind: 'module', drawn, task: { insertion: 'script', element }, check })
}

function drawStylesheet(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  if (random.chance(6)) {
    const element = {
      tag: 'link',
      attributes: [
        ['id', id],
        ['rel', 'stylesheet'],
      ],
    } as const
    const task = { insertion, element }
    const type = 'text/css'
    return localProbe(from, {
      kind: 'stylesheet',
      task,
      destination: 'style',
      type,
      attribute: 'href',
    })
  }
  const drawn = drawURL(wishFor(from, 'style'))
  const nonce = drawNonce(random)
  const element: ElementDescription = {
    tag: 'link',
    attributes: [['id', id], ['rel', 'stylesheet'], ...nonceAttributes(nonce), ['href', drawn.url]],
  }
  const check = { destination: 'style', nonce: nonce ?? '' }
  return requestProbe(id, { kind: 'stylesheet', drawn, task: { insertion, element }, check })
}

function drawImage(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  if (random.chance(15)) {
    const element = { tag: 'img', attributes: [['id', id]] } as const
    const task = { insertion, element }
    const body = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    const type = 'image/svg+xml'
    return localProbe(from, {
      kind: 'image',
      task,
      destination: 'image',
      type,
      body,
      attribute: 'src',
    })
  }
  const drawn = drawURL(wishFor(from, 'image'))
  const element: ElementDescription = {
    tag: 'img',
    attributes: [
      ['id', id],
      ['src', drawn.url],
    ],
  }
  const check = { destination: 'image' }
  return requestProbe(id, { kind: 'image', drawn, task: { insertion, element }, check })
}

function drawPoster(from: Draw): Probe {
  const drawn = drawURL(wishFor(from, 'image'))
  const element: ElementDescription = {
    tag: 'video',
    attributes: [
      ['id', from.id],
      ['preload', 'none'],
      ['poster', drawn.url],
    ],
  }
  const task = { insertion: 'script', element, isSlow: true } as const
  return requestProbe(from.id, { kind: 'poster', drawn, task, check: { destination: 'image' } })
}

function drawFont(from: Draw): Probe {
  const task = { insertion: 'call', call: 'font' } as const
  if (from.random.chance(15)) {
    return localProbe(from, { kind: 'font', task, destination: 'font', type: 'font/woff2' })
  }
  const drawn = drawURL(wishFor(from, 'font'))
  const withURL = { ...task, url: drawn.url }
  return requestProbe(from.id, {
    kind: 'font',
    drawn,
    task: withURL,
    check: { destination: 'font' },
  })
}

function drawMedia(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  const tag = random.pick(['audio', 'video'])
  const attributes = [
    ['id', id],
    ['preload', 'auto'],
  ] as const
  if (random.chance(15)) {
    const task = { insertion, element: { tag, attributes } }
    const type = 'audio/wav'
    return localProbe(from, { kind: 'media', task, destination: tag, type, attribute: 'src' })
  }
  const drawn = drawURL(wishFor(from, 'audio'))
  const element: ElementDescription = { tag, attributes: [...attributes, ['src', drawn.url]] }
  const check = { destination: tag }
  return requestProbe(id, { kind: 'media', drawn, task: { insertion, element }, check })
}

function drawTrack(from: Draw): Probe {
  const { id } = from
  const drawn = drawURL(wishFor(from, 'track'))
  const track: ElementDescription = {
    tag: 'track',
    attributes: [
      ['id', id],
      ['kind', 'subtitles'],
      ['default', ''],
      ['src', drawn.url],
    ],
  }
  const element: ElementDescription = {
    tag: 'video',
    attributes: [['crossorigin', 'anonymous']],
    children: [track],
  }
  const task = { insertion: 'script', element } as const
  return requestProbe(id, { kind: 'track', drawn, task, check: { destination: 'track' } })
}

/**
 * What shows as an image in Chromium and Firefox, and as a document in WebKit: what is the other asks a second directive in
 * one of them, see `untestable.ts`.
 */
function embeddedType(browser: BrowserName): readonly [as: string, type: string] {
  return browser === 'webkit' ? ['svg', 'image/svg+xml'] : ['image', 'image/png']
}

function drawObject(from: Draw): Probe {
  const { random, id, browser } = from
  const insertion = drawInsertion(random)
  const [as, type] = embeddedType(browser)
  const drawn = drawURL(wishFor(from, as))
  const element: ElementDescription = {
    tag: 'object',
    attributes: [
      ['id', id],
      ['type', type],
      ['data', drawn.url],
    ],
  }
  const task = { insertion, element, isSlow: true }
  return requestProbe(id, { kind: 'object', drawn, task, check: { destination: 'object' } })
}

function drawEmbed(from: Draw): Probe {
  const { random, id, browser } = from
  const insertion = drawInsertion(random)
  const [as, type] = embeddedType(browser)
  const drawn = drawURL(wishFor(from, as))
  const element: ElementDescription = {
    tag: 'embed',
    attributes: [
      ['id', id],
      ['type', type],
      ['src', drawn.url],
    ],
  }
  const task = { insertion, element, isSlow: true }
  return requestProbe(id, { kind: 'embed', drawn, task, check: { destination: 'embed' } })
}

function drawFrame(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  if (random.chance(15)) {
    const element = { tag: 'iframe', attributes: [['id', id]] } as const
    const task = { insertion, element, isSlow: true }
    return localProbe(from, {
      kind: 'frame',
      task,
      destination: 'iframe',
      type: 'text/html',
      attribute: 'src',
    })
  }
  const drawn = drawURL(wishFor(from, 'frame'))
  const element: ElementDescription = {
    tag: 'iframe',
    attributes: [
      ['id', id],
      ['src', drawn.url],
    ],
  }
  const task = { insertion, element, isSlow: true }
  return requestProbe(id, { kind: 'frame', drawn, task, check: { destination: 'iframe' } })
}

/** Workers are of the document's origin: others are refused before the policy is asked. */
function drawWorker(call: 'sharedworker' | 'worker', from: Draw): Probe {
  const { random, id } = from
  const task = { insertion: 'call', call, isSlow: true } as const
  const type = 'text/javascript'
  const body = 'postMessage?.(0)'
  if (random.chance(35)) {
    return localProbe(from, { kind: call, task, destination: call, type, body })
  }
  const drawn = drawOwnURL(wishFor(from, 'worker'))
  const withURL = { ...task, url: drawn.url }
  return requestProbe(id, { kind: call, drawn, task: withURL, check: { destination: call } })
}

function drawPrefetch(from: Draw): Probe {
  const drawn = drawURL(wishFor(from, 'text'))
  const element: ElementDescription = {
    tag: 'link',
    attributes: [
      ['id', from.id],
      ['rel', 'prefetch'],
      ['href', drawn.url],
    ],
  }
  const task = { insertion: 'script', element, isSlow: true, needsIdle: true } as const
  const check = { destination: '', initiator: 'prefetch' }
  return requestProbe(from.id, { kind: 'prefetch', drawn, task, check })
}

function drawPreload(from: Draw): Probe {
  const destination = from.random.pick(['image', 'style', 'font'])
  const drawn = drawURL(wishFor(from, destination))
  const element: ElementDescription = {
    tag: 'link',
    attributes: [
      ['id', from.id],
      ['rel', 'preload'],
      ['as', destination],
      ['crossorigin', 'anonymous'],
      ['href', drawn.url],
    ],
  }
  const task = { insertion: 'script', element } as const
  const check = { destination, initiator: 'preload' }
  return requestProbe(from.id, { kind: 'preload', drawn, task, check })
}

function drawForm(from: Draw): Probe {
  const { random, id } = from
  const drawn = drawURL(wishFor(from, 'frame'))
  const element: ElementDescription = {
    tag: 'form',
    attributes: [
      ['id', id],
      ['method', 'post'],
      ['action', drawn.url],
    ],
  }
  const insertion = drawInsertion(random)
  return {
    id,
    kind: 'form-action',
    checks: [{ type: 'form-action', url: drawn.url }],
    task: { id, insertion, element, act: 'submit', effect: null, isSlow: true, needsIdle: false },
    arrival: drawn.arrival,
  }
}

function drawBase(from: Draw): Probe {
  const { random, id } = from
  const { url } = random.chance(50) ? drawURL(wishFor(from, 'x')) : drawNearURL(wishFor(from, 'x'))
  const element: ElementDescription = {
    tag: 'base',
    attributes: [
      ['id', id],
      ['href', url],
    ],
  }
  const insertion = drawInsertion(random)
  return {
    id,
    kind: 'base-uri',
    checks: [{ type: 'base-uri', url }],
    task: { id, insertion, element, url, effect: 'based', isSlow: true, needsIdle: false },
    arrival: null,
  }
}

interface InlineProbe {
  readonly kind: string
  readonly inline: InlineType
  readonly source: string
  readonly nonce?: string | undefined
  readonly task: Omit<Task, 'id' | 'isSlow' | 'needsIdle'>
  readonly nonceable?: boolean
}

function inlineProbe(
  id: string,
  { kind, inline, source, nonce, task, nonceable = true }: InlineProbe,
): Probe {
  const check: Check = {
    type: 'inline',
    inline,
    source,
    nonce: nonce ?? '',
    parserInserted: task.insertion === 'markup',
    nonceable,
  }
  return {
    id,
    kind,
    checks: [check],
    task: { id, isSlow: false, needsIdle: false, ...task },
    arrival: null,
  }
}

function drawInlineScript(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  const nonce = drawNonce(random)
  const injected = nonce !== undefined && insertion === 'markup' && random.chance(10)
  const text = random.chance(30) ? `ran("${id}")//é\n ` : `ran("${id}")`
  const element: ElementDescription = {
    tag: 'script',
    attributes: [
      ['id', id],
      ...(injected ? ([['data-x', '<STYLE']] as const) : []),
      ...nonceAttributes(nonce),
    ],
    text,
  }
  const task = { insertion, element, effect: 'ran' } as const
  const inline = { inline: 'script', source: text, nonce, task, nonceable: !injected } as const
  return inlineProbe(id, { kind: 'inline-script', ...inline })
}

function drawInlineStyle(from: Draw): Probe {
  const { random, id } = from
  const insertion = drawInsertion(random)
  const nonce = drawNonce(random)
  const text = `:root { --${id}: yes }`
  const element: ElementDescription = {
    tag: 'style',
    attributes: [['id', id], ...nonceAttributes(nonce)],
    text,
  }
  const task = { insertion, element, effect: 'root-styled' } as const
  return inlineProbe(id, { kind: 'inline-style', inline: 'style', source: text, nonce, task })
}

function drawHandler(from: Draw): Probe {
  const { random, id } = from
  const source = `ran("${id}")`
  const element: ElementDescription = {
    tag: 'b',
    attributes: [
      ['id', id],
      ['onclick', source],
    ],
  }
  const task = { insertion: drawInsertion(random), element, act: 'click', effect: 'ran' } as const
  return inlineProbe(id, { kind: 'handler', inline: 'script attribute', source, task })
}

function drawJavaScriptURL(from: Draw): Probe {
  const { random, id } = from
  const source = `javascript:void ran("${id}")`
  const element: ElementDescription = {
    tag: 'a',
    attributes: [
      ['id', id],
      ['href', source],
    ],
  }
  const task = { insertion: drawInsertion(random), element, act: 'click', effect: 'ran' } as const
  return inlineProbe(id, { kind: 'javascript-url', inline: 'navigation', source, task })
}

function drawStyleAttribute(from: Draw): Probe {
  const { random, id } = from
  const source = `--${id}: yes`
  const element: ElementDescription = {
    tag: 'b',
    attributes: [
      ['id', id],
      ['style', source],
    ],
  }
  const task = { insertion: drawInsertion(random), element, effect: 'styled' } as const
  return inlineProbe(id, { kind: 'style-attribute', inline: 'style attribute', source, task })
}

/** Strings in timers alone in WebKit, see `untestable.ts`. */
function drawEval({ random, id, browser }: Draw): Probe {
  const call = browser === 'webkit' ? 'setTimeout' : random.pick(['eval', 'setTimeout'])
  const task: Task = { id, insertion: 'call', call, effect: 'ran', isSlow: false, needsIdle: false }
  return { id, kind: 'eval', checks: [{ type: 'eval' }], task, arrival: null }
}

function drawWasm({ id }: Draw): Probe {
  const task: Task = {
    id,
    insertion: 'call',
    call: 'wasm',
    effect: 'returned',
    isSlow: false,
    needsIdle: false,
  }
  return { id, kind: 'wasm', checks: [{ type: 'wasm' }], task, arrival: null }
}
