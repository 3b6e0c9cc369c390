/** Probes that connect: what connect-src governs, and what is redirected. */

import type { RequestCheck } from '../../../packages/engine/src/index.ts'
import type { Draw } from './draw.ts'
import { localProbe, requestProbe, wishFor } from './draw.ts'
import type { ElementDescription, Probe, Task } from './probe.ts'
import { drawRedirect, drawURL, toWebSocket } from './urls.ts'

export const CONNECTIONS = ['fetch', 'xhr', 'eventsource', 'beacon'] as const

export function drawConnection(name: (typeof CONNECTIONS)[number], from: Draw): Probe {
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

export function drawWebSocket(from: Draw): Probe {
  const drawn = toWebSocket(drawURL(wishFor(from, 'text')))
  const task = { insertion: 'call', call: 'websocket', url: drawn.url } as const
  return requestProbe(from.id, { kind: 'websocket', drawn, task, check: { destination: '' } })
}

export function drawPing(from: Draw): Probe {
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
export function drawRedirected(from: Draw): Probe {
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
