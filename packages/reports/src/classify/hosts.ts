/** The hosts of the site's pages. */

import { CspError } from '@cusp/core'
import { asciiLowerCase, show } from '@cusp/core/internal'
import { hostAndPortOf, hostOf } from '../url/url-text.ts'
import { isBelow } from './own-sources.ts'

/** Whether a page is one of the site's. */
export type IsOurs = (page: string) => boolean

// host / "*." host, with ":" and digits where only one port is meant
const HOST = /^(?:\*\.)?(?:[a-z0-9_-][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/

/**
 * Reads the hosts. One without a port stands for every port, `*.` for every name below.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a host
 */
export function readHosts(hosts: readonly string[]): IsOurs {
  if (!Array.isArray(hosts)) throw refuse(hosts, '["shop.example"]')
  const exact = new Set<string>()
  const parents = new Set<string>()
  for (const host of hosts) {
    const name = typeof host === 'string' ? asciiLowerCase(host) : ''
    if (!HOST.test(name)) throw refuse(host, fixOf(host))
    if (name.startsWith('*.')) parents.add(name.slice(2))
    else exact.add(name)
  }
  return (page) => {
    const host = hostOf(page)
    const withPort = hostAndPortOf(page)
    return exact.has(host) || exact.has(withPort) || isBelow(host, parents) || isBelow(withPort, parents)
  }
}

function fixOf(host: unknown): string {
  const meant = typeof host === 'string' && host.includes('://') ? hostAndPortOf(host) : ''
  return show(meant === '' ? 'shop.example' : meant)
}

function refuse(value: unknown, fix: string): CspError {
  const message = `Cannot classify: ${show(value)} in hosts is not a host. Use ${fix} instead.`
  return new CspError('ERR_CSP_INPUT', message, { value })
}
