/** The hosts of the site's pages. */

import type { CspError } from '@cusp/core'
import { asciiLowerCase, refusal, show } from '@cusp/core/internal'
import { hostAndPortOf, hostOf, isBelow } from '../url/url-text.ts'

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
  if (!Array.isArray(hosts)) {
    throw refuse(hosts, `hosts is ${show(hosts)}, which is not a list`, '["shop.example"]')
  }
  const exact = new Set<string>()
  const parents = new Set<string>()
  for (const host of hosts) {
    const name = typeof host === 'string' ? asciiLowerCase(host) : ''
    if (!HOST.test(name)) throw refuse(host, `${show(host)} in hosts is not a host`, fixOf(host))
    if (name.startsWith('*.')) parents.add(name.slice(2))
    else exact.add(name)
  }
  return (page) => {
    const host = hostOf(page)
    if (exact.has(host)) return true
    const withPort = hostAndPortOf(page)
    return (
      exact.has(host) || exact.has(withPort) || isBelow(host, parents) || isBelow(withPort, parents)
    )
  }
}

/** The host of a URL that is given in place of one, as browsers write it. */
function fixOf(host: unknown): string {
  const url = typeof host === 'string' && !host.includes('://') ? `https://${host}` : host
  const meant = URL.canParse(String(url)) ? new URL(String(url)).host : ''
  return show(HOST.test(meant) ? meant : 'shop.example')
}

function refuse(value: unknown, problem: string, fix: string): CspError {
  return refusal('ERR_CSP_INPUT', { action: 'classify', problem, fix, value })
}
