/**
 * Option sets as middleware of a real app: what becomes of them, of two responses each, and of the
 * bytes on the wire.
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Agent, createServer, get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Observed, Outcome } from '../../packages/core/test/helmet-sides.ts'
import { NONCE_TEXT } from '../../packages/core/test/helmet-sides.ts'
import type { Call, Spec } from '../../packages/core/test/helmet-specs.ts'
import { build } from '../../packages/core/test/helmet-specs.ts'
import { getCsp } from '@cusp/node'
import { listen } from '../adapters/harness.ts'

/** Where option sets are tried: a framework, and one side's middleware for it. */
export interface Stage {
  readonly name: string
  /** The side's own symbol. */
  readonly escape: symbol
  /** Makes a middleware of the framework. */
  readonly make: (options: unknown) => unknown
  /** The framework's listener: runs the program that a request is for, and a page behind it. */
  readonly mount: (programFor: (req: IncomingMessage) => Program) => RequestListener
}

/** One option set on a stage. */
export interface Program {
  readonly middleware: unknown
  /** Notes that the middleware called next(), and that the page comes. */
  sent(visit: Visited): void
  /** Notes what it called next with, or threw. */
  failed(kind: 'next' | 'thrown', error: unknown, visit: Visited): void
}

/** What a middleware was called with. */
interface Visited {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Koa's context, which our functions get as their third argument. */
  readonly ctx?: object
}

/** What became of the option sets of a stage. */
export interface Report {
  readonly observed: readonly Observed[]
  /**
   * Responses on the wire that are not what the middleware set, or that follow an error with a page
   * or a policy.
   */
  readonly surprises: readonly string[]
}

/**
 * The page behind every middleware; before a text, Node would write the headers' Latin-1 letters as
 * UTF-8.
 */
export const PAGE = Buffer.from('the page')

/** The policy of Express's own error page. */
const FINAL_HANDLERS = "default-src 'none'"

/** Tries the option sets, one after the other, on one server. */
export async function runOn(stage: Stage, specs: readonly Spec[]): Promise<Report> {
  const programs = specs.map((spec) => new Trial(stage, spec))
  const server = createServer(
    stage.mount((req) => programs[Number(req.url?.slice(1))] as Trial as Program),
  )
  const running = await listen(server)
  const agent = new Agent({ keepAlive: true })
  const surprises: string[] = []
  try {
    for (const [at, trial] of programs.entries()) {
      if (trial.error !== undefined) continue
      for (const change of [() => {}, trial.change]) {
        change()
        // oxlint-disable-next-line no-await-in-loop -- the second response comes after the first, and after a change
        const wire = await ask(`${running.origin}/${at}`, agent)
        const surprise = trial.compare(wire)
        if (surprise !== undefined) {
          surprises.push(`${JSON.stringify(specs[at])}: ${surprise}, not ${JSON.stringify(wire)}`)
        }
      }
    }
  } finally {
    agent.destroy()
    await running.close()
  }
  return { observed: programs.map((trial) => trial.observed()), surprises }
}

interface Wire {
  readonly status: number | undefined
  /** The policy headers, names as they came. */
  readonly policies: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** An option set that is made into a middleware once, and run twice. */
class Trial implements Program {
  readonly middleware: unknown
  readonly error: Error | undefined
  readonly change: () => void
  readonly #calls: Call[]
  readonly #outcomes: Outcome[] = []
  /** What the last response should look like on the wire. */
  #expected: readonly (readonly [name: string, value: string])[] = []

  constructor(stage: Stage, spec: Spec) {
    const { options, calls, change } = build(spec, stage.escape)
    this.#calls = calls
    this.change = change
    try {
      this.middleware = stage.make(options)
    } catch (error) {
      this.error = error as Error
    }
  }

  sent(visit: Visited): void {
    this.#expected = policiesOf(visit.res)
    const [header, ...others] = this.#expected
    if (header === undefined || others.length > 0) {
      throw new Error(`Cannot tell what happened: ${others.length} headers more than one`)
    }
    const [name, value] = header
    const calls = this.#takeCalls(visit)
    this.#outcomes.push({ kind: 'sent', name, value: withoutNonce(value, visit.res), calls })
  }

  failed(kind: 'next' | 'thrown', error: unknown, visit: Visited): void {
    this.#expected = policiesOf(visit.res)
    this.#outcomes.push({ kind, error: error as Error, calls: this.#takeCalls(visit) })
  }

  /** What is wrong with the response that came. */
  compare({ status, policies, body }: Wire): string | undefined {
    const last = this.#outcomes.at(-1)
    if (last === undefined) return 'the middleware said nothing'
    if (last.kind !== 'sent') {
      if (this.#expected.length > 0) return 'a policy beside an error'
      const isNone = policies.every(([, value]) => value === FINAL_HANDLERS)
      return status === 500 && isNone && !body.includes(String(PAGE))
        ? undefined
        : 'an error of its own'
    }
    // White space around a value is no part of it.
    const expected = this.#expected.map(([name, value]) => [
      name,
      value.replace(/^[ \t]+|[ \t]+$/g, ''),
    ])
    return status === 200 &&
      body === String(PAGE) &&
      JSON.stringify(policies) === JSON.stringify(expected)
      ? undefined
      : JSON.stringify(expected)
  }

  observed(): Observed {
    if (this.error !== undefined) return { kind: 'refused', error: this.error }
    const [first, second, ...others] = this.#outcomes
    if (first === undefined || second === undefined || others.length > 0) {
      throw new Error('Cannot tell what happened: expected two outcomes')
    }
    return { kind: 'made', outcomes: [first, second] }
  }

  #takeCalls({ req, res, ctx }: Visited): readonly Call[] {
    return this.#calls.splice(0).map(({ id, hasThis, args }) => {
      const names = args.map((arg) => (arg === req ? 'req' : arg === res ? 'res' : arg))
      if (ctx === undefined) return { id, hasThis, args: names }
      return { id, hasThis, args: names[2] === ctx ? names.slice(0, 2) : ['no ctx', ...names] }
    })
  }
}

interface RawHeaderNames {
  getRawHeaderNames(): readonly string[]
}

function policiesOf(res: ServerResponse): readonly (readonly [name: string, value: string])[] {
  // @types/node has getRawHeaderNames for requests only.
  const names = (res as ServerResponse & RawHeaderNames).getRawHeaderNames().filter(isPolicyHeader)
  return names.map((name) => [name, String(res.getHeader(name))])
}

function isPolicyHeader(name: string): boolean {
  return name.toLowerCase().startsWith('content-security-policy')
}

/** The nonce that our middleware made, if one has run, becomes the text that stands for it. */
function withoutNonce(value: string, res: ServerResponse): string {
  try {
    const { delivery, nonce } = getCsp(res)
    return delivery.usesNonce ? value.replaceAll(nonce, NONCE_TEXT) : value
  } catch {
    return value
  }
}

async function ask(url: string, agent: Agent): Promise<Wire> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent }, resolve).on('error', reject)
  })
  const body = await text(response)
  const { rawHeaders, statusCode } = response
  const policies = rawHeaders.flatMap((name, at) => {
    return at % 2 === 0 && isPolicyHeader(name) ? [[name, rawHeaders[at + 1] ?? ''] as const] : []
  })
  return { status: statusCode, policies, body }
}
