/** The differential run, short: the same seed in every run of the gate. */

import { expect, it } from 'vitest'
import { describeInBrowsers } from '../suite.ts'
import { runCampaignIn } from './campaign.ts'
import { describeReproduction, summarise } from './report.ts'

/** Another one by CUSP_DIFFERENTIAL_SEED. */
const SEED = process.env['CUSP_DIFFERENTIAL_SEED'] ?? '20261122'
const CASES = 320

describeInBrowsers('decide', (browser) => {
  it(`says what the browser does, ${CASES} cases or more of seed ${SEED}`, async () => {
    // Firefox sends pings only when its preferences say so.
    const without = browser().name === 'firefox' ? ['ping'] : []
    const result = await runCampaignIn(browser(), { seed: SEED, cases: CASES, without })
    console.log(`seed ${SEED}, ${summarise(result)}`)
    expect(result.unexplained.map(describeReproduction).join('\n\n')).toBe('')
    expect(result.agreements + result.explained).toBe(result.cases)
    expect(result.cases).toBeGreaterThanOrEqual(CASES)
  })
})
