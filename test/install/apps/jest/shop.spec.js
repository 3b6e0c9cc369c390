'use strict'

const { CspError, csp } = require('@cusp/core')
const { cspMatchers } = require('@cusp/engine/testing')
const request = require('supertest')
const { shop } = require('./shop.js')

expect.extend(cspMatchers)

const options = { self: 'https://shop.example' }

test('a page runs the script with its nonce, and no other', async () => {
  const response = await request(shop).get('/')
  const [, nonce] = /nonce="([\w-]{22,})"/.exec(response.text)
  expect(response).toAllow({ type: 'inline', inline: 'script', nonce }, options)
  expect(response).toBlock({ type: 'inline', inline: 'script' }, options)
  expect(response).toAllow({ type: 'request', url: '/api' }, options)
})

test('a policy of its own for each tenant', async () => {
  const response = await request(shop).get('/tenants/one')
  expect(response.status).toBe(200)
  expect(response).toAllow({ type: 'request', url: 'https://one.example/' }, options)
  expect(response).toBlock({ type: 'request', url: 'https://two.example/' }, options)
})

test('an error keeps the policy', async () => {
  const response = await request(shop).get('/wrong')
  expect(response.status).toBe(500)
  expect(response.body).toEqual({ code: 'ERR_CSP_CHARACTER' })
  expect(response).toBlock({ type: 'eval' }, options)
})

test('a mistake is a CspError', () => {
  expect(() => csp().imgSrc('self')).toThrow(CspError)
})
