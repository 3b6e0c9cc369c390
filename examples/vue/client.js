// @ts-check
/** Takes the page over in the browser. */

import { createPage } from './page.js'

createPage(new URLSearchParams(location.search).get('comment') ?? '').mount('#app')
