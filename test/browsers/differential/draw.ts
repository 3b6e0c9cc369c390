/** What kinds of probe are drawn from, and what they have in common. */

import type { Check, RequestCheck } from '../../../packages/engine/src/index.ts'
import type { BrowserName } from '../page.ts'
import type { ElementDescription, Insertion, Probe, Task } from './probe.ts'
import type { Random } from './random.ts'
import type { DrawnURL, URLWish } from './urls.ts'
import type { Ports } from './world.ts'

/** What a probe is drawn from. */
export interface Draw {
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

interface RequestProbe {
  readonly kind: string
  readonly drawn: DrawnURL
  readonly task: Omit<Task, 'effect' | 'id' | 'isSlow' | 'needsIdle'> &
    Partial<Pick<Task, 'isSlow' | 'needsIdle'>>
  readonly check: Omit<RequestCheck, 'type' | 'url'>
}

export function requestProbe(id: string, { kind, drawn, task, check }: RequestProbe): Probe {
  return {
    id,
    kind,
    checks: [{ type: 'request', url: drawn.url, ...check }],
    task: { id, effect: null, isSlow: false, needsIdle: false, ...task },
    arrival: drawn.arrival,
  }
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
export function localProbe(from: Draw, local: LocalProbe): Probe {
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

export function wishFor({ random, ports, self, document, id }: Draw, as: string): URLWish {
  return { random, ports, self, token: `${document}.${id}`, as }
}

export function drawInsertion(random: Random): Extract<Insertion, 'markup' | 'script'> {
  return random.chance(50) ? 'markup' : 'script'
}

/** A nonce for an element, and what becomes of it: one in three elements has none. */
export function drawNonce(random: Random): string | undefined {
  return random.chance(60) ? random.pick(ELEMENT_NONCES) : undefined
}

export function nonceAttributes(nonce: string | undefined): readonly (readonly [string, string])[] {
  return nonce === undefined ? [] : [['nonce', nonce]]
}
