/** Where the socket of hot reload may be, as sources of connect-src. */

import { isSourceExpression } from '@cusp/core'
import type { ResolvedConfig } from 'vite'

/** Where somebody has moved the socket to: Vite 7 has it in `hmr`, Vite 8 in `ws` as well. */
interface SocketOptions {
  readonly protocol?: string
  readonly host?: string
  readonly port?: number
  readonly clientPort?: number
}

/** The URLs that the client of the dev server tries, for a page of this host. */
export function socketsFor(
  host: string,
  { server }: Pick<ResolvedConfig, 'server'>,
): readonly string[] {
  const moved = { ...readOptions(server.hmr), ...readOptions(server.ws) }
  const page = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined
  const scheme = moved.protocol ?? (server.https === undefined ? 'ws' : 'wss')
  const name = moved.host ?? page?.hostname ?? 'localhost'
  const ports = [moved.clientPort ?? moved.port ?? page?.port ?? '', server.port]
  const urls = ports.flatMap((port) => {
    return [name, 'localhost'].map((each) => urlOf(scheme, { host: each, port }))
  })
  // No source names an address of IPv6.
  return [...new Set(urls.map((url) => (isSourceExpression(url) ? url : `${scheme}:`)))]
}

function readOptions(options: unknown): SocketOptions {
  return typeof options === 'object' && options !== null ? options : {}
}

function urlOf(
  scheme: string,
  { host, port }: { readonly host: string; readonly port: number | string },
): string {
  return port === '' ? `${scheme}://${host}` : `${scheme}://${host}:${port}`
}
