/**
 * Probes that load what shows or sounds: stylesheets, images, fonts, media, and links that load
 * ahead.
 */

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
import { drawURL } from './urls.ts'

export function drawStylesheet(from: Draw): Probe {
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

export function drawImage(from: Draw): Probe {
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

export function drawPoster(from: Draw): Probe {
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

export function drawFont(from: Draw): Probe {
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

export function drawMedia(from: Draw): Probe {
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

export function drawTrack(from: Draw): Probe {
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

export function drawPrefetch(from: Draw): Probe {
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

export function drawPreload(from: Draw): Probe {
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
