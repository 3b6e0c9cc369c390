/**
 * A site to test on: a server for pages, a server of another origin, and one collector of both
 * servers' reports.
 */

import type { RequestListener } from 'node:http'
import { makeCertificate } from './certificate.ts'
import { collectReports } from './report-collector.ts'
import type { ReportCollector } from './report-collector.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

export interface Site {
  /** The server for pages. */
  readonly page: TestServer
  /**
   * The server of another origin: the same host, another port. Its `addressOrigin` is on another
   * site too.
   */
  readonly other: TestServer
  /** What either server received at `/reports`. */
  readonly reports: ReportCollector
  close(): Promise<void>
}

export interface SiteOptions {
  /** Serves https with a fresh self-signed certificate, which every launched browser accepts. */
  readonly https?: boolean
  /** Answers what the page server has no content for: an application under test. */
  readonly application?: RequestListener
}

/**
 * Starts both servers on free ports of loopback.
 *
 * @example
 * const site = await startSite()
 * const url = site.page.serve('/', {
 *   headers: { 'content-security-policy': "connect-src 'self'; report-uri /reports" },
 *   body: '<!doctype html><title>page</title>',
 * })
 */
export async function startSite({ https = false, application }: SiteOptions = {}): Promise<Site> {
  const certificate = https ? await makeCertificate() : undefined
  const reports = collectReports()
  const page = await startServer({ certificate, application })
  const other = await startServer({ certificate })
  for (const server of [page, other]) server.serve('/reports', reports.respond)
  return {
    page,
    other,
    reports,
    async close() {
      await Promise.all([page.close(), other.close()])
    },
  }
}
