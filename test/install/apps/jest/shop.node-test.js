'use strict'

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { CspError, csp } = require('@cusp/core')
const { assertAllows, assertBlocks } = require('@cusp/engine/testing')
const request = require('supertest')
const { shop } = require('./shop.js')

const options = { self: 'https://shop.example' }

test('a page runs the script with its nonce, and no other', async () => {
  const response = await request(shop).get('/')
  const [, nonce] = /nonce="([\w-]{22,})"/.exec(response.text)
  assertAllows(response, { type: 'inline', inline: 'script', nonce }, options)
  assertBlocks(response, { type: 'inline', inline: 'script' }, options)
})

test('a mistake is a CspError', () => {
  assert.throws(() => csp().imgSrc('self'), CspError)
})
