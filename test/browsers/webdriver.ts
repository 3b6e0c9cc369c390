/** A small client of W3C WebDriver: one session, and pages in it. */

import { DEADLINE, poll } from './deadline.ts'
import type { Page, Viewport } from './page.ts'
import { readOutcome, wrapScript } from './script.ts'

/** One call to the driver: an HTTP method, a path below the session, and a body for POST. */
type Command = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>

export interface Session {
  readonly version: string
  /**
   * The window that the session began with; it stays open, because a session ends with its last
   * window.
   */
  readonly firstWindow: string
  /** Runs commands with a window as the driver's current one, one caller at a time. */
  inWindow<T>(handle: string, run: (command: Command) => Promise<T>): Promise<T>
}

export interface Call {
  readonly method: string
  readonly body?: object | undefined
  /** Milliseconds from now; without it the driver's own timeouts come first and say more. */
  readonly deadline?: number
}

/** The key of an element reference. @see https://www.w3.org/TR/webdriver2/#elements */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf'

/**
 * Milliseconds for a session to start, which takes half a second: a driver that has not reached its
 * browser by then never will.
 */
const SESSION_DEADLINE = 20_000

/** Starts a session in which every capability is met. */
export async function startSession(base: string, capabilities: object): Promise<Session> {
  const created = (await send(`${base}/session`, {
    method: 'POST',
    body: { capabilities: { alwaysMatch: capabilities } },
    deadline: SESSION_DEADLINE,
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

/** Opens a page in a window of its own. */
export async function openPage(session: Session, url: string): Promise<Page> {
  const opened = await session.inWindow(session.firstWindow, (command) =>
    command('POST', '/window/new', { type: 'window' }),
  )
  const { handle } = opened as { readonly handle: string }
  const goto = async (target: string): Promise<void> => {
    await session.inWindow(handle, async (command) => {
      await command('POST', '/url', { url: target })
      // WebKit's driver takes the load of a new window's own empty page for that of the target.
      const script = "return location.href !== 'about:blank' && document.readyState === 'complete'"
      const hasLoaded = async (): Promise<boolean> =>
        (await command('POST', '/execute/sync', { script, args: [] })) === true
      await poll(hasLoaded, { what: `${target} to load` })
    })
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

/** Sends one command and returns its value. @see https://www.w3.org/TR/webdriver2/#protocol */
export async function send(
  url: string,
  { method, body, deadline = 2 * DEADLINE }: Call,
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(deadline),
  })
  const { value } = (await response.json()) as { readonly value: unknown }
  if (response.ok) return value
  const { error, message } = value as { readonly error: string; readonly message: string }
  throw new Error(`Cannot ${method} ${new URL(url).pathname}: ${error}: ${message}`)
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
