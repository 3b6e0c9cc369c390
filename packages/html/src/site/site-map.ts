/** The headers of each page of a static site, as configuration of the server in front of it. */

import type { Policy } from '@cusp/core'
import { deliver } from '@cusp/core'
import { apacheConfig, caddyConfig, nginxConfig } from '@cusp/core/servers'

/** What a map of a site is written in, piece by piece: a site may have many pages. */
export interface SiteMap {
  /** What stands before all pages. */
  readonly head: string
  /** One page; `index` counts from 0. */
  page(path: string, entry: { readonly policy: Policy; readonly index: number }): string
  /** What stands behind all pages. */
  readonly foot: string
}

/** The names of the formats. */
export type MapFormat = 'apache' | 'caddy' | 'headers' | 'json' | 'nginx' | 'vercel'

/**
 * Each format: a list of `_headers`, blocks of a server's configuration, or JSON.
 *
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { SITE_MAPS } from '@cusp/html/site'
 *
 * const policy = csp().defaultSrc(SELF)
 * SITE_MAPS.headers.page('/404.html', { policy, index: 0 }).split('\n')[0] // => /404
 * ```
 */
export const SITE_MAPS: Readonly<Record<MapFormat, SiteMap>> = {
  json: {
    head: '{\n',
    page: (path, { policy, index }) => {
      const headers = Object.fromEntries(deliver(policy).headers())
      return `${separate(index)}  ${JSON.stringify(path)}: ${JSON.stringify(headers)}`
    },
    foot: '\n}\n',
  },
  headers: {
    head: '',
    page: (path, { policy }) => {
      const lines = deliver(policy)
        .headers()
        .map(([name, value]) => `  ${name}: ${value}\n`)
      return prettyPaths(path)
        .map((url) => `${encodeURI(url)}\n${lines.join('')}`)
        .join('')
    },
    foot: '',
  },
  vercel: {
    head: '{\n  "headers": [\n',
    page: (path, { policy, index }) => {
      const headers = deliver(policy)
        .headers()
        .map(([key, value]) => ({ key, value }))
      return prettyPaths(path)
        .map((url, at) => {
          // A source is a pattern of path-to-regexp.
          const source = encodeURI(url).replaceAll(/[()*+:?\\{}]/g, String.raw`\$&`)
          return `${separate(index + at)}    ${JSON.stringify({ source, headers })}`
        })
        .join('')
    },
    foot: '\n  ]\n}\n',
  },
  nginx: {
    head: '',
    page: (path, { policy }) => `location = ${quote(path)} {\n${indent(nginxConfig(policy))}}\n`,
    foot: '',
  },
  apache: {
    head: '',
    page: (path, { policy }) =>
      `<LocationMatch "^${path.replaceAll(/[^\w/-]/g, escapeForApache)}$">\n${indent(apacheConfig(policy))}</LocationMatch>\n`,
    foot: '',
  },
  caddy: {
    head: '',
    page: (path, { policy, index }) => {
      const name = `@page${index + 1}`
      const block = caddyConfig(policy)
        .replace('header {', `header ${name} {`)
        .replaceAll('\t', '  ')
      const pattern = indexPaths(path).map(escapeForCaddy).join('|')
      return `${name} path_regexp "^(?:${pattern})$"\n${block}`
    },
    foot: '',
  },
}

/** The paths that a server answers with this file: of an index, the folder's too. */
function indexPaths(path: string): readonly string[] {
  const folder = /^(.*\/)index\.html?$/i.exec(path)?.[1]
  return folder === undefined ? [path] : [folder, path]
}

/** Hosts of static sites leave the ending out as well. */
function prettyPaths(path: string): readonly string[] {
  const paths = indexPaths(path)
  return paths.length > 1 ? paths : [path.replace(/\.html?$/i, ''), path]
}

function separate(index: number): string {
  return index === 0 ? '' : ',\n'
}

function indent(block: string): string {
  return block.replaceAll(/^(?=.)/gm, '  ')
}

function quote(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** Code points: a brace begins a placeholder, and a pattern has no other word for it. */
function escapeForCaddy(path: string): string {
  return path.replaceAll(/[^\w/\u0080-\uffff-]/g, (letter) => {
    return String.raw`\x` + letter.charCodeAt(0).toString(16).padStart(2, '0')
  })
}

/** In brackets a letter is itself; three are not, even there. */
function escapeForApache(letter: string): string {
  if (letter === '"') return String.raw`\x22`
  if (letter === '\\') return String.raw`\x5c`
  if (letter === '^') return String.raw`\x5e`
  return letter > '\x7f' ? letter : `[${letter}]`
}
