import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { policyOfPage, render } from './build.js'
import { createStaticServer } from './server.js'

let server: Server
let url: string

beforeAll(async () => {
  server = createStaticServer(await render()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://localhost:${(server.address() as AddressInfo).port}/`
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

it('carries in the meta tag what a meta tag can', async () => {
  const text = await (await fetch(url)).text()
  expect(text).toContain(
    `<head>
    <meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src '${hashIn(text, 'script')}'; style-src '${hashIn(text, 'style')}'; object-src 'none'; base-uri 'none'; form-action 'none'; report-to csp">`,
  )
})

it('carries in the header the rest, and the endpoint', async () => {
  const { headers } = await fetch(url)
  expect(headers.get('content-security-policy')).toBe(
    "frame-ancestors 'none'; report-uri /csp-reports",
  )
  expect(headers.get('reporting-endpoints')).toBe('csp="/csp-reports"')
})

it('has an inline script whose hash is not in the policy', async () => {
  const text = await (await fetch(url)).text()
  const scripts = [...text.matchAll(/<script>/g)]
  expect(scripts).toHaveLength(2)
})

it('could not have put the whole policy into the tag', async () => {
  const policy = await policyOfPage()
  expect(() => policy.toMeta()).toThrow(/frame-ancestors.* report-uri/)
})

it.each([
  ['POST', 'csp-reports', 204],
  ['HEAD', '', 200],
  ['GET', 'elsewhere', 404],
  ['POST', '', 404],
])('answers %s /%s with %d', async (method, path, status) => {
  expect((await fetch(url + path, { method })).status).toBe(status)
})

/** The hash of the first inline element of a kind, as a browser computes it. */
function hashIn(text: string, element: 'script' | 'style'): string {
  const [, content = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(text) ?? []
  return `sha256-${createHash('sha256').update(content).digest('base64')}`
}
