/**
 * The laws take the same inputs in every run, so that a red run means a change and not luck. `pnpm
 * check:laws` runs them with inputs that nobody chose.
 */

import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['CUSP_SEED'] ?? 20_261_122) })
