/** WebKitGTK's MiniBrowser over W3C WebDriver, on a display of its own. */

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { DEADLINE, poll, within } from './deadline.ts'
import { hireJanitor, homeIn } from './janitor.ts'
import type { Janitor } from './janitor.ts'
import { NOWHERE } from './nowhere.ts'
import type { Browser } from './page.ts'
import { openPage, send, startSession } from './webdriver.ts'

const CAPABILITIES = {
  acceptInsecureCerts: true,
  timeouts: { script: DEADLINE, pageLoad: DEADLINE, implicit: 0 },
  proxy: {
    proxyType: 'manual',
    httpProxy: `${NOWHERE.host}:${NOWHERE.port}`,
    sslProxy: `${NOWHERE.host}:${NOWHERE.port}`,
    // WebKit, unlike the others, has to be told that loopback needs no proxy.
    noProxy: ['localhost', '*.localhost', '127.0.0.0/8'],
  },
}

/**
 * Starts Xvfb, the driver and MiniBrowser, all again where they do not find each other: on a busy
 * machine the driver now and then waits for its browser forever.
 */
export async function launchWebKit(driver: string, attempts = 5): Promise<Browser> {
  const janitor = await hireJanitor()
  try {
    const display = await startDisplay(janitor)
    const base = await startDriver(driver, { janitor, display, attempts: 5 })
    const session = await startSession(base, CAPABILITIES)
    return {
      name: 'webkit',
      version: session.version,
      open: (url) => openPage(session, url),
      close: () => janitor.dispose(),
    }
  } catch (error) {
    await janitor.dispose()
    if (attempts > 1) return launchWebKit(driver, attempts - 1)
    throw error
  }
}

/** Lets Xvfb choose a free display, and returns its name. */
async function startDisplay(janitor: Janitor): Promise<string> {
  const server = spawn(
    await janitor.cover('Xvfb'),
    ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-noreset'],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  )
  await detach(server)
  const number = await within(firstLine(server.stdio[3] as Readable), {
    what: 'the display number of Xvfb',
  })
  return `:${number}`
}

interface DriverSurroundings {
  readonly janitor: Janitor
  readonly display: string
  /** Attempts at a port that nobody else takes between our look and the driver's start. */
  readonly attempts: number
}

/** Starts the driver on a free port, and returns its base URL. */
async function startDriver(driver: string, surroundings: DriverSurroundings): Promise<string> {
  const { janitor, display, attempts } = surroundings
  const port = await findFreePort()
  const base = `http://127.0.0.1:${port}`
  const child = spawn(await janitor.cover(driver), [`--port=${port}`], {
    detached: true,
    stdio: 'ignore',
    env: {
      ...homeIn(janitor.folder),
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      GSETTINGS_BACKEND: 'memory',
      NO_AT_BRIDGE: '1',
      // WebKit's sandbox needs namespaces that containers lack; the pages are our own.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  })
  await detach(child)
  await poll(() => hasEnded(child) || isReady(base), { what: `${driver} on port ${port}` })
  if (!hasEnded(child)) return base
  if (attempts > 1) return startDriver(driver, { ...surroundings, attempts: attempts - 1 })
  throw new Error(`Cannot start ${driver}: it ended at once, expected it to listen on port ${port}`)
}

/** Waits for a process to start; from then on it does not keep this process alive. */
async function detach(child: ChildProcess): Promise<void> {
  await once(child, 'spawn')
  child.unref()
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function isReady(base: string): Promise<boolean> {
  const status = (await send(`${base}/status`, { method: 'GET' })) as {
    readonly ready: boolean
  }
  return status.ready
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string')
    throw new Error('Cannot find a free port: no address')
  return address.port
}

async function firstLine(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
  }
  throw new Error(`Cannot read a line: the stream ended with ${JSON.stringify(text)}`)
}
