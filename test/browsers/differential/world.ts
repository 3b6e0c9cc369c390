/**
 * Where generated documents stand and what they ask for: servers on loopback, http and https, and
 * hosts that nobody has.
 */

import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { makeCertificate } from '../certificate.ts'
import { startServer } from '../server.ts'
import type { Specimen } from './specimen.ts'
import { escapeAttribute, toMarkup } from './probe.ts'
import { bodyOf, typeOf } from './resources.ts'

/** The ports of the servers; everything that is drawn depends on nothing else of this machine. */
export interface Ports {
  readonly http: readonly [number, number]
  readonly https: readonly [number, number]
}

export interface World {
  readonly ports: Ports
  /** Publishes a document under an id of its own. */
  publish(id: string, specimen: Specimen): void
  /** Takes the paths that were asked for since the last call. */
  takeArrivals(): ReadonlySet<string>
  close(): Promise<void>
}

/** The page that runs the documents of its origin. */
const DRIVER_PAGE =
  '<!doctype html><meta charset="utf-8"><title>driver</title><body><script type="module" src="/page/driver.js"></script>'

/**
 * Violated at will to learn that every event before has been seen; nothing else that is generated
 * asks this directive.
 */
const SENTINEL_POLICY = "trusted-types 'none'"

/** More than browsers hold back before they begin with a document. */
const PADDING = `<!--${' '.repeat(2048)}-->`

/** Starts two servers for each scheme; each of them has all documents, drivers and resources. */
export async function startWorld(): Promise<World> {
  const specimens = new Map<string, Specimen>()
  const open = new Map<string, ServerResponse>()
  const scripts = await readPageScripts()

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/'
    const [, word, id = '', index = ''] = path.split('?', 1)[0]?.split('/') ?? []
    response.setHeader('cache-control', 'no-store')
    const script = scripts.get(path)
    if (script !== undefined) send(response, 'text/javascript', script)
    else if (path === '/driver') send(response, 'text/html; charset=utf-8', DRIVER_PAGE)
    else if (word === 'document') begin(id, response)
    else if (word === 'chunk') finish(response, () => open.get(id)?.write(chunk(id, Number(index))))
    else if (word === 'end') finish(response, () => open.get(id)?.end('</body>'))
    else if (word === 'settle') finish(response)
    else sendResource(request, response)
  }

  /** Sends the beginning of a document and holds back the rest until it is asked for. */
  function begin(id: string, response: ServerResponse): void {
    const specimen = specimens.get(id)
    if (specimen === undefined) {
      response.writeHead(404).end()
      return
    }
    const { enforce, report, meta } = specimen.policies
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (enforce.length > 0) response.setHeader('content-security-policy', [...enforce])
    response.setHeader('content-security-policy-report-only', [...report, SENTINEL_POLICY])
    const tags = meta
      .map(
        (text) => `<meta http-equiv="content-security-policy" content="${escapeAttribute(text)}">`,
      )
      .join('')
    open.set(id, response)
    response.write(
      `<!doctype html><html><head><meta charset="utf-8">${tags}<title>${id}</title></head><body><meta name="ready">${PADDING}\n`,
    )
  }

  function chunk(id: string, index: number): string {
    const task = specimens.get(id)?.probes[index]?.task
    return task?.element === undefined ? '\n' : `\n${toMarkup(task.element)}${PADDING}\n`
  }

  const certificate = await makeCertificate()
  const servers = await Promise.all([
    startServer({ application: respond }),
    startServer({ application: respond }),
    startServer({ certificate, application: respond }),
    startServer({ certificate, application: respond }),
  ])
  const [http1, http2, https1, https2] = servers.map(({ origin }) => Number(new URL(origin).port))
  let taken = servers.map(() => 0)

  return {
    ports: {
      http: [http1 as number, http2 as number],
      https: [https1 as number, https2 as number],
    },
    publish(id, specimen) {
      specimens.set(id, specimen)
    },
    takeArrivals() {
      const found = servers.flatMap(({ requests }, index) =>
        requests.slice(taken[index]).map(({ path }) => path),
      )
      taken = servers.map(({ requests }) => requests.length)
      return new Set(found)
    },
    async close() {
      for (const response of open.values()) response.destroy()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.setHeader('content-type', type)
  response.end(body)
}

function finish(response: ServerResponse, act: () => unknown = () => undefined): void {
  act()
  response.writeHead(204).end()
}

/** Whatever is asked for exists, is open to every origin, and is what the query says. */
function sendResource(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const { origin = '*' } = request.headers
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('cross-origin-resource-policy', 'cross-origin')
  const target = searchParams.get('to')
  if (target !== null) {
    response.writeHead(302, { location: target }).end()
    return
  }
  const kind = searchParams.get('as') ?? 'text'
  send(response, typeOf(kind), bodyOf(kind))
}

/** The scripts of the driver page by their paths. */
async function readPageScripts(): Promise<ReadonlyMap<string, Buffer>> {
  const names = ['driver.js', 'elements.js', 'calls.js']
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, Buffer]> => [
        `/page/${name}`,
        await readFile(join(import.meta.dirname, 'page', name)),
      ]),
    ),
  )
}
