'use strict'

const { csp, NONCE, SELF } = require('@cusp/core')
const { strict } = require('@cusp/core/presets')
const { cspMiddleware } = require('@cusp/express')
const express = require('express')
const { readFile } = require('node:fs/promises')
const path = require('node:path')

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE)

/** A promise of Node, which in Jest is not one of the `Promise` that modules see. */
function findPolicy({ params: { id } }) {
  return readFile(path.join(__dirname, 'package.json')).then(() => {
    return strict().connectSrc(SELF, `https://${id}.example`)
  })
}

const shop = express()
shop.use(cspMiddleware(policy))
shop.use('/tenants/:id', cspMiddleware(findPolicy))
shop.get(['/', '/tenants/:id'], (req, res) => {
  res.send(`<script nonce="${res.locals.cspNonce}">start()</script>`)
})
shop.get('/wrong', (req, res) => {
  res.locals.csp.allow('img-src', 'a b')
  res.send('not reached')
})
shop.use((error, req, res, next) => {
  if (res.headersSent) next(error)
  else res.status(500).json({ code: error.code })
})

module.exports = { shop }
