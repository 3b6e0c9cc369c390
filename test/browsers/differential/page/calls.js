// @ts-check
/// <reference lib="dom" />
/**
 * What a script can ask for without an element, each in the realm of the document that is watched.
 */

import { blobURL } from './elements.js'

/**
 * @typedef {import('../probe.ts').Task} Task
 * @typedef {Window & typeof globalThis} Realm
 * @typedef {(realm: Realm, task: Task) => string | Promise<string>} Call
 */

/** The smallest module: its magic number and its version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/**
 * Each call by its name. It resolves to a word for how it ended.
 *
 * @type {ReadonlyMap<string, Call>}
 */
export const calls = new Map(
  /** @type {[string, Call][]} */ ([
    ['fetch', (realm, task) => realm.fetch(addressOf(realm, task)).then(...outcomes)],
    ['xhr', sendXHR],
    ['websocket', (realm, task) => listen(() => new realm.WebSocket(addressOf(realm, task)))],
    ['eventsource', (realm, task) => listen(() => new realm.EventSource(addressOf(realm, task)))],
    ['beacon', (realm, task) => String(realm.navigator.sendBeacon(addressOf(realm, task), 'x'))],
    ['font', loadFont],
    ['worker', (realm, task) => listen(() => new realm.Worker(addressOf(realm, task)))],
    [
      'sharedworker',
      (realm, task) => listen(() => new realm.SharedWorker(addressOf(realm, task)).port),
    ],
    ['eval', (realm, { id }) => later(() => realm.setTimeout(realm.eval, 0, `ran("${id}")`))],
    ['setTimeout', (realm, { id }) => later(() => realm.setTimeout(`ran("${id}")`))],
    ['wasm', instantiate],
  ]),
)

/** @type {[() => string, () => string]} */
const outcomes = [() => 'load', () => 'error']

/**
 * @param {Realm} realm
 * @param {Task} task
 */
function addressOf(realm, { url = '', blob }) {
  return url === 'blob:' ? blobURL(realm, blob) : url
}

/** @type {Call} */
function sendXHR(realm, task) {
  return new Promise((resolve) => {
    const request = new realm.XMLHttpRequest()
    request.onload = () => resolve('load')
    request.onerror = () => resolve('error')
    try {
      request.open('GET', addressOf(realm, task))
      request.send()
    } catch {
      resolve('error')
    }
  })
}

/** @type {Call} */
function loadFont(realm, task) {
  const face = new realm.FontFace(task.id, `url("${addressOf(realm, task)}")`)
  return face.load().then(...outcomes)
}

/**
 * Waits for the first event of a connection or worker.
 *
 * @param {() => EventTarget} open
 * @returns {Promise<string>}
 */
function listen(open) {
  return new Promise((resolve) => {
    try {
      const target = open()
      for (const type of ['open', 'message', 'error'])
        target.addEventListener(type, () => resolve(type))
      if ('start' in target) /** @type {MessagePort} */ (target).start()
      setTimeout(() => close(target), 4000)
    } catch {
      resolve('error')
    }
  })
}

/** @param {EventTarget} target */
function close(target) {
  if ('terminate' in target) /** @type {Worker} */ (target).terminate()
  if ('close' in target) /** @type {WebSocket} */ (target).close()
}

/**
 * Runs what tells by a call of `ran`, or not at all.
 *
 * @param {() => unknown} run
 * @returns {Promise<string>}
 */
function later(run) {
  run()
  return new Promise(() => {})
}

/**
 * Compiles and instantiates: WebKit's policy stands between the two, the others' before.
 *
 * @type {Call}
 */
function instantiate(realm) {
  const assembly = Reflect.get(realm, 'WebAssembly')
  return assembly.instantiate(EMPTY_MODULE).then(
    () => 'returned',
    () => 'error',
  )
}
