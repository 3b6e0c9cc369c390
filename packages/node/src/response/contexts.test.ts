import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { csp, SELF } from '@cusp/core'
import { expect, it } from 'vitest'
import { cspMiddleware } from '../middleware.ts'
import { getCsp } from './contexts.ts'

const addPolicy = cspMiddleware(csp().imgSrc(SELF))

it('finds the context of a response that has no request, as mocks are', () => {
  const req = new IncomingMessage(new Socket())
  const res = Object.assign(new ServerResponse(req), {
    req: undefined,
  }) as unknown as ServerResponse
  void addPolicy(req, res)
  expect(getCsp(res).delivery.enforce.map(String)).toEqual(["img-src 'self'"])
})

it('keeps apart two responses of one request', () => {
  const req = new IncomingMessage(new Socket())
  const [first, second] = [new ServerResponse(req), new ServerResponse(req)]
  void addPolicy(req, first)
  void addPolicy(req, second)
  expect(getCsp(second)).not.toBe(getCsp(first))
  getCsp(second).remove()
  expect(first.hasHeader('Content-Security-Policy')).toBe(true)
  expect(second.hasHeader('Content-Security-Policy')).toBe(false)
})
