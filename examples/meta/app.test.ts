/** Both servers, asked with supertest: what the tag and the header allow together. */

import { cspMatchers } from '@cusp/engine/testing'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { app as express } from './express.js'
import { app as koa } from './koa.js'
import { TILES } from './page.js'

expect.extend(cspMatchers)

const SELF = 'https://shop.example'
const image = { type: 'request', url: `${TILES}/1.png`, destination: 'image' } as const
const foreign = {
  type: 'request',
  url: 'https://evil.example/1.js',
  destination: 'script',
} as const
const framed = { type: 'frame-ancestors', ancestors: ['https://evil.example'] } as const

describe.each([
  ['Express', express],
  ['Koa', koa],
])('%s', (_name, app) => {
  it('has the policy of the page in its tag, with the nonce of its scripts', async () => {
    const { text } = await request(app).get('/')
    const [, nonce = ''] = /<script nonce="([^"]+)"/.exec(text) ?? []
    const inline = { type: 'inline', inline: 'script', source: 'start()' } as const
    expect(text).toAllow({ ...inline, nonce }, { self: SELF })
    expect(text).toBlock(inline, { self: SELF })
    expect(text).toBlock(foreign, { self: SELF })
  })

  it('has the rest in the header', async () => {
    const response = await request(app).get('/')
    expect(response).toBlock(framed, { self: SELF })
    expect(response).toAllow(foreign, { self: SELF })
    expect(response.headers['reporting-endpoints']).toBe('csp="/csp-reports"')
  })

  it('allows the map its images, and the front page none', async () => {
    const [map, front] = await Promise.all([request(app).get('/map'), request(app).get('/')])
    expect(map.text).toAllow(image, { self: SELF })
    expect(front.text).toBlock(image, { self: SELF })
  })

  it('has everything in the header where there is no page', async () => {
    const response = await request(app).get('/health')
    expect(response).toBlock(framed, { self: SELF })
    expect(response).toBlock(foreign, { self: SELF })
  })

  it('has a new nonce each time', async () => {
    const [one, other] = await Promise.all([request(app).get('/'), request(app).get('/')])
    expect(one.text).not.toBe(other.text)
  })
})
