/** `cusp collect`: a server that takes in reports, and keeps them. */

import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { Collector, Keep, MailOptions } from '@cusp/collector'
import type { AddressInfo } from 'node:net'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import { loadCollector, STORE_HELP, storeAddress, withStore } from '../read/collector.ts'
import { readPolicy } from '../read/policy.ts'
import { pageOf } from '../write/page.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, readCount, readPort } from './command.ts'

interface Options {
  readonly port: number
  readonly host: string
  readonly statusPort?: number | undefined
  readonly policy: readonly string[]
  readonly pageHost?: readonly string[] | undefined
  readonly project?: readonly string[] | undefined
  readonly trustProxy?: readonly string[] | undefined
  readonly keep?: string | undefined
  readonly keepRaw?: boolean | undefined
  readonly limit?: number | undefined
  readonly rotate?: number | undefined
  readonly mailTo?: readonly string[] | undefined
  readonly mailFrom?: string | undefined
  readonly domain?: string | undefined
  readonly smtp?: string | undefined
}

const LOOPBACK = '127.0.0.1'
/** Milliseconds: node:http waits a minute for the headers, and five for the rest. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
}

const EXAMPLES = exampleHelp(
  'cusp collect',
  'cusp collect sqlite:/var/lib/cusp/csp.db --port 8008',
  'CUSP_STORE=postgres://cusp@db.example/csp cusp collect --host 0.0.0.0 --trust-proxy 10.0.0.0/8',
  'cusp collect --policy ./policy.js --page-host shop.example',
  'cusp collect ./csp-violations.log --mail-to admin@shop.example --domain shop.example',
)
const TLS_HELP = `

Browsers report to https endpoints only, localhost apart: put a server with TLS in front, such as nginx.`

/** Makes the command. */
export function collectCommand({ host, finish }: CommandContext): Command {
  return new Command('collect')
    .summary('take in violation reports, and store them')
    .description(
      'Take in the violation reports of browsers over HTTP, and store them, until it is stopped.',
    )
    .argument('[store]', STORE_HELP)
    .option('--port <number>', 'the port to listen on; 0 for any that is free', readPort, 8008)
    .option(
      '--host <address>',
      'the address to listen on; 0.0.0.0 opens it to the network',
      LOOPBACK,
    )
    .option(
      '--status-port <number>',
      `answer /metrics, /health and /ready on ${LOOPBACK} at this port`,
      readPort,
    )
    .addOption(
      new Option(
        '--policy <policy>',
        'a policy that the site sends, to tell noise apart; again for another',
      )
        .argParser((policy: string, before: readonly string[]) => [...before, policy])
        .default([]),
    )
    .option('--page-host <host...>', "the hosts of the site's pages: reports of others are noise")
    .option(
      '--project <name...>',
      'the sites that report here, each to a path that ends in its name',
    )
    .option('--trust-proxy <address...>', 'the proxies whose X-Forwarded-For is believed')
    .option('--keep <days>', 'how long a group is kept that is not seen again, such as 90d')
    .option('--limit <bytes>', 'file: write no more once the log is larger (1000000)', readCount)
    .option(
      '--rotate <number>',
      'file: begin a new log then, and keep so many older ones',
      readCount,
    )
    .option('--mail-to <address...>', "file: who gets one mail about a log's first violation")
    .option('--mail-from <address>', 'file: the sender of the mail; the first receiver by default')
    .option('--domain <host>', 'file: the site that the mail names')
    .option(
      '--smtp <url>',
      'file: the mail server, smtps://user:password@host; CUSP_SMTP by default',
    )
    .option('--keep-raw', 'keep queries, fragments and samples, which can hold what is private')
    .addHelpText('after', EXAMPLES + TLS_HELP)
    .action(async (store: string | undefined, options: Options) => {
      finish(await runCollect(store, { options, host }))
    })
}

async function runCollect(
  argument: string | undefined,
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<ExitCode> {
  const { collector, openStore } = await loadCollector()
  const readings = await Promise.all(options.policy.map((policy) => readPolicy(policy, host)))
  const policies = readings.flatMap((reading) => reading.policies)
  const store = openStore(storeAddress(argument, host), {
    keep: options.keep as Keep | undefined,
    limit: options.limit,
    rotate: options.rotate,
    mail: readMail(options, host),
  })
  try {
    await withStore(() => store.check())
    const reports = collector({
      store,
      ...(policies.length === 0 ? {} : { policies }),
      hosts: options.pageHost,
      projects: options.project,
      trustedProxies: options.trustProxy,
      keepRaw: options.keepRaw,
    })
    await serve(reports, { options, host, address: store.address })
    return EXIT.ok
  } finally {
    await store.close()
  }
}

/** The mail of a log, if one is asked for. The store refuses it where there is no log. */
function readMail(
  { mailTo, mailFrom, domain, smtp }: Options,
  { env }: Host,
): MailOptions | undefined {
  if (mailTo === undefined) {
    if (mailFrom === undefined && domain === undefined && smtp === undefined) return undefined
    throw new UsageError('Cannot send a mail: nobody gets it. Use --mail-to with an address.')
  }
  const [first = ''] = mailTo
  const transport = smtp ?? env['CUSP_SMTP'] ?? 'smtp://localhost'
  return { to: mailTo, from: mailFrom ?? first, domain: domain ?? '', transport }
}

/** Takes in reports until it is told to end. */
async function serve(
  reports: Collector,
  {
    options,
    host,
    address,
  }: { readonly options: Options; readonly host: Host; readonly address: string },
): Promise<void> {
  const servers: Server[] = []
  try {
    servers.push(await listen(reports.handler, options))
    if (options.statusPort !== undefined) {
      const place = { port: options.statusPort, host: LOOPBACK }
      servers.push(await listen(reports.status, place))
    }
    tell(host, { servers, address })
    await host.untilStopped()
  } finally {
    await stop(servers, reports)
  }
}

/** Says where it listens, once it does. */
function tell(
  host: Host,
  { servers, address }: { readonly servers: readonly Server[]; readonly address: string },
): void {
  const { paint } = pageOf(host.stdout, host.env)
  const [reports, status] = servers.map((server) => urlOf(server))
  const lines = [
    `Reports are taken in at ${paint('bold', reports ?? '')} and kept in ${address}.`,
    ...(status === undefined ? [] : [`Metrics and health are at ${status}.`]),
    'Ctrl+C stops it.',
  ]
  host.stdout.write(`${lines.join('\n')}\n`)
}

async function listen(
  handler: RequestListener,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Server> {
  const server = createServer(TIMEOUTS, handler)
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', (error: NodeJS.ErrnoException) => {
      reject(new UsageError(explain(error, { port, host })))
    })
    server.listen(port, host)
  })
  return server
}

function explain(
  { code, message }: NodeJS.ErrnoException,
  { port, host }: { readonly port: number; readonly host: string },
): string {
  const action = `Cannot listen on ${host}, port ${port}`
  if (code === 'EADDRINUSE') return `${action}: it is taken. Use --port with another one.`
  if (code === 'EACCES') return `${action}: it needs more rights. Use --port with one above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${action}: this machine does not have that address. Use --host ${LOOPBACK} or --host 0.0.0.0.`
  }
  return `${action}: ${message}. Use another --host or --port.`
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  const name = address === LOOPBACK ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  return `http://${name}:${port}/`
}

/** No new request, then those that are there, then the store. */
async function stop(servers: readonly Server[], reports: Collector): Promise<void> {
  const closed = servers.map(
    (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
  )
  for (const server of servers) server.closeIdleConnections()
  await reports.close()
  for (const server of servers) server.closeAllConnections()
  await Promise.all(closed)
}
