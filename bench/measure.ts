/**
 * A process of its own for one measurement: `measure.ts <module> <id> <effort>` sends what it
 * found.
 */

import type { Effort, Measurement } from './suites/suite.ts'

const [, , module = '', id, effort] = process.argv
const exported = Object.values((await import(module)) as Readonly<Record<string, unknown>>)
const measurement = exported.flat().find((value) => isMeasurement(value) && value.id === id)
if (!isMeasurement(measurement))
  throw new Error(`Cannot measure ${id}: ${module} does not have it.`)
process.send?.(await measurement.run(effort as Effort))

function isMeasurement(value: unknown): value is Measurement<unknown> {
  return typeof value === 'object' && value !== null && 'id' in value && 'run' in value
}
