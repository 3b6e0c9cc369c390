/** Where violations are shown: in the terminal, and over the page. */

import type { Logger, ViteDevServer } from 'vite'
import type { ShownViolation } from './describe-violation.ts'

/** Shows a violation in the terminal. */
export function showInTerminal(violation: ShownViolation, logger: Logger): void {
  const text = [headline(violation), ...details(violation)].join('\n    ')
  logger.warn(text, { timestamp: true })
}

/** Shows a violation where the dev server shows errors. */
export function showOverPage(violation: ShownViolation, ws: ViteDevServer['ws']): void {
  const message = [headline(violation), ...details(violation)].join('\n')
  ws.send({ type: 'error', err: { message, stack: '', plugin: '@cusp/vite' } })
}

function headline({ page }: ShownViolation): string {
  return `The policy of the release blocks something on ${page}`
}

function details({ what, place, sample, fix }: ShownViolation): readonly string[] {
  const at = place === null ? [] : [`at ${place}`]
  const code = sample === '' ? [] : [`code: ${sample.replaceAll(/\s+/g, ' ')}`]
  return [...what, ...at, ...code, `fix: ${fix}`]
}
