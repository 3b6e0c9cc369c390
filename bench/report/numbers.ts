/** How numbers are written. */

import type { Spread } from '../harness/statistics.ts'

/** Three digits, as many as mean something: 0.984, 22.7, 1 060. */
export function digits(value: number): string {
  if (value >= 100) return spaced(Math.round(value))
  const places = value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toFixed(places)
}

/** A median with what it lies between, where there was more than one run: `1.04 (1.01–1.09)`. */
export function spread({ low, median, high }: Spread): string {
  return low === high ? digits(median) : `${digits(median)} (${digits(low)}–${digits(high)})`
}

/** A median with what it lies between, to the thousandth: `0.984 (0.971–0.998)`. */
export function exact({ low, median, high }: Spread): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
}

function spaced(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')
}
