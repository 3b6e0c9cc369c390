import { CspError, csp } from '@cusp/core'
import { cspMatchers } from '@cusp/engine/testing'
import request from 'supertest'
import { policy, shop } from './shop'

expect.extend(cspMatchers)

const options = { self: 'https://shop.example' }

test('a page runs the script with its nonce, and no other', async () => {
  const response = await request(shop).get('/')
  const [, nonce = ''] = /nonce="([\w-]{22,})"/.exec(response.text) ?? []
  expect(response).toAllow({ type: 'inline', inline: 'script', nonce }, options)
  expect(response).toBlock({ type: 'inline', inline: 'script' }, options)
})

test('the policy itself', () => {
  expect(policy).toAllow({ type: 'request', url: 'https://shop.example/api' }, options)
  // @ts-expect-error -- the compiler knows the names of checks
  expect(() => expect(policy).toBlock({ type: 'evaluate' }, options)).toThrow('evaluate')
})

test('a mistake is a CspError', () => {
  const host: string = 'self'
  expect(() => csp().imgSrc(host)).toThrow(CspError)
})
