/** Finds and starts real browsers, and drives the three engines with the same words. */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser, BrowserName } from './page.ts'
import { launchPuppet } from './puppet.ts'
import type { FirefoxPreferences } from './puppet.ts'
import { launchWebKit } from './webkit.ts'

export type { Browser, BrowserName, Page } from './page.ts'
export { until } from './page.ts'

export interface LaunchOptions {
  /** What Firefox's about:config is to say besides. */
  readonly firefoxPreferences?: FirefoxPreferences
}

interface Kind {
  /** The environment variable that overrides the search. */
  readonly variable: string
  /** What to look for on the PATH, the best first. */
  readonly executables: readonly string[]
  /** What else has to be on the PATH. */
  readonly helpers: readonly string[]
  /** What to `apt-get install` for it. */
  readonly packages: string
}

const KINDS: Readonly<Record<BrowserName, Kind>> = {
  chromium: {
    variable: 'CUSP_CHROMIUM',
    executables: ['chromium', 'chromium-browser', 'google-chrome'],
    helpers: [],
    packages: 'chromium',
  },
  firefox: {
    variable: 'CUSP_FIREFOX',
    executables: ['firefox-esr', 'firefox'],
    helpers: [],
    packages: 'firefox-esr',
  },
  webkit: {
    variable: 'CUSP_WEBKIT_DRIVER',
    executables: ['WebKitWebDriver'],
    helpers: ['Xvfb'],
    packages: 'webkit2gtk-driver xvfb',
  },
}

/** The three browsers, in the order in which tests run in them. */
export const BROWSER_NAMES: readonly BrowserName[] = ['chromium', 'firefox', 'webkit']

/**
 * Finds the browsers on this machine: each one's executable, or its driver's.
 *
 * CUSP_CHROMIUM, CUSP_FIREFOX and CUSP_WEBKIT_DRIVER name an executable that the PATH does not
 * show.
 *
 * @throws Error when such a variable names no executable
 */
export function findBrowsers(): ReadonlyMap<BrowserName, string> {
  const found = new Map<BrowserName, string>()
  for (const name of BROWSER_NAMES) {
    const executable = findExecutable(KINDS[name])
    if (executable !== undefined) found.set(name, executable)
  }
  return found
}

/** The command that installs a browser on Debian and its like. */
export function installCommand(name: BrowserName): string {
  return `apt-get install ${KINDS[name].packages}`
}

/**
 * Starts a browser with a fresh profile, which accepts any certificate and delivers reports without
 * delay.
 *
 * @throws Error when the browser is not on this machine, or does not start
 */
export async function launchBrowser(
  name: BrowserName,
  { firefoxPreferences = {} }: LaunchOptions = {},
): Promise<Browser> {
  const executable = findBrowsers().get(name)
  if (executable === undefined) {
    throw new Error(
      `Cannot launch ${name}: it is not on this machine, expected \`${installCommand(name)}\``,
    )
  }
  if (name === 'webkit') return launchWebKit(executable)
  return launchPuppet(name, { executable, firefoxPreferences })
}

function findExecutable({ variable, executables, helpers }: Kind): string | undefined {
  if (helpers.some((helper) => findOnPath(helper) === undefined)) return undefined
  const override = process.env[variable]
  if (override === undefined || override === '') {
    return executables.map(findOnPath).find((path) => path !== undefined)
  }
  if (!isExecutable(override)) {
    throw new Error(
      `Cannot use ${variable}: ${JSON.stringify(override)} is not executable, expected a browser's path`,
    )
  }
  return override
}

function findOnPath(executable: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, executable)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
