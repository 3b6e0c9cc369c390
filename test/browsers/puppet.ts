/** Chromium over CDP and Firefox over WebDriver BiDi, both by puppeteer. */

import { join } from 'node:path'
import { launch } from 'puppeteer-core'
import type {
  Browser as PuppeteerBrowser,
  LaunchOptions,
  Page as PuppeteerPage,
} from 'puppeteer-core'
import { DEADLINE } from './deadline.ts'
import { hireJanitor, homeIn } from './janitor.ts'
import { NOWHERE } from './nowhere.ts'
import type { Browser, Page } from './page.ts'
import { readOutcome, wrapScript } from './script.ts'

type PuppetName = 'chromium' | 'firefox'

type Evaluate = (expression: string) => Promise<unknown>

const CHROMIUM_ARGUMENTS = [
  // Chromium's sandbox refuses root and needs namespaces that containers lack; the pages are our
  // own.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Page loads are excused by acceptInsecureCerts, the Reporting API's deliveries only by this.
  '--ignore-certificate-errors',
  // Delivers the second and later reports of a page after 100 ms instead of a minute.
  '--short-reporting-delay',
  `--proxy-server=${NOWHERE.host}:${NOWHERE.port}`,
]

const FIREFOX_PREFERENCES = {
  'network.proxy.type': 1,
  'network.proxy.http': NOWHERE.host,
  'network.proxy.http_port': NOWHERE.port,
  'network.proxy.ssl': NOWHERE.host,
  'network.proxy.ssl_port': NOWHERE.port,
}

/** Values by the names of about:config. */
export type FirefoxPreferences = Readonly<Record<string, boolean | number | string>>

interface PuppetOptions {
  readonly executable: string
  readonly firefoxPreferences: FirefoxPreferences
}

/** Starts Chromium or Firefox. */
export async function launchPuppet(
  name: PuppetName,
  { executable, firefoxPreferences }: PuppetOptions,
): Promise<Browser> {
  const janitor = await hireJanitor()
  try {
    const browser = await launch({
      ...optionsFor(name, firefoxPreferences),
      executablePath: await janitor.cover(executable),
      headless: true,
      acceptInsecureCerts: true,
      userDataDir: join(janitor.folder, 'profile'),
      env: homeIn(janitor.folder),
      timeout: DEADLINE,
      protocolTimeout: DEADLINE,
      // The janitor does it, also where a signal cannot be handled.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
    const version = await browser.version()
    return {
      name,
      version: version.slice(version.indexOf('/') + 1),
      open: (url) => openPage(name, browser, url),
      async close() {
        await browser.close().catch(() => undefined)
        await janitor.dispose()
      },
    }
  } catch (error) {
    await janitor.dispose()
    throw error
  }
}

function optionsFor(name: PuppetName, preferences: FirefoxPreferences): LaunchOptions {
  return name === 'chromium'
    ? { browser: 'chrome', args: CHROMIUM_ARGUMENTS }
    : { browser: 'firefox', extraPrefsFirefox: { ...FIREFOX_PREFERENCES, ...preferences } }
}

async function openPage(name: PuppetName, browser: PuppeteerBrowser, url: string): Promise<Page> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  page.setDefaultTimeout(DEADLINE)
  const evaluate = name === 'chromium' ? await chromiumEvaluate(page) : firefoxEvaluate(page)
  await page.goto(url)
  return {
    async goto(target) {
      await page.goto(target)
    },
    async evaluate<T>(script: string): Promise<T> {
      return readOutcome(script, await evaluate(wrapScript(script))) as T
    },
    click: (selector) => page.click(selector),
    screenshot: async () => Buffer.from(await page.screenshot({ type: 'png' })),
    setViewport: (size) => page.setViewport({ ...size }),
    close: () => context.close(),
  }
}

/**
 * Puppeteer's own evaluate leaves CDP's default in place, which lets the script use eval against
 * the policy.
 */
async function chromiumEvaluate(page: PuppeteerPage): Promise<Evaluate> {
  const session = await page.createCDPSession()
  return async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      allowUnsafeEvalBlockedByCSP: false,
    })
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
}

function firefoxEvaluate(page: PuppeteerPage): Evaluate {
  return (expression) => page.evaluate(expression)
}
