/** The words in which a test drives a browser, whichever of the three it is. */

import { DEADLINE, poll } from './deadline.ts'

export type BrowserName = 'chromium' | 'firefox' | 'webkit'

/** A running browser with a profile of its own. */
export interface Browser {
  readonly name: BrowserName
  /** The browser's own version, such as `153.7.0`. */
  readonly version: string
  /**
   * Opens a page in a new window and waits for its load event. In Chromium and Firefox each page
   * has cookies and storage of its own; the pages of one WebKit share them.
   */
  open(url: string): Promise<Page>
  /** Ends the browser, its helpers and its profile. */
  close(): Promise<void>
}

/** One window. */
export interface Page {
  /** Navigates and waits for the load event. */
  goto(url: string): Promise<void>
  /**
   * Runs an expression, or the body of an async function, in the page's own world and returns its
   * result through JSON (undefined becomes undefined). The page's policy does not stop the script
   * itself, yet does apply to what the script does: `eval`, inline elements and fetches in it are
   * blocked and reported as the page's own are.
   *
   * @throws Error with the page's error in its message
   * @example await page.evaluate<string>('document.title') await page.evaluate<number>(`const
   *   response = await fetch('/json'); return response.status`)
   */
  evaluate<T>(script: string): Promise<T>
  /**
   * Clicks the middle of the first match of a selector, as a person does: the page sees a user's
   * gesture.
   */
  click(selector: string): Promise<void>
  /** What the window shows, as a PNG. */
  screenshot(): Promise<Buffer>
  /** Sets the size of the window's content, in CSS pixels. */
  setViewport(size: Viewport): Promise<void>
  close(): Promise<void>
}

export interface Viewport {
  readonly width: number
  readonly height: number
}

/**
 * Evaluates a script again and again until its result is truthy, and returns that; an evaluation
 * that fails, as one does in the middle of a navigation, counts as not yet.
 *
 * @param deadline milliseconds from now
 * @throws Error after the deadline, naming the last result
 */
export async function until<T>(
  page: Page,
  script: string,
  deadline: number = DEADLINE,
): Promise<NonNullable<T>> {
  return poll(() => page.evaluate<T>(script), { what: script, deadline })
}
