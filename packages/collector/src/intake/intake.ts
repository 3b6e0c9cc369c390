/**
 * The way of a request: refused early where that costs nothing, read, keyed and classified, kept,
 * answered.
 */

import { causeKey } from '@cusp/reports'
import type { RateLimit } from '../clients/rate-limit.ts'
import { findClient } from '../clients/find-client.ts'
import type { IsTrusted } from '../clients/trusted-proxies.ts'
import type { Logger } from '../logger.ts'
import { errorFields } from '../logger.ts'
import type { Counter } from '../status/counts.ts'
import type { Batch, KeptReport } from '../store/batch.ts'
import { OVERFLOW } from '../store/batch.ts'
import type { Kept } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { Answer } from './answer.ts'
import {
  ABORTED,
  ALLOWED,
  GONE,
  Refused,
  STORED,
  tooMany,
  UNAVAILABLE,
  WRONG_METHOD,
} from './answer.ts'
import type { Keeper } from './keeper.ts'
import type { Limits } from './limits.ts'
import type { Held, Load } from './load.ts'
import type { BatchMaker, Made } from './make-batch.ts'
import { makeBatch } from './make-batch.ts'
import { projectOf } from './project.ts'
import type { Request } from './read-body.ts'
import type { Parsed, Read } from './read-request.ts'
import { readRequest } from './read-request.ts'
import { answerRejected } from './why-rejected.ts'

/** What an intake is made of. */
export interface IntakeParts {
  readonly keeper: Keeper
  readonly maker: BatchMaker
  readonly projects: ReadonlySet<string>
  readonly limits: Limits
  readonly load: Load
  /** Undefined where nothing is limited. */
  readonly rate: RateLimit | undefined
  readonly isTrusted: IsTrusted
  readonly isGone: (request: Request) => boolean
  readonly counter: Counter
  readonly observeStore: (seconds: number) => void
  readonly logger: Logger
}

/** One request. */
interface Arriving {
  readonly request: Request
  /** The path as the client sent it, where the framework has taken something off. */
  readonly url: string
  /** What a body parser has made of it, where one has read it. */
  readonly parsed: Parsed | undefined
}

/** Takes requests in. */
export interface Intake {
  /** Answers a request. It never rejects. */
  receive(arriving: Arriving): Promise<Answer>
  /** Refuses what comes from now on, and resolves when everything that has come is answered. */
  drain(): Promise<void>
}

/** A body of more bytes than this is not read only in order to be thrown away. */
const SMALL = 65_536

/** Makes an intake. */
export function createIntake(parts: IntakeParts): Intake {
  const { counter, load, logger } = parts
  let isClosing = false
  let hasWarned = false

  async function receive(arriving: Arriving): Promise<Answer> {
    const answer = await answerFor(arriving)
    counter.add('answers', answer === ABORTED ? 0 : answer.status)
    return answer
  }

  async function answerFor(arriving: Arriving): Promise<Answer> {
    try {
      // Nothing is waited for where nothing has to be: a request takes microseconds.
      const early = refuseEarly(arriving) ?? refuseTooMany(arriving)
      const answer = early instanceof Promise ? await early : early
      return answer === undefined ? await take(arriving) : endEarly(answer, arriving.request)
    } catch (thrown) {
      if (thrown instanceof Refused) return thrown.answer
      // The keeper has said it.
      if (!(thrown instanceof StoreUnavailable)) {
        logger.error(errorFields(thrown), 'A request could not be answered as it should be.')
      }
      return UNAVAILABLE
    }
  }

  function refuseEarly({ request }: Arriving): Answer | undefined {
    if (request.method === 'OPTIONS') return ALLOWED
    if (request.method !== 'POST') return WRONG_METHOD
    if (parts.isGone(request)) return GONE
    return isClosing ? { ...UNAVAILABLE, closes: true } : undefined
  }

  function refuseTooMany({ request }: Arriving): Promise<Answer | undefined> | undefined {
    if (parts.rate === undefined) return undefined
    const { socket, headers } = request
    const client = findClient({ remoteAddress: socket.remoteAddress, headers }, parts.isTrusted)
    if (client.kind === 'local') return undefined
    if (client.kind === 'unknown') warnOfProxy()
    return parts.rate(client).then((seconds) => {
      return seconds === undefined ? undefined : tooMany(seconds)
    })
  }

  function warnOfProxy(): void {
    if (hasWarned) return
    hasWarned = true
    logger.warn(
      {},
      'The clients behind a proxy cannot be told apart: one limit holds for all of them. Name the proxy in trustedProxies, and let it set X-Forwarded-For.',
    )
  }

  async function take({ request, url, parsed }: Arriving): Promise<Answer> {
    const held = load.open()
    if (held === undefined) return endEarly(UNAVAILABLE, request)
    try {
      const now = Date.now()
      const read = await readRequest(request, { parsed, limits: parts.limits, held, now })
      // Its groups have to be known before one of these is taken for a new one.
      const opening = read.violations.length > 0 ? parts.keeper.open() : undefined
      if (opening instanceof Promise) await opening
      const made = makeBatch(read, { project: projectOf(url, parts.projects), now }, parts.maker)
      return await keep(read, made, held)
    } finally {
      held.release()
    }
  }

  async function keep(read: Read, { batch, begun }: Made, held: Held): Promise<Answer> {
    const started = performance.now()
    const hasReports = read.violations.length > 0 || read.others.length > 0
    try {
      const kept = await parts.keeper.keep(batch, held)
      count(batch, kept)
      if (kept === 'stored') for (const report of begun) logBegun(report)
    } catch (thrown) {
      // Sent again, what is no report would be none again.
      if (hasReports) throw thrown
    }
    parts.observeStore((performance.now() - started) / 1000)
    return hasReports ? STORED : answerRejected(read)
  }

  function count({ reports, rejected, others }: Batch, kept: Kept): void {
    if (kept === 'dropped') counter.addDropped(reports.length)
    else for (const report of reports) countReport(report)
    for (const [reason, number] of Object.entries(rejected)) counter.add('rejected', reason, number)
    for (const [type, number] of Object.entries(others)) counter.add('others', type, number)
  }

  function countReport({ key, class: name }: KeptReport): void {
    counter.add('violations', name)
    if (key === OVERFLOW) counter.addOverflow()
  }

  function logBegun({ project, key, class: name, violation }: KeptReport): void {
    const { directive, disposition } = violation
    const blocked = causeKey(violation)
    logger.info({ project, key, class: name, directive, disposition, blocked }, 'A new group.')
  }

  async function drain(): Promise<void> {
    isClosing = true
    await load.idle()
  }

  return { receive, drain }
}

/**
 * An answer without reading the body: where that is long, the connection ends, so that nobody has
 * to read it.
 */
function endEarly(answer: Answer, { headers }: Request): Answer {
  const isLong = Number(headers['content-length'] ?? 0) > SMALL
  if (!isLong && headers['transfer-encoding'] === undefined) return answer
  return { ...answer, closes: true }
}
