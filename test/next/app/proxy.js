import { readFileSync } from 'node:fs'
import { allowPage } from '@cusp/html'
import { csp, cspProxy, NONE, SELF, strict } from '@cusp/next'
import { CASES } from './policies.js'

/** The proxy of Next 16: hashes for the page that the build has rendered, nonces for the others. */
export const proxy = cspProxy(({ url }) => {
  const { pathname, searchParams } = new URL(url)
  if (pathname === '/prerendered' && searchParams.has('hashes')) return hashedPolicy()
  const number = searchParams.get('case')
  return number === null ? strict() : CASES[Number(number)].input
})

export const config = { matcher: ['/', '/prerendered'] }

/** The file is there once the application has been built. */
function hashedPolicy() {
  const html = readFileSync('.next/server/app/prerendered.html')
  return allowPage(csp().defaultSrc(SELF).objectSrc(NONE).baseUri(NONE), html)
}
