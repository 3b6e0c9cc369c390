/** The options of a log: what each may be, and that none is passed over in silence. */

import { CspError } from '@cusp/core'
import { describe, expect, test } from 'vitest'
import type { OpenOptions } from '../open-store.ts'
import { openStore } from '../open-store.ts'
import { readFileOptions } from './file-options.ts'
import { createSender } from './mail-sender.ts'

const mail = {
  to: 'admin@shop.example',
  from: 'csp@shop.example',
  domain: 'shop.example',
  transport: 'smtp://user:secret@localhost',
}

test('the defaults are those of the seed', () => {
  expect(readFileOptions({})).toEqual({ limit: 1_000_000, rotate: 0, mail: undefined })
})

test('several get the mail, and a list that changes later changes nothing', () => {
  const to = ['a@shop.example', 'b@shop.example']
  const setup = readFileOptions({ mail: { ...mail, to } }).mail
  to.push('c@shop.example')
  expect(setup?.to).toEqual(['a@shop.example', 'b@shop.example'])
})

describe('refused is', () => {
  test.each([
    [{ limit: 0 }, 'Cannot open the log: the limit is 0, which is not a number of bytes.'],
    [{ limit: 1.5 }, 'the limit is 1.5'],
    [{ limit: '1MB' }, 'the limit is "1MB", which is not a number of bytes. Use 1000000 instead.'],
    [{ rotate: -1 }, 'rotate is -1, which is not a number of logs up to 1000. Use 5 instead.'],
    [{ rotate: true }, 'rotate is true'],
    [{ rotate: 1001 }, 'rotate is 1001'],
    [{ mail: 'admin@shop.example' }, 'Cannot send mail about violations: "admin@shop.example"'],
    [{ mail: { ...mail, subject: 'x' } }, '"subject" is not an option.'],
    [{ mail: { ...mail, to: undefined } }, 'undefined is not an address.'],
    [
      { mail: { ...mail, to: [] } },
      'an array is not an address. Use "admin@shop.example" instead.',
    ],
    [{ mail: { ...mail, to: ['a@b.example', 'nobody'] } }, '"nobody" is not an address.'],
    [{ mail: { ...mail, to: 'a@b.example\r\nBcc: c@d.example' } }, 'is not an address.'],
    [{ mail: { ...mail, from: '' } }, '"" is not an address.'],
    [{ mail: { ...mail, domain: undefined } }, 'the domain undefined is not a host.'],
    [{ mail: { ...mail, domain: 'a\r\nb' } }, 'the domain "a\\r\\nb" is not a host.'],
    [{ mail: { ...mail, domain: 'https://shop.example/' } }, 'Use "shop.example" instead.'],
    [{ mail: { ...mail, transport: undefined } }, 'the transport is not one of nodemailer.'],
    [{ mail: { ...mail, transport: 'localhost' } }, 'Use "smtp://localhost" instead.'],
    [{ mail: { ...mail, transport: null } }, 'the transport is not one of nodemailer.'],
    [{ keep: '90d' }, '"keep" is not an option of file:. Use limit and rotate instead.'],
  ])('%j', (options, message) => {
    const open = () => openStore('file:./csp-violations.log', options as unknown as OpenOptions)
    expect(open).toThrow(CspError)
    expect(open).toThrow(message)
    expect(open).not.toThrow('secret')
  })

  test.each(['limit', 'rotate', 'mail'])('%s for another kind of store', (name) => {
    const value = { limit: 1, rotate: 1, mail }[name]
    expect(() => openStore('memory:', { [name]: value })).toThrow(
      `"${name}" is not an option of memory:. Use "file:./csp-violations.log" instead.`,
    )
  })

  test.each([
    ['file:', 'file: has no path. Use "file:./csp-violations.log" instead.'],
    [
      'file://server/csp.log',
      '"file://server/csp.log" has a host, and a file has none. Use "file:./server/csp.log" instead.',
    ],
  ])('%s', (address, message) => {
    expect(() => openStore(address)).toThrow(message)
  })
})

test('a sender of the application is taken as it is; its own timeouts count', () => {
  const sender = { sendMail: () => Promise.resolve() }
  const setup = { to: mail.to, from: mail.from, domain: mail.domain }
  expect(createSender({ ...setup, transport: sender })).toBe(sender)
  const own = createSender({ ...setup, transport: { host: 'x', socketTimeout: 5 } })
  expect(own).toMatchObject({ options: { host: 'x', socketTimeout: 5, greetingTimeout: 10_000 } })
})
