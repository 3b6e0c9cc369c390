/** What a request is answered: the same for every framework. */

/** An answer, before a framework's response has it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Plain text; empty with 204. */
  readonly text: string
  /** The rest of the body is not read: the connection ends with the answer. */
  readonly closes: boolean
}

/** How long a client is asked to wait where nobody knows better, in seconds. */
const RETRY_AFTER = 5

// Credentials are never asked for, so every origin may read an answer. Chromium asks before it
// sends reports to another origin.
const EVERY_ORIGIN = { 'Access-Control-Allow-Origin': '*' }
const PREFLIGHT = {
  ...EVERY_ORIGIN,
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': 'Content-Type, Content-Encoding',
  'Access-Control-Max-Age': '7200',
}
const TEXT = {
  ...EVERY_ORIGIN,
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

/** The reports are kept. */
export const STORED: Answer = { status: 204, headers: EVERY_ORIGIN, text: '', closes: false }

/** A browser may send its reports from another origin. */
export const ALLOWED: Answer = { status: 204, headers: PREFLIGHT, text: '', closes: false }

/** Browsers stop reporting to a place that says so. */
export const GONE: Answer = refuse(410, 'Reports are not taken here any more.')

/** Only POST brings reports. */
export const WRONG_METHOD: Answer = refuse(
  405,
  'Cannot read reports from this request: its method is not POST. Use POST instead.',
  { headers: { Allow: 'POST, OPTIONS' } },
)

/** The body did not come in time. */
export const TOO_SLOW: Answer = refuse(
  408,
  'Cannot read the reports: the body did not arrive in time.',
  { closes: true },
)

/** Somebody else has read the body and did not keep it. */
export const READ_ALREADY: Answer = refuse(
  400,
  'Cannot read the reports: the body has been read already. Use the collector before other readers of the body instead.',
)

/** Nothing can be kept now. */
export const UNAVAILABLE: Answer = refuse(
  503,
  'Cannot store the reports now. Send them again later.',
  { headers: { 'Retry-After': String(RETRY_AFTER) } },
)

/** The client never learns of it: it is gone. */
export const ABORTED: Answer = refuse(400, 'Cannot read the reports: the body is not complete.', {
  closes: true,
})

/** The body, or what it unpacks to, is larger than is read. */
export function tooLarge(limit: number): Answer {
  return refuse(413, `Cannot read the reports: the body is larger than ${limit} bytes.`, {
    closes: true,
  })
}

/** The client has sent enough for now. */
export function tooMany(seconds: number): Answer {
  return refuse(429, 'Cannot take more reports now: too many requests. Send them again later.', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) },
  })
}

/** Further parts of a refusal. */
interface RefusalParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly closes?: boolean
}

/** An answer that says why nothing was stored. */
export function refuse(
  status: number,
  reason: string,
  { headers = {}, closes = false }: RefusalParts = {},
): Answer {
  const text = `${reason}\n`
  // Otherwise node would send it in chunks.
  const length = { 'Content-Length': String(Buffer.byteLength(text)) }
  return { status, headers: { ...TEXT, ...length, ...headers }, text, closes }
}

/** Thrown where a request cannot be read on: what is answered is known. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly answer: Answer

  constructor(answer: Answer) {
    super(answer.text)
    this.answer = answer
  }
}
