// @ts-check
/**
 * The nonce as helmet's documentation makes it: one middleware, and one directive function that
 * reads it.
 */

import { randomBytes } from 'node:crypto'

/** @typedef {import('express').Response} Response */

/**
 * Makes the nonce of a response.
 *
 * @param {import('express').Request} _request not looked at
 * @param {Response} response gets it
 * @param {import('express').NextFunction} next what comes after
 */
export function makeNonce(_request, response, next) {
  response.locals.cspNonce = randomBytes(32).toString('hex')
  next()
}

/**
 * @param {import('node:http').IncomingMessage} _request not looked at
 * @param {import('node:http').ServerResponse} response which middleware has run on
 * @returns {string} the nonce of a response as a source
 */
export function nonceSource(_request, response) {
  return `'nonce-${/** @type {Response} */ (response).locals.cspNonce}'`
}
