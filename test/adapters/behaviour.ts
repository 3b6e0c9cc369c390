/** The shape of the table: what is mounted, what is asked for, what is expected. */

import type { CspWarning } from '@cusp/node'
import { afterEach, describe, it } from 'vitest'
import type { Answer, Question } from './client.ts'
import { ask } from './client.ts'
import { harnesses } from './frameworks.ts'
import type { Framework, Harness, Layer, Running } from './harness.ts'

/** One row: it runs in every harness, unless it says why not. */
export interface Behaviour {
  readonly name: string
  /** Why the row doesn't run there. */
  readonly except?: Partial<Record<Framework | 'http2' | 'koa2 over HTTP/2', string>>
  /** What is mounted, made anew for each harness. */
  readonly app: (kit: Kit) => readonly Layer[]
  /** What is asked for, one after the other; by default the front page once. */
  readonly asks?: readonly Question[]
  /** What is expected of the answers and of what was noted on the way. */
  readonly expected: (outcome: Outcome) => void | Promise<void>
}

/** What a row's app writes down. */
export interface Kit {
  readonly framework: Framework
  /** The warnings of requests. */
  readonly warnings: CspWarning[]
  /** The warnings that came when the middlewares were made. */
  readonly startWarnings: CspWarning[]
  readonly notes: unknown[]
  /** Adds a note. */
  readonly note: (value: unknown) => void
  /** To be passed as `onWarning`. */
  readonly onWarning: (warning: CspWarning) => void
}

/** What came of it. */
export interface Outcome extends Kit {
  readonly answer: Answer
  readonly answers: readonly Answer[]
  /** What went to next(err), was thrown in Koa, or rejected on a bare server. */
  readonly errors: readonly unknown[]
}

/** Milliseconds for a row: some ask a thousand times, on a machine that does other things too. */
const TIMEOUT = 30_000

let running: Running | undefined

/** Runs the rows in every harness. */
export function describeBehaviours(name: string, behaviours: readonly Behaviour[]): void {
  describe.each(harnesses.map((harness) => [harness.name, harness] as const))(
    `${name}: %s`,
    (_name, harness) => {
      afterEach(async () => {
        await running?.close()
        running = undefined
      })
      it.for(behaviours.map((behaviour) => [behaviour.name, behaviour] as const))(
        '%s',
        { timeout: TIMEOUT },
        async ([, behaviour], { skip }) => {
          const reason = reasonAgainst(behaviour, harness)
          if (reason !== undefined) skip(reason)
          const isSupported = await expectBehaviour(behaviour, harness)
          if (!isSupported) skip('needs the request or the response of node:http')
        },
      )
    },
  )
}

function reasonAgainst({ except = {} }: Behaviour, harness: Harness): string | undefined {
  const { framework, protocol } = harness
  if (protocol === 'http1') return except[framework]
  return (
    except[framework] ??
    except.http2 ??
    (framework === 'koa2' ? except['koa2 over HTTP/2'] : undefined)
  )
}

async function expectBehaviour(
  { app, asks = [{}], expected }: Behaviour,
  harness: Harness,
): Promise<boolean> {
  const { kit, begin } = makeKit(harness.framework)
  const errors: unknown[] = []
  let isSupported = true
  running = await harness.start({
    layers: app(kit),
    onError: (error) => errors.push(error),
    onUnsupported: () => {
      isSupported = false
    },
  })
  begin()
  const answers: Answer[] = []
  for (const question of asks) {
    answers.push(await ask(running.origin, harness.protocol, question))
  }
  if (isSupported) await expected({ ...kit, errors, answers, answer: answers[0] as Answer })
  return isSupported
}

/** What a row's app writes down, and what is called before the first request. */
function makeKit(framework: Framework): { readonly kit: Kit; readonly begin: () => void } {
  const warnings: CspWarning[] = []
  const startWarnings: CspWarning[] = []
  const notes: unknown[] = []
  let current = startWarnings
  const kit: Kit = {
    framework,
    warnings,
    startWarnings,
    notes,
    note: (value) => void notes.push(value),
    onWarning: (warning) => void current.push(warning),
  }
  return {
    kit,
    begin: () => {
      current = warnings
    },
  }
}
