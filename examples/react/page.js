// @ts-check
/** The page, the same on the server and in the browser. */

import { createElement as h, Suspense, use, useState } from 'react'

const STYLE = 'h1 { color: rgb(0, 128, 0) }'
const SCRIPT = `
  globalThis.violations = []
  globalThis.faults = []
  addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
  console.error = (...parts) => faults.push(parts.join(' '))
`

/**
 * The whole document. Its nonce has to be the same on both sides.
 *
 * @param {{ readonly nonce: string, readonly news: Promise<string> }} props
 * @returns {import('react').ReactElement} its root
 */
export function Page({ nonce, news }) {
  const script = h('script', { nonce, dangerouslySetInnerHTML: { __html: SCRIPT } })
  const style = h('style', { nonce, dangerouslySetInnerHTML: { __html: STYLE } })
  const meta = h('meta', { charSet: 'utf-8' })
  const head = h('head', null, meta, h('title', null, 'React'), script, style)
  const later = h(Suspense, { fallback: h('p', null, 'Loading') }, h(News, { news }))
  const body = h('body', null, h('h1', null, 'React under a policy'), h(Counter), later)
  return h('html', { lang: 'en' }, head, body)
}

/**
 * Raw output, which is a fault of this page: the policy keeps a script in it from running.
 *
 * @param {{ readonly news: Promise<string> }} props
 * @returns {import('react').ReactElement} what comes later than the rest
 */
function News({ news }) {
  return h('p', { id: 'news', dangerouslySetInnerHTML: { __html: use(news) } })
}

/** @returns {import('react').ReactElement} what works only once the client has taken over */
function Counter() {
  const [count, setCount] = useState(0)
  return h('button', { id: 'count', onClick: () => setCount(count + 1) }, String(count))
}
