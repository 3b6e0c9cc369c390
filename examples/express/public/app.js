// @ts-check
/// <reference lib="dom" />
/** Tries what the page offers, one attempt after the other, and shows what came of it. */

import { ATTEMPTS } from './attempts.js'
import { describeOutcome, showOutcome } from './outcome.js'
import { followReports } from './report-list.js'
import { countViolations, waitForViolation } from './violations.js'

const { allowedOrigin, refusedOrigin, smuggled } = document.documentElement.dataset
const summary = find('#summary')
const runAllButton = find('#run-all')
const attempts = [...document.querySelectorAll('.attempt')].map(
  (element) => /** @type {HTMLElement} */ (element),
)

/** Attempts wait for each other, so that each knows which violation is its own. */
let queue = showLoaded()

for (const element of attempts) {
  element.querySelector('button')?.addEventListener('click', () => enqueue(() => run(element)))
}
runAllButton.addEventListener('click', () => {
  if (runAllButton.ariaDisabled === 'true') return
  // Not disabled for good: that would take the focus away.
  runAllButton.ariaDisabled = 'true'
  enqueue(runAll)
})
void followReports()

/** @param {() => Promise<void>} task to be done after those before it */
function enqueue(task) {
  queue = queue.then(task)
}

/** Tries everything, and counts. */
async function runAll() {
  for (const element of attempts) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if (ATTEMPTS.has(element.dataset['attempt'] ?? '')) await run(element)
  }
  runAllButton.ariaDisabled = 'false'
  const verdicts = attempts.map(({ dataset }) => dataset['verdict'])
  const [allowed, blocked, silent] = ['allowed', 'blocked', 'not sent'].map(
    (wanted) => verdicts.filter((verdict) => verdict === wanted).length,
  )
  const isAsExpected = attempts.every(
    ({ dataset }) => dataset['verdict'] === dataset['expect'] || dataset['verdict'] === 'not sent',
  )
  summary.textContent = [
    `Done: ${allowed} allowed, ${blocked} blocked`,
    silent === 0 ? '' : `, ${silent} not sent by this browser`,
    isAsExpected ? '. That is what the policy says.' : '. That is not what the policy says!',
  ].join('')
}

/**
 * Tries one thing.
 *
 * @param {HTMLElement} element its place on the page
 */
async function run(element) {
  const { attempt = '', expect, label } = element.dataset
  const { path = '/', run: start, silence } = ATTEMPTS.get(attempt) ?? {}
  if (start === undefined) return
  const url = new URL(path, expect === 'allowed' ? allowedOrigin : refusedOrigin)
  url.searchParams.set('id', Math.random().toString(36).slice(2, 8))
  const since = countViolations()
  /** @type {import('./outcome.js').Outcome} */
  let outcome
  try {
    outcome = { verdict: 'allowed', seen: await start(url) }
  } catch (error) {
    const violation = await waitForViolation(({ blockedURI }) => isAbout(blockedURI, url), since)
    // A name for what the browser threw, words for what the attempt itself says.
    const { name, message } = Object(error)
    const seen = `The script saw: ${name === 'Error' ? message : name}`
    if (violation !== undefined) outcome = { verdict: 'blocked', seen, violation }
    else if (silence !== undefined) outcome = { verdict: 'not sent', seen: silence }
    else outcome = { verdict: 'failed', seen }
  }
  showOutcome(element, outcome)
  summary.textContent = `${label}: ${describeOutcome(outcome)}.`
}

/**
 * Whether a violation is about what was tried. Some browsers add the port to the URL, some cut it
 * down to its origin or scheme.
 *
 * @param {string} blocked what the violation names
 * @param {URL} url what was tried
 * @returns {boolean} whether they are the same
 */
function isAbout(blocked, url) {
  const names = [String(url), String(url).replace('http', 'ws'), 'eval']
  return blocked.endsWith(url.search) || names.some((name) => name.startsWith(blocked))
}

/** Shows what became of the inline scripts when the page was read. */
async function showLoaded() {
  const violation = await waitForViolation(({ blockedURI }) => blockedURI === 'inline', 0)
  for (const element of attempts) {
    const { attempt } = element.dataset
    if (attempt === 'nonced') {
      showOutcome(element, { verdict: 'allowed', seen: 'It ran.' })
    }
    if (attempt === 'smuggled') {
      const verdict = smuggled === undefined ? 'blocked' : 'allowed'
      const seen = smuggled === undefined ? 'It did not run.' : 'It ran!'
      showOutcome(
        element,
        violation === undefined ? { verdict, seen } : { verdict, seen, violation },
      )
    }
  }
}

/**
 * @param {string} selector of an element that the page has
 * @returns {HTMLElement} that element
 */
function find(selector) {
  const element = document.querySelector(selector)
  if (element instanceof HTMLElement) return element
  throw new Error(`Cannot find ${selector} on the page`)
}
