/** A head holds names in any case, as node:http does. */

import { expect, it } from 'vitest'
import { ResponseHead } from './response-head.ts'

it('finds, replaces and removes a header whatever the case of its name', () => {
  const head = new ResponseHead(new Request('https://shop.example/a?b'))
  head.setHeader('X-One', '1').setHeader('x-one', '2').setHeader('X-Two', '3')
  expect(head.getHeader('X-ONE')).toBe('2')
  expect(head.getHeaders()).toEqual({ 'x-one': '2', 'x-two': '3' })
  head.removeHeader('X-None')
  head.removeHeader('x-two')
  expect(head.list()).toEqual([['X-One', '2']])
  expect(head.req.url).toBe('/a?b')
})
