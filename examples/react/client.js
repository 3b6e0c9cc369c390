// @ts-check
/** Takes the page over in the browser. */

import { createElement } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { Page } from './page.js'

// Browsers hide the attribute, and keep the property: React compares that one.
const { nonce } = /** @type {HTMLElement} */ (document.querySelector('script[nonce]'))
const news = Promise.resolve(new URLSearchParams(location.search).get('comment') ?? '')
hydrateRoot(document, createElement(Page, { nonce, news }))
