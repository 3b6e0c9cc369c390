/** Each probe, asked of the three browsers and of the engine in the browser's dialect. */

import { createHash } from 'node:crypto'
import { decide, violation } from '../../packages/engine/src/index.ts'
import type { Decision, PolicyRecord } from '../../packages/engine/src/index.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from './browser.ts'
import type { Browser } from './browser.ts'
import { answer } from './content.ts'
import { HELPERS, PROBES } from './probes.ts'
import type { Probe } from './probes.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

/** A probe with the origins of this run. */
interface Asked extends Probe {
  readonly url: string
}

/** What a page saw: whether it was allowed, and the events of its violations. */
interface Seen {
  readonly allowed: boolean
  readonly events: readonly string[]
}

/** An image for every path that nothing else serves. */
const IMAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

let site: Site
let digest = ''
let served = 0
beforeAll(async () => {
  site = await startSite({
    application: (_, response) =>
      answer(response, { headers: { 'content-type': 'image/svg+xml' }, body: IMAGE }),
  })
  site.other.serve('/widget', { body: '<script>parent.postMessage("ran", "*")</script>' })
  const script = await fetch(`${site.other.origin}/script.js`).then((response) => response.text())
  digest = createHash('sha256').update(script).digest('base64')
})
afterAll(() => site.close())

describeInBrowsers('a probe', (browser) => {
  it.for(PROBES)('$title', { timeout: 20_000 }, async (probe, { skip }) => {
    const reason = probe.without?.[browser().name]
    skip(reason !== undefined, reason)
    const control = fill({ ...probe, policies: [] })
    expect((await ask(browser(), control, 0)).allowed, 'without a policy').toBe(true)
    const asked = fill(probe)
    const decision = decide(asked.policies, asked.check, {
      self: site.page.origin,
      dialect: browser().name,
    })
    const events = eventsOf(decision, asked.url)
    expect(await ask(browser(), asked, events.length)).toEqual({
      allowed: decision.allowed,
      events,
    })
  })
})

/** The events that the engine foretells. */
function eventsOf(decision: Decision, documentURL: string): readonly string[] {
  const events = violation(decision, { documentURL }).map(
    ({ effectiveDirective, blockedURL }) => `${effectiveDirective} ${blockedURL}`,
  )
  return [...new Set(events)].toSorted()
}

async function ask(browser: Browser, { url, script }: Asked, count: number): Promise<Seen> {
  const page = await browser.open(url)
  try {
    const allowed = await page.evaluate<boolean>(`
      ${HELPERS}
      globalThis.events = []
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        events.push(effectiveDirective + ' ' + blockedURI)
      })
      ${script}
    `)
    await until(page, `events.length >= ${count}`, 5000).catch(() => undefined)
    const events = await page.evaluate<readonly string[]>('events')
    return { allowed, events: [...new Set(events)].toSorted() }
  } finally {
    await page.close()
  }
}

/** Puts the origins of this run into a probe, and serves its page. */
function fill(probe: Probe): Asked {
  const { page, other } = site
  const text = JSON.stringify(probe)
    .replaceAll('HASH', `sha256-${digest}`)
    .replaceAll('DIGEST', digest)
    .replaceAll('TLS', other.origin.replace('http:', 'https:'))
    .replaceAll('OTHER', other.origin)
    .replaceAll('SELF', page.origin)
  const filled = JSON.parse(text) as Probe
  served += 1
  const url = page.serve(`/probe-${served}`, {
    headers: headersOf(filled),
    body: `<!doctype html><html><head>${metasOf(filled)}<title>probe</title></head><body></body></html>`,
  })
  return { ...filled, url }
}

function headersOf({ policies }: Probe): Readonly<Record<string, string>> {
  const values = (wanted: PolicyRecord['disposition']): string =>
    policies
      .filter(({ disposition = 'enforce', source }) => source !== 'meta' && disposition === wanted)
      .map(({ value }) => value)
      .join(', ')
  const [enforced, reported] = [values('enforce'), values('report')]
  return {
    ...(enforced === '' ? {} : { 'content-security-policy': enforced }),
    ...(reported === '' ? {} : { 'content-security-policy-report-only': reported }),
  }
}

function metasOf({ policies }: Probe): string {
  return policies
    .filter(({ source }) => source === 'meta')
    .map(({ value }) => `<meta http-equiv="content-security-policy" content="${value}">`)
    .join('')
}
