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
import type { Browser, Page, Viewport } from './page.ts'
import { readOutcome, wrapScript } from './script.ts'

/** One call to the driver: an HTTP method, a path below the session, and a body for POST. */
type Command = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>

interface Session {
  readonly version: string
  /** The window that the session began with; it stays open, because a session ends with its last window. */
  readonly firstWindow: string
  /** Runs commands with a window as the driver's current one, one caller at a time. */
  inWindow<T>(handle: string, run: (command: Command) => Promise<T>): Promise<T>
}

/** WebKit, unlike the others, has to be told that loopback needs no proxy. */
const PROXY = {
  proxyType: 'manual',
  httpProxy: `${NOWHERE.host}:${NOWHERE.port}`,
  sslProxy: `${NOWHERE.host}:${NOWHERE.port}`,
  noProxy: ['localhost', '*.localhost', '127.0.0.0/8'],
}

/** The key of an element reference. @see https://www.w3.org/TR/webdriver2/#elements */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf'

/** Starts Xvfb, the driver and MiniBrowser. */
export async function launchWebKit(driver: string): Promise<Browser> {
  const janitor = await hireJanitor()
  try {
    const display = await startDisplay(janitor)
    const session = await startSession(await startDriver(driver, { janitor, display, attempts: 5 }))
    return {
      name: 'webkit',
      version: session.version,
      open: (url) => openPage(session, url),
      close: () => janitor.dispose(),
    }
  } catch (error) {
    await janitor.dispose()
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

async function startSession(base: string): Promise<Session> {
  const timeouts = { script: DEADLINE, pageLoad: DEADLINE, implicit: 0 }
  const created = (await send(`${base}/session`, {
    method: 'POST',
    body: { capabilities: { alwaysMatch: { acceptInsecureCerts: true, timeouts, proxy: PROXY } } },
  })) as { readonly sessionId: string; readonly capabilities: { readonly browserVersion: string } }
  const root = `${base}/session/${created.sessionId}`
  const command: Command = (method, path, body) => send(`${root}${path}`, { method, body })
  const firstWindow = (await command('GET', '/window')) as string
  let turn: Promise<unknown> = Promise.resolve()
  return {
    version: created.capabilities.browserVersion,
    firstWindow,
    inWindow(handle, run) {
      const result = turn.then(async () => {
        await command('POST', '/window', { handle })
        return run(command)
      })
      turn = result.catch(() => undefined)
      return result
    },
  }
}

async function openPage(session: Session, url: string): Promise<Page> {
  const opened = await session.inWindow(session.firstWindow, (command) =>
    command('POST', '/window/new', { type: 'window' }),
  )
  const { handle } = opened as { readonly handle: string }
  const goto = async (target: string): Promise<void> => {
    await session.inWindow(handle, (command) => command('POST', '/url', { url: target }))
  }
  await goto(url)
  return {
    goto,
    async evaluate<T>(script: string): Promise<T> {
      const outcome = await session.inWindow(handle, (command) =>
        command('POST', '/execute/sync', { script: `return ${wrapScript(script)}`, args: [] }),
      )
      return readOutcome(script, outcome) as T
    },
    async click(selector) {
      await session.inWindow(handle, async (command) => {
        const found = await command('POST', '/element', { using: 'css selector', value: selector })
        const element = (found as { readonly [ELEMENT_KEY]: string })[ELEMENT_KEY]
        await command('POST', `/element/${element}/click`, {})
      })
    },
    async screenshot() {
      const image = await session.inWindow(handle, (command) => command('GET', '/screenshot'))
      return Buffer.from(image as string, 'base64')
    },
    async setViewport(size) {
      await session.inWindow(handle, (command) => resize(command, size))
    },
    async close() {
      await session.inWindow(handle, (command) => command('DELETE', '/window'))
    },
  }
}

/** Sizes the window so that its content, which its bars do not belong to, has a size. */
async function resize(command: Command, size: Viewport): Promise<void> {
  const measure = async (): Promise<Viewport> => {
    const script = 'return { width: innerWidth, height: innerHeight }'
    return (await command('POST', '/execute/sync', { script, args: [] })) as Viewport
  }
  const outer = (await command('GET', '/window/rect')) as Viewport
  const inner = await measure()
  await command('POST', '/window/rect', {
    width: size.width + outer.width - inner.width,
    height: size.height + outer.height - inner.height,
  })
  const isDone = async (): Promise<boolean> => {
    const { width, height } = await measure()
    return width === size.width && height === size.height
  }
  await poll(isDone, { what: `a viewport of ${size.width} by ${size.height}` })
}

interface Call {
  readonly method: string
  readonly body: object | undefined
}

/** Sends one command and returns its value. @see https://www.w3.org/TR/webdriver2/#protocol */
async function send(url: string, { method, body }: Call): Promise<unknown> {
  const response = await fetch(url, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    // The driver's own timeouts come first and say more.
    signal: AbortSignal.timeout(2 * DEADLINE),
  })
  const { value } = (await response.json()) as { readonly value: unknown }
  if (response.ok) return value
  const { error, message } = value as { readonly error: string; readonly message: string }
  throw new Error(`Cannot ${method} ${new URL(url).pathname}: ${error}: ${message}`)
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
  const status = (await send(`${base}/status`, { method: 'GET', body: undefined })) as {
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
