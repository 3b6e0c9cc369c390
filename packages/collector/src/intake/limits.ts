/** How much is taken in, at most. */

import { checkOptions, refusal, show } from '@cusp/core/internal'

/** How much is taken in, at most. Each has a default that real reports stay far below. */
export interface Limits {
  /** Bytes of a body with one report. Default 65 536. */
  readonly reportBytes: number
  /** Bytes of a body with several reports. Default 524 288. */
  readonly batchBytes: number
  /** How deep arrays and objects of a body stand in each other. Default 64. */
  readonly depth: number
  /**
   * New groups in an hour, for each project. What is over it is counted in one group, `overflow`.
   * Default 1000.
   */
  readonly newGroups: number
  /** Seconds in which a body must arrive. Default 15. */
  readonly bodySeconds: number
  /** Seconds in which the store must have kept the reports of a request. Default 10. */
  readonly storeSeconds: number
  /** Requests that are answered at the same time. Default 2000. */
  readonly requests: number
  /** Bytes of all bodies that are held at the same time. Default 67 108 864. */
  readonly heldBytes: number
}

const DEFAULTS: Limits = Object.freeze({
  reportBytes: 65_536,
  batchBytes: 524_288,
  depth: 64,
  newGroups: 1000,
  bodySeconds: 15,
  storeSeconds: 10,
  requests: 2000,
  heldBytes: 67_108_864,
})

/**
 * The limits with their defaults.
 *
 * @throws CspError `ERR_CSP_INPUT` for an unknown limit, and for one that is not a positive number
 */
export function readLimits(limits: Partial<Limits> = {}): Limits {
  return readNumbers(limits, { action: 'limit the reports', defaults: DEFAULTS })
}

/**
 * Positive numbers by their names, each with a default.
 *
 * @throws CspError `ERR_CSP_INPUT` for an unknown name, and for what is not a positive number
 */
export function readNumbers<Numbers extends object>(
  given: Partial<Numbers>,
  { action, defaults }: { readonly action: string; readonly defaults: Numbers },
): Numbers {
  checkOptions(given, { action, known: Object.keys(defaults) })
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  for (const [name, value] of entries) {
    if (typeof value === 'number' && value > 0) continue
    throw refusal('ERR_CSP_INPUT', {
      action,
      problem: `${name} is ${show(value)}, which is not a positive number`,
      fix: `a number such as ${String(Reflect.get(defaults, name))}`,
      value,
    })
  }
  return { ...defaults, ...Object.fromEntries(entries) }
}
