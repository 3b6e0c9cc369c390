/**
 * An endpoint that takes whatever a browser reports, in whatever shape, and keeps it as it came.
 */

import { performance } from 'node:perf_hooks'
import { answer, corsHeaders } from './content.ts'
import type { RecordedRequest, Responder } from './content.ts'
import { poll } from './deadline.ts'

/** One request to the endpoint: a delivery, or a preflight (`OPTIONS`, no items). */
interface ReportRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly contentType: string | undefined
  readonly origin: string | undefined
  readonly fetchMode: string | undefined
  readonly fetchDest: string | undefined
  readonly fetchSite: string | undefined
  readonly cookie: string | undefined
  readonly userAgent: string | undefined
  /** The body as text. */
  readonly body: string
  /** The reports in the body: a batch has several; a body that is no JSON has none. */
  readonly items: readonly unknown[]
  /** When it arrived, by performance.now(). */
  readonly time: number
}

export interface ReportCollector {
  /** All requests so far. */
  readonly requests: readonly ReportRequest[]
  /** The endpoint itself; serve it at any path. */
  readonly respond: Responder
  /**
   * Waits until a number of reports has arrived, however they are batched, and returns the requests
   * so far.
   *
   * @param deadline milliseconds from now
   */
  waitForReports(count: number, deadline?: number): Promise<readonly ReportRequest[]>
}

/** Makes a collector. */
export function collectReports(): ReportCollector {
  const requests: ReportRequest[] = []
  return {
    requests,
    respond(request, response) {
      requests.push(readReportRequest(request))
      answer(response, { status: 204, headers: corsHeaders(request) })
    },
    waitForReports(count, deadline) {
      const takeArrived = (): readonly ReportRequest[] => {
        const arrived = requests.reduce((sum, { items }) => sum + items.length, 0)
        if (arrived < count) throw new Error(`${arrived} of ${count} reports have arrived`)
        return [...requests]
      }
      return poll(takeArrived, { what: `${count} reports`, deadline })
    },
  }
}

function readReportRequest({ method, path, headers, body }: RecordedRequest): ReportRequest {
  return {
    method,
    path,
    contentType: headers['content-type'],
    origin: headers.origin,
    fetchMode: headers['sec-fetch-mode'],
    fetchDest: headers['sec-fetch-dest'],
    fetchSite: headers['sec-fetch-site'],
    cookie: headers.cookie,
    userAgent: headers['user-agent'],
    body,
    items: readItems(body),
    time: performance.now(),
  }
}

function readItems(body: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(body)
    return Array.isArray(parsed) ? parsed : [parsed]
  } catch {
    return []
  }
}
