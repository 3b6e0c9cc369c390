/** What a collector is told, and what it makes of that before anything comes. */

import type { CspError } from '@cusp/core'
import { checkOptions, refusal, show } from '@cusp/core/internal'
import type { Classify, ClassifyOptions, RedactOptions } from '@cusp/reports'
import { createClassify } from '@cusp/reports'
import type { RateLimit, Rates } from './clients/rate-limit.ts'
import { createRateLimit } from './clients/rate-limit.ts'
import type { IsTrusted } from './clients/trusted-proxies.ts'
import { readTrustedProxies } from './clients/trusted-proxies.ts'
import type { Limits } from './intake/limits.ts'
import { readLimits, readNumbers } from './intake/limits.ts'
import { readProjects } from './intake/project.ts'
import type { Request } from './intake/read-body.ts'
import type { Logger } from './logger.ts'
import { createLogger } from './logger.ts'
import type { Store } from './store/store.ts'

/** What a collector is told. Only the store is needed. */
export interface CollectorOptions {
  /**
   * Where the reports are kept: what `openStore` gives. It belongs to the collector, whose `close`
   * closes it.
   */
  readonly store: Promise<Store> | Store
  /**
   * The policies that the site sends. With them the reports of code that they allow, and of
   * redirects, are told apart.
   */
  readonly policies?: ClassifyOptions['policies']
  /**
   * The hosts of the site's pages, such as `shop.example` and `*.shop.example`. Reports of other
   * pages are noise then.
   */
  readonly hosts?: readonly string[] | undefined
  /**
   * The sites that report to this collector, where there are several: reports to `…/shop` are those
   * of `shop` then. All others are those of `default`.
   */
  readonly projects?: readonly string[] | undefined
  /**
   * Keep the queries and fragments of URLs: they can hold names, addresses and tokens. Default
   * false.
   */
  readonly keepQueries?: boolean | undefined
  /** Keep the samples of code: they can hold what a visitor has typed. Default false. */
  readonly keepSamples?: boolean | undefined
  /** Keep both. Default false. */
  readonly keepRaw?: boolean | undefined
  /** How much is taken in at most. */
  readonly limits?: Partial<Limits> | undefined
  /**
   * How many requests are taken in a minute: 600 of one client, 60 000 of all together. False takes
   * every one. Requests from this machine itself are not limited.
   */
  readonly rate?: Partial<Rates> | false | undefined
  /**
   * The proxies whose X-Forwarded-For is believed: addresses, ranges such as `10.0.0.0/8`, and the
   * words `loopback`, `linklocal`, `uniquelocal`. Default none.
   */
  readonly trustedProxies?: readonly string[] | undefined
  /**
   * Answers 410 to the requests for which it is true: browsers stop reporting there. Default false.
   */
  readonly gone?: boolean | ((request: Request) => boolean) | undefined
  /**
   * Where the collector says what happens to it. Default pino, with warnings and errors on stderr.
   */
  readonly logger?: Logger | undefined
}

/** The options as they are used. */
export interface Settings {
  readonly store: Promise<Store> | Store
  readonly logger: Logger
  readonly limits: Limits
  readonly classify: Classify
  readonly redaction: RedactOptions
  readonly projects: ReadonlySet<string>
  /** Undefined where nothing is limited. */
  readonly rate: RateLimit | undefined
  readonly isTrusted: IsTrusted
  readonly isGone: (request: Request) => boolean
}

const OPTION_NAMES = {
  action: 'make a collector',
  known: [
    'store',
    'policies',
    'hosts',
    'projects',
    'keepQueries',
    'keepSamples',
    'keepRaw',
    'limits',
    'rate',
    'trustedProxies',
    'gone',
    'logger',
  ],
}
const LEVELS: readonly (keyof Logger)[] = ['debug', 'info', 'warn', 'error']
const RATES: Rates = Object.freeze({ client: 600, total: 60_000 })

/**
 * Reads the options.
 *
 * @throws CspError `ERR_CSP_INPUT` for one that is not known, or whose value cannot be used
 */
export function readSettings(options: CollectorOptions): Settings {
  checkOptions(options, OPTION_NAMES)
  const { store, policies, hosts, logger = createLogger() } = options
  checkStore(store)
  checkLogger(logger)
  checkBooleans(options)
  return {
    store,
    logger,
    limits: readLimits(options.limits),
    classify: createClassify({ policies, hosts }),
    redaction: readRedaction(options),
    projects: readProjects(options.projects),
    rate: readRate(options.rate),
    isTrusted: readTrustedProxies(options.trustedProxies ?? []),
    isGone: readGone(options.gone),
  }
}

function checkStore(store: unknown): void {
  if (typeof store === 'object' && store !== null && ('add' in store || 'then' in store)) return
  throw refuse(store, {
    problem: `the store is ${show(store)}, which is not a store`,
    fix: "openStore('sqlite:./csp.db')",
  })
}

function checkLogger(logger: object): void {
  if (LEVELS.every((level) => typeof Reflect.get(logger, level) === 'function')) return
  throw refuse(logger, {
    problem: `the logger is ${show(logger)}, which is not a logger`,
    fix: 'one of pino, or an object with debug, info, warn and error',
  })
}

function checkBooleans(options: CollectorOptions): void {
  for (const name of ['keepQueries', 'keepSamples', 'keepRaw'] as const) {
    const value: unknown = options[name]
    if (value === undefined || typeof value === 'boolean') continue
    const problem = `${name} is ${show(value)}, which is not a boolean`
    throw refuse(value, { problem, fix: 'true or false' })
  }
}

function refuse(
  value: unknown,
  { problem, fix }: { readonly problem: string; readonly fix: string },
): CspError {
  return refusal('ERR_CSP_INPUT', { action: 'make a collector', problem, fix, value })
}

function readRedaction({
  keepQueries,
  keepSamples,
  keepRaw = false,
}: CollectorOptions): RedactOptions {
  return { keepQueries: keepQueries ?? keepRaw, keepSamples: keepSamples ?? keepRaw }
}

function readRate(rate: CollectorOptions['rate']): RateLimit | undefined {
  if (rate === false) return undefined
  const action = 'limit the rate of requests'
  return createRateLimit(readNumbers(rate ?? {}, { action, defaults: RATES }))
}

function readGone(gone: CollectorOptions['gone'] = false): (request: Request) => boolean {
  if (typeof gone === 'function') return gone
  if (typeof gone === 'boolean') return () => gone
  throw refuse(gone, {
    problem: `gone is ${show(gone)}, which is neither a boolean nor a function`,
    fix: 'true, or a function of the request',
  })
}
