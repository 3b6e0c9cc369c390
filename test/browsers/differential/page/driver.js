// @ts-check
/// <reference lib="dom" />
/**
 * Runs generated documents in frames of a page without a policy, which reaches into them: so a
 * document needs no script of its own to be watched, and any policy may stand on it.
 */

import { calls } from './calls.js'
import { insert } from './elements.js'

/** Milliseconds after which an expected violation is given up. */
const GRACE = 1200

/**
 * @typedef {import('../probe.ts').Task & { readonly expected: number, readonly isBlocked: boolean,
 *   readonly patience: number }} Task
 * @typedef {{ readonly id: string, readonly tasks: readonly Task[] }} Work
 * @typedef {import('../observation.ts').SeenViolation} Seen
 * @typedef {import('../observation.ts').Observation} Observation
 * @typedef {Window & typeof globalThis} Realm
 */

Reflect.set(globalThis, 'differential', { run })

/**
 * @param {readonly Work[]} works
 * @returns {Promise<readonly (readonly Observation[])[]>} what was observed of each task of each
 *   document
 */
async function run(works) {
  const observations = []
  // oxlint-disable-next-line no-await-in-loop -- one document at a time has the browser's attention
  for (const work of works) observations.push(await runDocument(work))
  return observations
}

/** @param {Work} work */
async function runDocument({ id, tasks }) {
  const frame = document.createElement('iframe')
  frame.src = `/document/${id}`
  document.body.append(frame)
  const realm = await enter(frame)
  const watch = watchDocument(realm)
  /** @type {Observation[]} */
  const observations = []
  /** @param {boolean} isIdle */
  const observeAll = async (isIdle) => {
    for (const [index, task] of tasks.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- events are told apart by their order
      if (task.needsIdle === isIdle)
        observations.push(await observe(task, { id, index, realm, watch }))
    }
  }
  await observeAll(false)
  await fetch(`/end/${id}`)
  await until(() => realm.document.readyState === 'complete', 2000)
  await observeAll(true)
  await breathe()
  await watch.flush()
  const late = watch.take()
  frame.remove()
  if (late.length > 0)
    observations.push({ document: id, id: 'late', sign: 'late', effect: null, events: late })
  return observations
}

/**
 * Waits until the frame's own document has begun; the server holds back the rest of it.
 *
 * @param {HTMLIFrameElement} frame
 * @returns {Promise<Realm>}
 */
async function enter(frame) {
  const hasBegun = () => (frame.contentDocument?.querySelector('meta[name=ready]') ?? null) !== null
  await until(hasBegun, 15_000)
  if (!hasBegun()) throw new Error(`Cannot enter ${frame.src}: it has not begun within 15 s`)
  return /** @type {Realm} */ (frame.contentWindow)
}

/**
 * @param {Task} task
 * @param {{ id: string, index: number, realm: Realm, watch: ReturnType<typeof watchDocument> }}
 *   place
 * @returns {Promise<Observation>}
 */
async function observe(task, { id, index, realm, watch }) {
  const signs = [watch.signOf(task.id), pause(task.patience, 'silence')]
  // What is only reported gives another sign besides.
  if (task.isBlocked) signs.push(watch.violated(task.expected))
  if (task.insertion === 'markup') await fetch(`/chunk/${id}/${index}`)
  const called = perform(task, realm).catch(() => 'threw')
  const sign = await Promise.race(task.effect === 'returned' ? [called] : [...signs, called])
  if (task.expected > 0) await Promise.race([watch.violated(task.expected), pause(GRACE, '')])
  if (task.isSlow) await breathe()
  await watch.flush()
  const effect = effectOf(task, { realm, watch, sign })
  cleanUp(task, realm)
  return {
    document: id,
    id: task.id,
    sign,
    effect,
    events: watch.take(),
  }
}

/**
 * @param {Task} task
 * @param {Realm} realm
 * @returns {Promise<string>} resolves only where the task itself tells when it has ended
 */
async function perform(task, realm) {
  const never = new Promise(() => {})
  if (task.insertion === 'call') {
    const call = calls.get(task.call ?? '')
    if (call === undefined) throw new Error(`Cannot call ${task.call}: expected a known name`)
    return call(realm, task)
  }
  if (task.insertion === 'script') insert(task, realm)
  else await until(() => realm.document.getElementById(task.id) !== null, task.patience)
  const element = realm.document.getElementById(task.id)
  if (task.act === 'click') /** @type {HTMLElement} */ (element).click()
  if (task.act === 'submit') return submit(/** @type {HTMLFormElement} */ (element))
  if (task.effect === 'root-styled' || task.effect === 'styled' || task.effect === 'based')
    return 'standing'
  return never
}

/**
 * Submits into a frame of this page, which no policy governs, so that form-action alone decides.
 *
 * @param {HTMLFormElement} form
 * @returns {Promise<string>}
 */
async function submit(form) {
  const sink = document.createElement('iframe')
  sink.name = `sink-${form.id}-${Math.random()}`
  document.body.append(sink)
  form.target = sink.name
  const loaded = new Promise((resolve) => {
    sink.onload = () => resolve('load')
  })
  form.submit()
  setTimeout(() => sink.remove(), 10_000)
  return loaded
}

/**
 * @param {Task} task
 * @param {{ realm: Realm, watch: ReturnType<typeof watchDocument>, sign: string }} seen
 * @returns {boolean | null}
 */
function effectOf({ id, effect, url }, { realm, watch, sign }) {
  const { document: own } = realm
  const styleOf = (/** @type {Element | null} */ element) =>
    element !== null && realm.getComputedStyle(element).getPropertyValue(`--${id}`).trim() === 'yes'
  switch (effect) {
    case 'ran':
      return watch.ran.has(id)
    case 'returned':
      return sign === 'returned'
    case 'root-styled':
      return styleOf(own.documentElement)
    case 'styled':
      return styleOf(own.getElementById(id))
    case 'based':
      return own.baseURI === new URL(url ?? '').href
    default:
      return null
  }
}

const LOADED_AGAIN = new Set(['embed', 'iframe', 'object'])

/**
 * Takes away what browsers load, and report, once more when the page around it changes.
 *
 * @param {Task} task
 * @param {Realm} realm
 */
function cleanUp({ id, effect, element }, realm) {
  if (effect === 'based' || LOADED_AGAIN.has(element?.tag ?? ''))
    realm.document.getElementById(id)?.remove()
}

/**
 * Listens to a document from its first byte on.
 *
 * @param {Realm} realm
 */
function watchDocument(realm) {
  /** @type {Seen[]} */
  let events = []
  /** @type {Map<string, (sign: string) => void>} */
  const waiting = new Map()
  /** @type {Set<string>} */
  const ran = new Set()
  /** @type {Set<() => void>} */
  const onViolation = new Set()
  let sentinels = 0
  let sentinelsSeen = 0

  realm.addEventListener('securitypolicyviolation', (event) => {
    const { disposition, effectiveDirective, blockedURI, originalPolicy } = event
    if (effectiveDirective === 'trusted-types') sentinelsSeen += 1
    else events.push({ disposition, effectiveDirective, blockedURI, originalPolicy })
    for (const listener of onViolation) listener()
  })
  for (const type of ['load', 'error', 'loadedmetadata', 'loadeddata']) {
    realm.document.addEventListener(
      type,
      ({ target }) => {
        if (target instanceof realm.Element) waiting.get(target.id)?.(type)
      },
      true,
    )
  }
  Reflect.set(realm, 'ran', (/** @type {string} */ id) => {
    ran.add(id)
    waiting.get(id)?.('ran')
  })

  /**
   * @param {() => boolean} isDone
   * @returns {Promise<string>}
   */
  const when = (isDone) =>
    new Promise((resolve) => {
      const listener = () => {
        if (!isDone()) return
        onViolation.delete(listener)
        resolve('violation')
      }
      onViolation.add(listener)
      listener()
    })

  return {
    ran,
    /**
     * @param {string} id
     * @returns {Promise<string>} the first thing that happens to an element, or its code's call
     */
    signOf: (id) => new Promise((resolve) => waiting.set(id, resolve)),
    /** @param {number} count how many distinct violations are expected; none never come */
    violated: (count) =>
      count === 0 ? new Promise(() => {}) : when(() => countDistinct(events) >= count),
    /**
     * Waits for the event of one more violation, which the report-only policy that every document
     * has is sure to see.
     */
    async flush() {
      sentinels += 1
      try {
        Reflect.get(realm, 'trustedTypes').createPolicy(`sentinel-${sentinels}`, {})
      } catch {}
      await Promise.race([when(() => sentinelsSeen >= sentinels), pause(5000, '')])
    },
    take() {
      const taken = events
      events = []
      return taken
    },
  }
}

/** @param {readonly Seen[]} events */
function countDistinct(events) {
  return new Set(
    events.map(({ disposition, effectiveDirective, originalPolicy }) =>
      [disposition, effectiveDirective, originalPolicy].join(' '),
    ),
  ).size
}

/** Lets the browser's other processes have their say: twice there and back. */
async function breathe() {
  await fetch('/settle')
  await pause(20, '')
  await fetch('/settle')
}

/**
 * @param {() => boolean} isDone
 * @param {number} patience milliseconds
 */
async function until(isDone, patience) {
  const end = performance.now() + patience
  while (!isDone() && performance.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- looks again
    await pause(1, '')
  }
}

/**
 * @param {number} milliseconds
 * @param {string} value
 * @returns {Promise<string>}
 */
function pause(milliseconds, value) {
  return new Promise((resolve) => {
    setTimeout(() => resolve(value), milliseconds)
  })
}
