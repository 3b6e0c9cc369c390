// @ts-check
/** The shop: its pages and files. It knows nothing of how the policy is sent, only its nonce. */

import path from 'node:path'
import express from 'express'
import { books } from './books.js'
import { escape, layout } from './layout.js'

/** @typedef {import('./books.js').Book} Book */

/** @returns {import('express').Router} all of it */
export function pages() {
  const router = express.Router()
  router.use(express.static(path.join(import.meta.dirname, 'public'), { index: false }))
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store') // a nonce is good for one response
    next()
  })
  router.get('/', (_request, response) => {
    response.send(shelves(response.locals.cspNonce))
  })
  router.get('/books/:id', (request, response, next) => {
    const book = books.find(({ id }) => id === request.params.id)
    if (book === undefined) next()
    else response.send(bookPage(book, response.locals.cspNonce))
  })
  router.get('/order', (request, response) => {
    response.send(orderPage(textOf(request.query['book']), response.locals.cspNonce))
  })
  router.post('/order', express.urlencoded(), (request, response) => {
    const { title } = books.find(({ id }) => id === request.body?.book) ?? { title: 'book' }
    response.redirect(303, `/thanks?${new URLSearchParams({ title })}`)
  })
  router.get('/thanks', (request, response) => {
    const title = escape(textOf(request.query['title']))
    const main = `<h1>Thank you</h1><p class="lead">“${title}” is behind the counter with your name on it.</p>`
    response.send(layout({ title: 'Thank you', nonce: response.locals.cspNonce, main }))
  })
  router.use((_request, response) => {
    const main =
      '<h1>Not on our shelves</h1><p class="lead"><a href="/">Look around instead</a></p>'
    response.status(404).send(layout({ title: 'Not found', nonce: response.locals.cspNonce, main }))
  })
  return router
}

/**
 * @param {unknown} parameter of the address
 * @returns {string} it, if it was given once
 */
function textOf(parameter) {
  return typeof parameter === 'string' ? parameter : ''
}

/**
 * @param {string | undefined} nonce of this response
 * @returns {string} the front page
 */
function shelves(nonce) {
  const found = books.map(({ id, title, author }) => ({ id, text: `${title} ${author}` }))
  // In an inline script, "<" could end it.
  const data = JSON.stringify(found).replaceAll('<', '\\u003c')
  const main = `<h1>Four books, read before you</h1>
    <p class="search"><label for="search">Find</label> <input id="search" type="search" placeholder="title or author"> <output id="count"></output></p>
    <ul class="shelf">${books.map(card).join('')}</ul>`
  const scripts = `<script nonce="${nonce}">globalThis.catalogue = ${data}</script><script src="/search.js"></script>`
  return layout({ title: 'Shelves', nonce, main, scripts })
}

/**
 * @param {Book} book on the shelf
 * @returns {string} its card
 */
function card({ id, title, author, price }) {
  return `<li id="book-${id}"><a href="/books/${id}"><img src="/covers/${id}.svg" alt="" width="160" height="220">
    <b>${escape(title)}</b> <span>${escape(author)}</span> <i>£${price}</i></a></li>`
}

/**
 * @param {Book} book what is shown
 * @param {string | undefined} nonce of this response
 * @returns {string} its page
 */
function bookPage({ id, title, author, price, about, reviews }, nonce) {
  const main = `<article><img src="/covers/${id}.svg" alt="Cover" width="240" height="330"><div>
    <h1>${escape(title)}</h1><p class="lead">${escape(author)}</p><p>${escape(about)}</p>
    <p><a class="button" href="/order?book=${id}">Order for £${price}</a></p>
    <h2>Readers</h2>${reviews.length === 0 ? '<p>Nobody has said a word yet.</p>' : ''}
    <ul class="reviews">${reviews.map((review) => `<li style="--tone: 0.6">${review}</li>`).join('')}</ul></div></article>`
  return layout({ title, nonce, main })
}

/**
 * @param {string} chosen a book's id
 * @param {string | undefined} nonce of this response
 * @returns {string} the form
 */
function orderPage(chosen, nonce) {
  const options = books.map(({ id, title }) => {
    return `<option value="${id}"${id === chosen ? ' selected' : ''}>${escape(title)}</option>`
  })
  const main = `<h1>Order</h1><form method="post" action="/order">
    <label>Book <select name="book">${options.join('')}</select></label>
    <label>Your name <input name="name" autocomplete="name" required></label>
    <button class="button">Put it aside for me</button></form>`
  return layout({ title: 'Order', nonce, main, scripts: '<script src="/order.js"></script>' })
}
