/**
 * What is tried before it is enforced: a report-only policy blocks nothing, and says what it would
 * have blocked.
 */

import { NONCE, NONE, SELF, csp } from '@cusp/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { poll } from './deadline.ts'
import type { Page } from './browser.ts'
import { startPolicySite, waitForViolations } from './policy-site.ts'
import type { PolicySite, Violation } from './policy-site.ts'
import { describeInBrowsers, expectBehaviour } from './suite.ts'

let site: PolicySite
beforeAll(async () => {
  site = await startPolicySite()
})
afterAll(() => site.close())

describeInBrowsers('a report-only policy', (browser) => {
  it('blocks nothing, and reports', async () => {
    const name = `${browser().name}-report-only`
    const { origin } = site.other
    const reportOnly = csp()
      .scriptSrc(NONCE)
      .connectSrc(NONE)
      .imgSrc(SELF)
      .directive('report-uri', `/reports?${name}`)
    const url = site.servePage({ reportOnly }, { body: `<script>globalThis.ran = true</script>` })
    const page = await browser().open(url)
    const seen = await page.evaluate(`
      const image = new Image()
      const width = new Promise((resolve) => { image.onload = () => resolve(image.naturalWidth) })
      image.src = '${origin}/image.png?${name}'
      return [
        globalThis.ran,
        eval('1'),
        await width,
        await fetch('${origin}/json?${name}').then((answer) => answer.json()),
      ]
    `)
    expect(seen).toEqual([true, 1, 1, { answer: 42 }])
    const evaluated = 'report script-src eval'
    const fetched = `report connect-src ${origin}/json?${name}`
    const violations = await waitForLast(page, fetched)
    const others = [
      'report script-src-elem inline',
      `report img-src ${origin}/image.png?${name}`,
      fetched,
    ]
    expect(new Set(violations.filter((violation) => violation !== evaluated))).toEqual(
      new Set(others),
    )
    expectBehaviour(browser(), 'report-only-eval', violations.includes(evaluated), true)
    expectFetchEvents(violations, fetched)
    await expectReports(`/reports?${name}`, new Set(violations))
    await page.close()
  })

  it('stands beside an enforced one, each with its disposition, and one nonce', async () => {
    const name = `${browser().name}-both`
    const { origin, addressOrigin } = site.other
    const base = csp().scriptSrc(NONCE).connectSrc(SELF)
    const enforce = base.connectSrc(origin).directive('report-uri', `/reports?${name}-enforced`)
    const reportOnly = base.directive('report-uri', `/reports?${name}-tried`)
    const url = site.servePage(
      { enforce, reportOnly },
      {
        body: ({ nonceAttr }) => `<script${nonceAttr}>globalThis.ran = true</script>
          <script>globalThis.ran = false</script>`,
      },
    )
    const page = await browser().open(url)
    const [allowed, refused] = [`${origin}/json?${name}`, `${addressOrigin}/json?${name}`]
    const seen = await page.evaluate(`[
      ran,
      await fetch('${allowed}').then(({ status }) => status),
      await fetch('${refused}').catch(({ name }) => name),
    ]`)
    expect(seen).toEqual([true, 200, 'TypeError'])
    const violations = await waitForLast(page, `report connect-src ${refused}`)
    const enforced = ['enforce script-src-elem inline', `enforce connect-src ${refused}`]
    const tried = [
      'report script-src-elem inline',
      `report connect-src ${allowed}`,
      `report connect-src ${refused}`,
    ]
    expect(new Set(violations)).toEqual(new Set([...enforced, ...tried]))
    expectFetchEvents(violations, `report connect-src ${allowed}`)
    await expectReports(`/reports?${name}-enforced`, new Set(enforced))
    await expectReports(`/reports?${name}-tried`, new Set(tried))
    await page.close()
  })

  function expectFetchEvents(violations: readonly string[], violation: string): void {
    const count = violations.filter((candidate) => candidate === violation).length
    expectBehaviour(browser(), 'report-only-fetch-events', count, 1)
  }

  /** Expects a legacy report of each violation, however often it comes, and of nothing else. */
  async function expectReports(path: string, violations: ReadonlySet<string>): Promise<void> {
    const [disposition] = [...violations].map((violation) => violation.split(' ')[0])
    const reports = await poll(
      () => {
        const arrived = legacyReportsAt(path)
        return new Set(arrived.map(showReport)).size >= violations.size ? arrived : undefined
      },
      { what: `${violations.size} reports at ${path}` },
    )
    const said = new Set(reports.map((report) => report['disposition']))
    expectBehaviour(browser(), 'legacy-disposition', said.has(disposition), true)
    expect(said.size).toBe(1)
    expect(new Set(reports.map(showReport))).toEqual(
      new Set([...violations].map((violation) => violation.slice(`${disposition} `.length))),
    )
  }
})

type LegacyReport = Readonly<Record<string, string>>

/** The violation events so far, in the words of `show`, once the last one is there. */
async function waitForLast(page: Page, last: string): Promise<readonly string[]> {
  const take = async (): Promise<readonly string[] | undefined> => {
    const violations = (await waitForViolations(page, 1)).map(show)
    return violations.includes(last) ? violations : undefined
  }
  return poll(take, { what: last })
}

function show({ disposition, effectiveDirective, blockedURI }: Violation): string {
  return `${disposition} ${effectiveDirective} ${blockedURI}`
}

function showReport(report: LegacyReport): string {
  return `${report['effective-directive']} ${report['blocked-uri']}`
}

function legacyReportsAt(path: string): readonly LegacyReport[] {
  return site.reports.requests
    .filter((request) => request.path === path)
    .flatMap(({ items }) => items as readonly { readonly 'csp-report': LegacyReport }[])
    .map((item) => item['csp-report'])
}
