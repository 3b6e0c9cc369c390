import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { changePage } from './change-page.ts'

const HTML = { 'content-type': 'text/html; charset=utf-8' }

/** What a client gets of a page whose text is turned to upper case. */
async function answer(
  listener: RequestListener,
): Promise<readonly [text: string, header: string | null]> {
  const server = createServer((request, response) => {
    changePage(response, (html) => ({
      html: `${html.toUpperCase()}É`,
      headers: [['X-Page', 'yes']],
    }))
    listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const got = await fetch(`http://127.0.0.1:${port}`)
  const result = [await got.text(), got.headers.get('x-page')] as const
  server.close()
  return result
}

test.each<[what: string, text: string, isChanged: boolean, listener: RequestListener]>([
  [
    'a text',
    'PAGEÉ',
    true,
    (_, response) => {
      response.setHeader('content-type', HTML['content-type'])
      response.end('page')
    },
  ],
  [
    'bytes whose length is declared',
    'PAGEÉ',
    true,
    (_, response) => {
      response.setHeader('content-type', HTML['content-type'])
      response.setHeader('content-length', 4)
      response.end(Buffer.from('page'))
    },
  ],
  [
    'no page',
    'page',
    false,
    (_, response) => {
      response.setHeader('content-type', 'text/plain')
      response.end('page')
    },
  ],
  [
    'a page that is sent piece by piece',
    'page',
    false,
    (_, response) => {
      response.writeHead(200, HTML)
      response.write('pa')
      response.end('ge')
    },
  ],
  [
    'a page without a body',
    '',
    false,
    (_, response) => {
      response.setHeader('content-type', HTML['content-type'])
      response.end()
    },
  ],
])('%s', async (_, text, isChanged, listener) => {
  expect(await answer(listener)).toEqual([text, isChanged ? 'yes' : null])
})
