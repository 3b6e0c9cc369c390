/** Probes that run files as code: scripts, modules, workers. */

import type { ElementNonce } from '../../../packages/engine/src/index.ts'
import type { Draw } from './draw.ts'
import {
  drawInsertion,
  drawNonce,
  localProbe,
  nonceAttributes,
  requestProbe,
  wishFor,
} from './draw.ts'
import type { ElementDescription, Probe } from './probe.ts'
import type { Random } from './random.ts'
import { integrityOf } from './resources.ts'
import { drawOwnURL, drawURL } from './urls.ts'

const ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const

export function drawScript(from: Draw): Probe {
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
  // An attribute that looks as if markup had been injected before it makes a nonce count for
  // nothing.
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
  // Preload scanners take the nonce at its word, so that a request says nothing.
  const seen = injected ? { ...drawn, arrival: null } : drawn
  return requestProbe(id, { kind: 'script', drawn: seen, task: { insertion, element }, check })
}

function drawIntegrity(random: Random): string {
  const hashes = Array.from({ length: random.chance(70) ? 1 : 2 }, () =>
    integrityOf('script', random.pick(ALGORITHMS)),
  )
  return [...new Set(hashes)].join(' ')
}

export function drawModule(from: Draw): Probe {
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

/** Workers are of the document's origin: others are refused before the policy is asked. */
export function drawWorker(call: 'sharedworker' | 'worker', from: Draw): Probe {
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
