/** Probes that embed, leave or move a document. */

import type { BrowserName } from '../page.ts'
import type { Draw } from './draw.ts'
import { drawInsertion, localProbe, requestProbe, wishFor } from './draw.ts'
import type { ElementDescription, Probe } from './probe.ts'
import { drawNearURL, drawURL } from './urls.ts'

/**
 * What shows as an image in Chromium and Firefox, and as a document in WebKit: what is the other
 * asks a second directive in one of them, see `untestable.ts`.
 */
function embeddedType(browser: BrowserName): readonly [as: string, type: string] {
  return browser === 'webkit' ? ['svg', 'image/svg+xml'] : ['image', 'image/png']
}

export function drawObject(from: Draw): Probe {
  return drawPlugin(from, 'object', 'data')
}

export function drawEmbed(from: Draw): Probe {
  return drawPlugin(from, 'embed', 'src')
}

function drawPlugin(from: Draw, tag: 'embed' | 'object', attribute: 'data' | 'src'): Probe {
  const { random, id, browser } = from
  const insertion = drawInsertion(random)
  const [as, type] = embeddedType(browser)
  const drawn = drawURL(wishFor(from, as))
  const element: ElementDescription = {
    tag,
    attributes: [
      ['id', id],
      ['type', type],
      [attribute, drawn.url],
    ],
  }
  const task = { insertion, element, isSlow: true }
  return requestProbe(id, { kind: tag, drawn, task, check: { destination: tag, mimeType: type } })
}

export function drawFrame(from: Draw): Probe {
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

export function drawForm(from: Draw): Probe {
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

export function drawBase(from: Draw): Probe {
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
