/** What React does with the nonce of styles that have `precedence`, as README.md says it. */

import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createElement } from 'react'
import { renderToPipeableStream } from 'react-dom/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const NONCE = 'bm9uY2UtZm9yLXRlc3RzLW9ubHk'

// React also says it, as an error of the console.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

it.each([
  ['loses its nonce by a text', NONCE, { nonce: NONCE }, /<style data-precedence/],
  ['keeps it by { script, style }', both(), { nonce: NONCE }, /<style nonce="bm9u[^"]*"/],
  ['is left out without it', both(), {}, /<\/head>/],
])('a style with precedence %s', async (_name, nonce, props, expected) => {
  const html = await render(nonce, props)
  expect(html).toMatch(expected)
  expect(html.includes('h1{}')).toBe('nonce' in props)
})

function both(): { readonly script: string; readonly style: string } {
  return { script: NONCE, style: NONCE }
}

async function render(nonce: string | ReturnType<typeof both>, props: object): Promise<string> {
  const style = createElement('style', { href: 'one', precedence: 'low', ...props }, 'h1{}')
  const page = createElement('html', null, createElement('body', null, style))
  const out = new PassThrough()
  const stream = renderToPipeableStream(page, { nonce, onAllReady: () => stream.pipe(out) })
  return text(out)
}
