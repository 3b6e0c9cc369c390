/** The reports of one request. Where there are none, what is thrown says what to answer. */

import type { OtherReport, RejectionReason, Violation } from '@cusp/reports'
import { readReports } from '@cusp/reports'
import type { Answer } from './answer.ts'
import {
  ABORTED,
  READ_ALREADY,
  refuse,
  Refused,
  tooLarge,
  TOO_SLOW,
  UNAVAILABLE,
} from './answer.ts'
import { decode, isBatch, isDeeperThan } from './body-text.ts'
import type { InflateFault } from './inflate.ts'
import { ENCODINGS, inflate } from './inflate.ts'
import type { Limits } from './limits.ts'
import type { Held } from './load.ts'
import type { BodyFault, Request } from './read-body.ts'
import { readBody } from './read-body.ts'

/** What a body parser has made of the body: it has read the stream to its end. */
export interface Parsed {
  readonly value: unknown
}

/** What is needed to read. */
export interface Reading {
  readonly parsed: Parsed | undefined
  readonly limits: Limits
  readonly held: Held
  /** When the request came, in milliseconds since 1970. */
  readonly now: number
}

/** Why something of a body is not kept. */
export type RejectedFor = RejectionReason | 'too-deep'

/** What a body held. */
export interface Read {
  readonly violations: readonly Violation[]
  readonly others: readonly OtherReport[]
  readonly rejected: readonly { readonly reason: RejectedFor; readonly count: number }[]
}

const TOO_DEEP: Read = { violations: [], others: [], rejected: [{ reason: 'too-deep', count: 1 }] }
const DAMAGED = refuse(400, 'Cannot read the reports: the body cannot be unpacked.')
const UNKNOWN_ENCODING = refuse(
  415,
  `Cannot read the reports: the Content-Encoding of the body is not known. Use ${ENCODINGS} instead.`,
  { headers: { 'Accept-Encoding': ENCODINGS } },
)
const FAULTS: Readonly<Record<BodyFault | InflateFault, (limits: Limits) => Answer>> = {
  aborted: () => ABORTED,
  busy: () => UNAVAILABLE,
  damaged: () => DAMAGED,
  'too-large': ({ batchBytes }) => tooLarge(batchBytes),
  'too-slow': () => TOO_SLOW,
  'unknown-encoding': () => UNKNOWN_ENCODING,
}

/**
 * Reads the reports of a request.
 *
 * @throws Refused with the answer, where the body cannot be had
 */
export async function readRequest(request: Request, reading: Reading): Promise<Read> {
  const { parsed, limits, now } = reading
  const body = parsed === undefined ? await readText(request, reading) : readParsed(parsed, reading)
  if (typeof body === 'string' && isDeeperThan(body, limits.depth)) return TOO_DEEP
  return readReports(body, {
    contentType: headerOf(request, 'content-type'),
    userAgent: headerOf(request, 'user-agent'),
    receivedAt: now,
  })
}

async function readText(request: Request, { limits, held }: Reading): Promise<string> {
  const { batchBytes, bodySeconds } = limits
  const milliseconds = bodySeconds * 1000
  const packed = await readBody(request, { bytes: batchBytes, milliseconds, held })
  if (typeof packed === 'string') throw new Refused(FAULTS[packed](limits))
  const encoding = headerOf(request, 'content-encoding')
  if (encoding === undefined) return readBytes(packed, limits)
  const bytes = await inflate(packed, { encoding, most: batchBytes })
  if (typeof bytes === 'string') throw new Refused(FAULTS[bytes](limits))
  // What it unpacks to is held as well.
  if (!held.add(bytes.length)) throw new Refused(UNAVAILABLE)
  return readBytes(bytes, limits)
}

/** What a parser has read has had its limits; those that can still be kept are kept. */
function readParsed({ value }: Parsed, { limits }: Reading): unknown {
  if (value === undefined) throw new Refused(READ_ALREADY)
  if (typeof value === 'string') return readBytes(Buffer.from(value), limits)
  return value instanceof Uint8Array ? readBytes(Buffer.from(value), limits) : value
}

function readBytes(bytes: Buffer, { reportBytes, batchBytes }: Limits): string {
  if (bytes.length > batchBytes) throw new Refused(tooLarge(batchBytes))
  const text = decode(bytes)
  if (bytes.length > reportBytes && !isBatch(text)) throw new Refused(tooLarge(reportBytes))
  return text
}

function headerOf({ headers }: Request, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
