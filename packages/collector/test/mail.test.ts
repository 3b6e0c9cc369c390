/** The mail about the first violation, taken by a real server: one, whatever happens. */

import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { collector } from '../src/collector.ts'
import type { FileStoreOptions } from '../src/file/file-store.ts'
import type { MailSetup } from '../src/file/mail-options.ts'
import { openStore } from '../src/open-store.ts'
import { batch, report } from './batches.ts'
import type { MailBox } from './logs.ts'
import { logPath, openLogStore, startMailBox, textOf } from './logs.ts'
import { legacy } from './reports.ts'
import { listen, post, recordLog } from './serve.ts'

const one = batch([report({}, { page: 'https://shop.example/größe' })])

/** Mail to a box. */
function mailTo({ port }: MailBox, own: Partial<MailSetup> = {}): MailSetup {
  return {
    to: 'admin@shop.example',
    from: 'csp@shop.example',
    domain: 'www.shop.example',
    transport: { host: '127.0.0.1', port, ignoreTLS: true },
    ...own,
  }
}

/** A log whose mail goes to a box of its own. */
async function start(options: Partial<FileStoreOptions> = {}) {
  const box = await startMailBox()
  const log = logPath()
  const errors: string[] = []
  const onError = (error: Error) => void errors.push(error.message)
  const open = (own: Partial<FileStoreOptions> = {}) =>
    openLogStore({ log, mail: mailTo(box), onError, ...options, ...own })
  return { box, log, errors, open, store: await open() }
}

async function mailsOf(box: MailBox, count: number): Promise<void> {
  await vi.waitFor(() => expect(box.mails).toHaveLength(count), { timeout: 10_000 })
}

describe('the mail', () => {
  test('has the subject, the violation as the log has it, and the path of the log', async () => {
    const { box, log, store } = await start()
    expect(await store.add(one)).toBe('stored')
    await mailsOf(box, 1)
    const [mail] = box.mails
    expect(mail?.subject).toBe('Content-Security-Policy violation on shop.example')
    expect(mail?.to).toMatchObject({ text: 'admin@shop.example' })
    expect(mail?.from?.text).toBe('csp@shop.example')
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail?.headers.get('content-type')).toMatchObject({
      value: 'text/plain',
      params: { charset: 'utf-8' },
    })
    expect(mail?.html).toBe(false)
    expect(mail?.text?.trimEnd()).toBe(
      [
        'The following Content-Security-Policy violation occurred on shop.example:',
        textOf(log).trimEnd(),
        'Further CSP violations will be logged to the following log file. No further mail will be sent until this log file is deleted:',
        log,
      ].join('\n\n'),
    )
    expect(mail?.text).toContain('https://shop.example/größe')
  })

  test.each([
    ['www.shop.example', 'shop.example'],
    ['WWW.shop.example', 'shop.example'],
    ['wwwshop.example', 'wwwshop.example'],
    ['my-www.shop.example', 'my-www.shop.example'],
    ['www.www.example', 'www.example'],
    ['bücher.example', 'bücher.example'],
    ['localhost:8080', 'localhost:8080'],
  ])('about %s names %s', async (domain, shown) => {
    const box = await startMailBox()
    const store = await openLogStore({ mail: mailTo(box, { domain }) })
    await store.add(one)
    await mailsOf(box, 1)
    expect(box.mails[0]?.subject).toBe(`Content-Security-Policy violation on ${shown}`)
  })

  test('goes to several, by an address of a server, and by a transporter of the application', async () => {
    const box = await startMailBox()
    const url = `smtp://127.0.0.1:${box.port}?ignoreTLS=true`
    const to = ['a@shop.example', 'b@shop.example']
    await (await openLogStore({ mail: mailTo(box, { to, transport: url }) })).add(one)
    await mailsOf(box, 1)
    expect(box.mails[0]?.to).toMatchObject({ text: 'a@shop.example, b@shop.example' })
    const transport = createTransport({ host: '127.0.0.1', port: box.port, ignoreTLS: true })
    await (await openLogStore({ mail: mailTo(box, { transport }) })).add(one)
    await mailsOf(box, 2)
  })
})

describe('one mail', () => {
  test('whatever number of violations come at once, and come later', async () => {
    const { box, store, open } = await start()
    const second = await open()
    const all = Array.from({ length: 100 }, (_none, index) => (index % 2 ? store : second).add(one))
    await Promise.all(all)
    await mailsOf(box, 1)
    await store.add(one)
    await sleep(200)
    expect(box.attempts).toBe(1)
  })

  test('until the log is removed; then one more', async () => {
    const { box, log, store } = await start()
    await store.add(one)
    await mailsOf(box, 1)
    rmSync(log)
    await store.add(batch([report({}, { page: 'https://shop.example/second' })]))
    await mailsOf(box, 2)
    expect(box.mails[1]?.text).toContain('https://shop.example/second')
    await store.add(one)
    await sleep(100)
    expect(box.attempts).toBe(2)
  })

  test('none where the log was there before, or where nobody asked for one', async () => {
    const { box, log, store } = await start({ mail: undefined })
    await store.add(one)
    const again = await openLogStore({ log, mail: mailTo(box) })
    await again.add(one)
    await sleep(100)
    expect(box.attempts).toBe(0)
  })

  test('is not about what is no violation, and not sent again when logs rotate', async () => {
    const { box, store } = await start({ limit: 1, rotate: 1 })
    await store.add(batch([], { rejected: { empty: 1 } }))
    await sleep(50)
    expect(box.attempts).toBe(0)
    for (let index = 0; index < 4; index++) await store.add(one)
    await mailsOf(box, 1)
    await sleep(100)
    expect(box.attempts).toBe(1)
  })
})

describe('a mail that fails', () => {
  test('is tried again, and said; the reports are stored all the same', async () => {
    const { box, store, errors } = await start({ pause: 30 })
    box.isRefusing = true
    expect(await store.add(one)).toBe('stored')
    await vi.waitFor(() => expect(box.attempts).toBeGreaterThanOrEqual(3), { timeout: 10_000 })
    expect(errors[0]).toMatch(/^Cannot send the mail about the first violation: .*the box is full/)
    expect(await store.add(one)).toBe('stored')
    box.isRefusing = false
    await mailsOf(box, 1)
    await sleep(200)
    expect(box.mails).toHaveLength(1)
  })

  test('is sent by the next process where its own has ended', async () => {
    const { box, log, store, open } = await start({ pause: 50 })
    box.isRefusing = true
    await store.add(one)
    await vi.waitFor(() => expect(box.attempts).toBe(1))
    await store.close()
    box.isRefusing = false
    await sleep(100)
    expect(box.mails).toEqual([])
    const next = await open()
    await mailsOf(box, 1)
    await next.add(one)
    await sleep(100)
    expect(box.attempts).toBe(2)
    expect(textOf(log)).toContain(box.mails[0]?.text?.split('\n\n')[1])
  })

  test('never shows a password', async () => {
    const { store, errors } = await start({
      pause: 1e9,
      mail: {
        to: 'a@shop.example',
        from: 'b@shop.example',
        domain: 'shop.example',
        transport: 'smtp://user:secret@127.0.0.1:1',
      },
    })
    await store.add(one)
    await vi.waitFor(() => expect(errors).toHaveLength(1))
    expect(errors[0]).not.toContain('secret')
  })

  test('that takes its time holds up nobody; close waits for it', async () => {
    const waiting: (() => void)[] = []
    const sending = vi.fn<() => Promise<void>>(
      () => new Promise((resolve) => void waiting.push(resolve)),
    )
    const { store, open } = await start({
      mail: mailTo(await startMailBox(), { transport: { sendMail: sending } }),
    })
    await store.add(one)
    await store.add(one)
    const other = await open()
    await other.add(one)
    await vi.waitFor(() => expect(sending).toHaveBeenCalledTimes(1))
    let isClosed = false
    const closing = store.close().then(() => (isClosed = true))
    await sleep(50)
    expect(isClosed).toBe(false)
    waiting[0]?.()
    await closing
    await other.add(one)
    expect(sending).toHaveBeenCalledTimes(1)
  })
})

test('the whole of the seed: a browser posts, the log has it, the administrator has mail', async () => {
  const box = await startMailBox()
  const log = logPath()
  const { logger, lines } = recordLog()
  const store = openStore(`file:${log}`, { limit: 700, mail: mailTo(box) })
  const reports = collector({ store, logger })
  onTestFinished(() => reports.close())
  const url = await listen(createServer((req, res) => void reports.handler(req, res)))
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  for (let index = 0; index < 3; index++) {
    const body = legacy({ 'document-uri': `https://shop.example/${index}?user=7` })
    expect((await post(`${url}/csp-violation-report-endpoint/`, body, headers)).status).toBe(204)
  }
  await mailsOf(box, 1)
  expect(box.mails[0]?.subject).toBe('Content-Security-Policy violation on shop.example')
  expect(box.mails[0]?.text).not.toContain('evil.example')
  expect(textOf(log)).toContain('"page": "https://shop.example/0"')
  expect(textOf(log)).not.toContain('user=7')
  expect(await store.read()).toMatchObject({ total: 1, dropped: 2 })
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
})
