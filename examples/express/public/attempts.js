// @ts-check
/// <reference lib="dom" />
/**
 * What scripts try. An attempt resolves to what it saw of the network, and rejects with what it saw
 * of the failure.
 */

/** @typedef {(url: URL) => Promise<string>} Attempt */

const PATIENCE = 3000

/**
 * The attempts by name, each with its path on the other origin, and why a browser may do nothing at
 * all.
 *
 * @type {ReadonlyMap<string, { readonly path: string, readonly run: Attempt, readonly silence?:
 *   string }>}
 */
export const ATTEMPTS = new Map([
  ['fetch', { path: '/data', run: tryFetch }],
  ['xhr', { path: '/data', run: tryXHR }],
  ['websocket', { path: '/socket', run: tryWebSocket }],
  ['eventsource', { path: '/events', run: tryEventSource }],
  ['beacon', { path: '/beacon', run: tryBeacon }],
  ['ping', { path: '/ping', run: tryPing, silence: 'This browser sends no pings.' }],
  ['eval', { path: '/', run: tryEval }],
])

/** @type {Attempt} */
async function tryFetch(url) {
  const response = await fetch(url)
  return `${response.status} ${await response.text()}`
}

/** @type {Attempt} */
function tryXHR(url) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.addEventListener('load', () => resolve(`${xhr.status} ${xhr.responseText}`))
    xhr.addEventListener('error', () => reject(new Error('an error event')))
    xhr.open('GET', url)
    xhr.send()
  })
}

/** @type {Attempt} */
function tryWebSocket(url) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(String(url).replace('http', 'ws'))
    socket.addEventListener('message', ({ data }) => {
      socket.close()
      resolve(`open, "${data}"`)
    })
    socket.addEventListener('error', () => reject(new Error('an error event')))
  })
}

/** @type {Attempt} */
function tryEventSource(url) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(url)
    source.addEventListener('message', ({ data }) => {
      source.close()
      resolve(`open, "${data}"`)
    })
    source.addEventListener('error', () => {
      source.close()
      reject(new Error('an error event'))
    })
  })
}

/** @type {Attempt} */
function tryBeacon(url) {
  const isQueued = navigator.sendBeacon(url, 'hello')
  return askForArrival(url, `the return value ${isQueued}`)
}

/**
 * A click on a link sends its ping, a script's click too. The link itself leads nowhere. @type
 * {Attempt}
 */
function tryPing(url) {
  const link = document.createElement('a')
  link.href = '#'
  link.ping = String(url)
  document.body.append(link)
  link.click()
  link.remove()
  return askForArrival(url, 'nothing: pings are silent')
}

/** @type {Attempt} */
async function tryEval() {
  // oxlint-disable-next-line no-eval -- what is tried here
  return String(globalThis.eval('6 * 7'))
}

/**
 * The page never sees the answer to a ping or a beacon: the origin that got it tells.
 *
 * @param {URL} url where it went
 * @param {string} failure what to reject with when it did not arrive
 * @returns {Promise<string>} what arrived
 */
async function askForArrival(url, failure) {
  const { allowedOrigin } = document.documentElement.dataset
  const deadline = performance.now() + (url.origin === allowedOrigin ? PATIENCE : 0)
  while (performance.now() < deadline) {
    // oxlint-disable-next-line no-await-in-loop -- asks again
    const response = await fetch(new URL(`/arrivals/${url.searchParams.get('id')}`, url))
    /** @type {unknown} */
    // oxlint-disable-next-line no-await-in-loop -- asks again
    const arrival = await response.json()
    if (typeof arrival === 'string') return arrival
    // oxlint-disable-next-line no-await-in-loop -- and not too often
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(failure)
}
