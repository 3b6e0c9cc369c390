/** What browsers post, drawn with a seed: the mix that the servers are measured with. */

import { randomNumbers } from '../harness/statistics.ts'

/** A request, ready to be written to a socket. */
export interface Payload {
  readonly bytes: Buffer
  /** The violations in it. */
  readonly reports: number
}

const GROUPS = 2000
const BATCH = 10
/** The share of requests that are batches, and of reports that are noise. */
const BATCHES = 0.2
const NOISE = 0.2
const POLICY =
  "default-src 'self'; script-src 'self' https://cdn.shop.example 'report-sample'; style-src 'self'; img-src 'self' data:; connect-src 'self' https://api.shop.example; object-src 'none'; base-uri 'none'; report-to csp; report-uri /csp-reports"

/** Draws so many requests. Few groups are seen often, most of them seldom. */
export function drawPayloads(count: number, seed = 1): readonly Payload[] {
  const random = randomNumbers(seed)
  return Array.from({ length: count }, () => {
    const isBatch = random() < BATCHES
    const reports = Array.from({ length: isBatch ? BATCH : 1 }, () => drawReport(random))
    return isBatch
      ? request('application/reports+json', reports.map(toModern), reports.length)
      : request('application/csp-report', toLegacy(reports[0] as Report), 1)
  })
}

interface Report {
  readonly page: string
  readonly blocked: string
  readonly directive: string
}

function drawReport(random: () => number): Report {
  const page = `https://shop.example/products/${Math.floor(random() * 500)}?visitor=${Math.floor(random() * 1e6)}`
  if (random() < NOISE) {
    return { page, blocked: 'chrome-extension', directive: 'script-src-elem' }
  }
  // Zipf's law, as the cube of a uniform number has it nearly enough.
  const group = Math.floor(random() ** 3 * GROUPS)
  const directive = ['img-src', 'connect-src', 'script-src-elem'][group % 3] as string
  return { page, blocked: `https://host-${group}.example/path?id=${group}`, directive }
}

function toLegacy({ page, blocked, directive }: Report): object {
  return {
    'csp-report': {
      'document-uri': page,
      referrer: '',
      'violated-directive': directive,
      'effective-directive': directive,
      'original-policy': POLICY,
      disposition: 'enforce',
      'blocked-uri': blocked,
      'line-number': 12,
      'column-number': 34,
      'source-file': 'https://shop.example/app.js',
      'status-code': 200,
      'script-sample': '',
    },
  }
}

function toModern({ page, blocked, directive }: Report): object {
  return {
    age: 12,
    type: 'csp-violation',
    url: page,
    user_agent: USER_AGENT,
    body: {
      documentURL: page,
      referrer: '',
      effectiveDirective: directive,
      originalPolicy: POLICY,
      disposition: 'enforce',
      blockedURL: blocked,
      lineNumber: 12,
      columnNumber: 34,
      sourceFile: 'https://shop.example/app.js',
      statusCode: 200,
      sample: '',
    },
  }
}

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

function request(type: string, body: object, reports: number): Payload {
  const text = JSON.stringify(body)
  const head = [
    'POST /csp-reports HTTP/1.1',
    'Host: shop.example',
    `User-Agent: ${USER_AGENT}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
  ].join('\r\n')
  return { bytes: Buffer.from(`${head}\r\n\r\n${text}`), reports }
}
