/** Probes without a URL: inline scripts and styles, code from strings, WebAssembly. */

import type { Check, InlineType } from '../../../packages/engine/src/index.ts'
import type { Draw } from './draw.ts'
import { drawInsertion, drawNonce, nonceAttributes } from './draw.ts'
import type { ElementDescription, Probe, Task } from './probe.ts'

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

export function drawInlineScript(from: Draw): Probe {
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

export function drawInlineStyle(from: Draw): Probe {
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

export function drawHandler(from: Draw): Probe {
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

export function drawJavaScriptURL(from: Draw): Probe {
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

export function drawStyleAttribute(from: Draw): Probe {
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
export function drawEval({ random, id, browser }: Draw): Probe {
  const call = browser === 'webkit' ? 'setTimeout' : random.pick(['eval', 'setTimeout'])
  const task: Task = { id, insertion: 'call', call, effect: 'ran', isSlow: false, needsIdle: false }
  return { id, kind: 'eval', checks: [{ type: 'eval' }], task, arrival: null }
}

export function drawWasm({ id }: Draw): Probe {
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
