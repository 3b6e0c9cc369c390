/**
 * The six ways in which a script connects, each as a script for `page.evaluate` that resolves to
 * what the script sees.
 */

/** A case of the seed document, "CSP: connect-src", section "Violation cases". */
export type ConnectionName =
  | 'ping'
  | 'fetch'
  | 'XMLHttpRequest'
  | 'WebSocket'
  | 'EventSource'
  | 'sendBeacon'

export interface Connection {
  readonly name: ConnectionName
  /** The path of the fixture that answers it. */
  readonly path: string
  /** The body of an async function in which `url` is where to connect. */
  readonly script: string
  /** What the script sees when it reaches the fixture. */
  readonly reached: unknown
  /** What it sees when the policy stands in the way. */
  readonly refused: unknown
}

export const CONNECTIONS: readonly Connection[] = [
  {
    name: 'ping',
    path: '/beacon',
    script: `
      const link = Object.assign(document.createElement('a'), { href: '#', ping: url })
      document.body.append(link)
      link.click()
      return 'silent'`,
    reached: 'silent',
    refused: 'silent',
  },
  {
    name: 'fetch',
    path: '/json',
    script: `return fetch(url).then((response) => response.json(), ({ name }) => name)`,
    reached: { answer: 42 },
    refused: 'TypeError',
  },
  {
    name: 'XMLHttpRequest',
    path: '/json',
    script: `
      const request = new XMLHttpRequest()
      const ended = new Promise((resolve) => {
        request.onload = () => resolve(JSON.parse(request.responseText))
        request.onerror = () => resolve(['error', request.status])
      })
      try {
        request.open('GET', url)
        request.send()
      } catch ({ name }) {
        return name
      }
      return ended`,
    reached: { answer: 42 },
    refused: ['error', 0],
  },
  {
    name: 'WebSocket',
    path: '/socket',
    script: `
      let socket
      try {
        socket = new WebSocket(url)
      } catch ({ name }) {
        return name
      }
      const seen = await new Promise((resolve) => {
        socket.onmessage = ({ data }) => resolve(data)
        socket.onerror = () => resolve('error')
      })
      socket.close()
      return seen`,
    reached: 'hello',
    refused: 'error',
  },
  {
    name: 'EventSource',
    path: '/events',
    script: `
      let source
      try {
        source = new EventSource(url)
      } catch ({ name }) {
        return name
      }
      const seen = await new Promise((resolve) => {
        source.onmessage = ({ data }) => resolve(data)
        source.onerror = () => resolve(['error', source.readyState])
      })
      source.close()
      return seen`,
    reached: 'hello',
    refused: ['error', 2],
  },
  {
    name: 'sendBeacon',
    path: '/beacon',
    script: `
      try {
        return navigator.sendBeacon(url, 'seen')
      } catch ({ name }) {
        return name
      }`,
    reached: true,
    refused: true,
  },
]

/** The URL of a connection's fixture: a WebSocket's has a scheme of its own. */
export function urlOf(connection: Connection, origin: string): string {
  const url = new URL(connection.path, origin).href
  return connection.name === 'WebSocket' ? url.replace(/^http/, 'ws') : url
}

/** A connection as a script for `page.evaluate`. */
export function connectTo({ script }: Connection, url: string): string {
  return `const url = ${JSON.stringify(url)}\n${script}`
}
