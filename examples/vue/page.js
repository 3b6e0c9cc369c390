// @ts-check
/** The page's application, the same on the server and in the browser. */

import { createSSRApp, h, ref } from 'vue'

/**
 * Vue writes `style="…"` for the style of an element, which a strict policy blocks: use classes.
 *
 * @param {string} comment raw output, which is a fault of this page: the policy keeps a script in
 *   it from running
 * @returns {import('vue').App} not mounted yet
 */
export function createPage(comment) {
  return createSSRApp({
    setup() {
      const count = ref(0)
      return () => [
        h('h1', { class: 'green' }, 'Vue under a policy'),
        h('button', { id: 'count', onClick: () => count.value++ }, String(count.value)),
        h('p', { innerHTML: comment }),
      ]
    },
  })
}
