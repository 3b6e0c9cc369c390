/** The dev server: pages go out with the policy of the release, and what it blocks comes back. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNonce } from '@cusp/core'
import type { Violation } from '@cusp/reports'
import { createClassify, groupKey, isNoise, readReports, redact } from '@cusp/reports'
import type { ViteDevServer } from 'vite'
import type { Settings } from '../options.ts'
import { NONCE_PLACE } from '../place.ts'
import type { SentPage } from './change-page.ts'
import { changePage } from './change-page.ts'
import { describeViolation } from './describe-violation.ts'
import { pagePolicies, REPORTS } from './page-policies.ts'
import { readBody } from './read-body.ts'
import { showInTerminal, showOverPage } from './show-violation.ts'
import { socketsFor } from './sockets.ts'

/** How many violations of a page are shown. */
const MOST_SHOWN = 100

/** Where violations are shown. */
interface Screen {
  show(violation: Violation): void
  /** A page begins anew: what was shown is shown again. */
  forget(): void
}

/** Sends the policies with each page of the server, and shows what they report. */
export function watchPages(server: ViteDevServer, settings: Settings): void {
  const screen = makeScreen(server, settings)
  server.middlewares.use(function cuspMiddleware(request, response, next) {
    const path = request.url?.split('?', 1)[0]
    if (path === REPORTS && request.method === 'POST') {
      void takeReports(request, response, screen)
      return
    }
    if (isDocumentRequest(request)) {
      // A page that is not modified would keep the policies of its last response.
      delete request.headers['if-none-match']
      changePage(response, (html) => preparePage(html, request, { server, settings }))
      screen.forget()
    }
    next()
  })
}

function isDocumentRequest({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET') return false
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined) return destination === 'document' || destination === 'iframe'
  return headers.accept?.includes('text/html') === true
}

function preparePage(
  html: string,
  { headers: { host = '' } }: IncomingMessage,
  { server, settings }: { readonly server: ViteDevServer; readonly settings: Settings },
): SentPage {
  const nonce = createNonce()
  const sent = html.replaceAll(server.config.html?.cspNonce ?? NONCE_PLACE, nonce)
  const delivery = pagePolicies(sent, { sockets: socketsFor(host, server.config) }, settings)
  return { html: sent, headers: delivery.headers(nonce) }
}

async function takeReports(
  request: IncomingMessage,
  response: ServerResponse,
  screen: Screen,
): Promise<void> {
  const body = await readBody(request)
  // Other sites have nothing to say here.
  const isOurs = request.headers['sec-fetch-site'] !== 'cross-site'
  response.statusCode = body === undefined ? 413 : 204
  response.end()
  if (body === undefined || !isOurs) return
  const contentType = request.headers['content-type']
  const userAgent = request.headers['user-agent']
  for (const violation of readReports(body, { contentType, userAgent }).violations) {
    screen.show(violation)
  }
}

/** Shows what is not noise, each once until the page is asked for again. */
function makeScreen({ config, ws }: ViteDevServer, { overlay }: Settings): Screen {
  const classify = createClassify()
  const shown = new Set<string>()
  return {
    forget() {
      shown.clear()
    },
    show(violation) {
      if (isNoise(classify(violation).class) || isOfServer(violation)) return
      const key = JSON.stringify([violation.page, groupKey(violation), violation.source])
      if (shown.has(key) || shown.size >= MOST_SHOWN) return
      shown.add(key)
      // What is shown keeps its query and its sample, and no character that moves a cursor.
      const safe = redact(violation, { keepQueries: true, keepSamples: true })
      const described = describeViolation(safe)
      showInTerminal(described, config.logger)
      if (overlay) showOverPage(described, ws)
    },
  }
}

/** Whether the client of the dev server did it, which no release has. */
function isOfServer({ source: { file } }: Violation): boolean {
  return file !== null && URL.canParse(file) && new URL(file).pathname.includes('/@vite/')
}
