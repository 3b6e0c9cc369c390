/** What browsers ignore, as `cusp audit --browsers` prints it. */

import type { SupportEffect, SupportFinding, SupportReport } from '@cusp/engine'
import type { Page, Style } from './page.ts'
import { wrap } from './page.ts'

/** The name and the colour of each effect, the most important first. */
const EFFECTS: ReadonlyMap<SupportEffect, readonly [name: string, style: Style]> = new Map<
  SupportEffect,
  readonly [string, Style]
>([
  ['weaker', ['weaker', 'yellow']],
  ['stricter', ['stricter', 'yellow']],
  ['different', ['differs', 'cyan']],
  ['reporting', ['reports', 'cyan']],
  ['none', ['harmless', 'dim']],
])

/** Writes what browsers ignore, the most important first, and the browsers without data. */
export function writeSupport({ findings, unknown, data }: SupportReport, page: Page): string {
  const title = page.paint('bold', 'Browsers')
  const source = page.paint('dim', `(browser-compat-data ${data.version}, ${data.date})`)
  const order = [...EFFECTS.keys()]
  const sorted = findings.toSorted((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect))
  const sections = sorted.map((finding) => writeGap(finding, page))
  const none = findings.length === 0 ? ['  These browsers support everything in the policy.\n'] : []
  const missing =
    unknown.length === 0
      ? []
      : [`${wrap(`There is no data for ${unknown.join(', ')}.`, page.width, 2)}\n`]
  return `${title}  ${source}\n${[...none, ...sections, ...missing].join('')}`
}

function writeGap({ effect, message, fix, browsers }: SupportFinding, page: Page): string {
  const [name, style] = EFFECTS.get(effect) as readonly [string, Style]
  const lines = [wrap(message, page.width, 13).slice(13)]
  const targets = browsers.flatMap((gap) => gap.targets)
  lines.push(page.paint('dim', wrap(`targets: ${targets.join(', ')}`, page.width, 13)))
  if (fix !== null) lines.push(wrap(`fix: ${fix}`, page.width, 13))
  return `  ${page.paint(style, name.padEnd(9))}  ${lines.join('\n')}\n`
}
