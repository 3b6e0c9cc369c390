/** The kinds of probe: for each, what the engine is asked and what the page does. */

import { createHash } from 'node:crypto'
import {
  drawEval,
  drawHandler,
  drawInlineScript,
  drawInlineStyle,
  drawJavaScriptURL,
  drawStyleAttribute,
  drawWasm,
} from './code.ts'
import {
  CONNECTIONS,
  drawConnection,
  drawPing,
  drawRedirected,
  drawWebSocket,
} from './connections.ts'
import { drawBase, drawEmbed, drawForm, drawFrame, drawObject } from './documents.ts'
import type { Kind } from './draw.ts'
import {
  drawFont,
  drawImage,
  drawMedia,
  drawPoster,
  drawPrefetch,
  drawPreload,
  drawStylesheet,
  drawTrack,
} from './files.ts'
import type { Probe } from './probe.ts'
import { drawModule, drawScript, drawWorker } from './scripts.ts'

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
