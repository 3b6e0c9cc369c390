/**
 * The laws take the same inputs in every run, so that a red run means a change and not luck. `pnpm check:laws` runs them
 * with inputs that nobody chose, each law for a limited time.
 */

import fc from 'fast-check'

const seconds = process.env['CUSP_LAW_SECONDS']

fc.configureGlobal({
  seed: Number(process.env['CUSP_SEED'] ?? 20_261_122),
  ...(seconds === undefined
    ? {}
    : { plugins: [fc.interruptAfterTimeLimit(Number(seconds) * 1000)] }),
})
