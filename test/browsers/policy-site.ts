/**
 * A site whose pages Express serves under policies, shipped by the middleware as in a real
 * application.
 */

import type { CspContext, CspInput, CspOptions } from '@cusp/express'
import { cspMiddleware } from '@cusp/express'
import express from 'express'
import type { Page } from './browser.ts'
import { until } from './browser.ts'
import { startSite } from './site.ts'
import type { Site, SiteOptions } from './site.ts'

export interface PolicySite extends Site {
  /** Serves a page under what `cspMiddleware` takes, from now on; returns its URL. */
  servePage(input?: CspInput, content?: PageContent): string
}

interface PageContent extends CspOptions {
  /** The HTML of its body, for each response anew. */
  readonly body?: string | ((context: CspContext) => string)
  /** The HTML that comes first in its head, such as a meta tag. */
  readonly head?: string | ((context: CspContext) => string)
}

/** What a violation event says, without what differs from machine to machine. */
export interface Violation {
  readonly effectiveDirective: string
  readonly blockedURI: string
  readonly disposition: string
}

/**
 * The script, inline in each page, that keeps the page's own violation events in
 * `globalThis.violations`. It carries the nonce; a policy with hashes has to allow it by its hash.
 */
export const RECORDER = `globalThis.violations = []
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, disposition }) => {
  violations.push({ effectiveDirective, blockedURI, disposition })
})`

/** Starts the servers of `startSite`; what `servePage` adds is an Express application's. */
export async function startPolicySite(
  options: Omit<SiteOptions, 'application'> = {},
): Promise<PolicySite> {
  const application = express()
  const site = await startSite({ ...options, application })
  let count = 0
  return {
    ...site,
    servePage(input, { body = '', head = '', ...cspOptions } = {}) {
      count += 1
      const path = `/page-${count}`
      application.get(path, cspMiddleware(input, cspOptions), (_request, response) => {
        const { csp } = response.locals
        const render = (part: string | ((context: CspContext) => string)): string =>
          typeof part === 'string' ? part : part(csp)
        const nonce = csp.delivery.usesNonce ? csp.nonceAttr : ''
        response.set('Cache-Control', 'no-store')
        response.send(
          `<!doctype html><html><head>${render(head)}<title>page</title><script${nonce}>${RECORDER}</script></head><body>${render(body)}</body></html>`,
        )
      })
      return `${site.page.origin}${path}`
    },
  }
}

/** Waits for violation events, and returns all that the page has. */
export async function waitForViolations(page: Page, count: number): Promise<readonly Violation[]> {
  return until(page, `violations.length >= ${count} && violations`)
}

/**
 * Takes the violation events that the page has had so far, or since the last call. It ends with a
 * fetch that the page's policy refuses, which it leaves out: events come in the order of the
 * violations, so whatever happened before has had its event.
 *
 * @param refused a URL that connect-src refuses, and that nothing else asks for; of some, events
 *   name the scheme only
 */
export async function takeViolations(page: Page, refused: string): Promise<readonly Violation[]> {
  return page.evaluate(`
    const refused = new URL(${JSON.stringify(refused)}).href
    const isLast = ({ blockedURI }) => blockedURI !== '' && refused.startsWith(blockedURI)
    const last = new Promise((resolve) => {
      addEventListener('securitypolicyviolation', (event) => { if (isLast(event)) resolve() })
    })
    await fetch(refused).catch(() => {})
    await last
    return violations.splice(0).filter((violation) => !isLast(violation))
  `)
}
