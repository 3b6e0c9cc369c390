/** What sends mail: nodemailer, which is loaded where a mail is to be sent. */

import { createTransport } from 'nodemailer'
import type { MailSender, MailSetup } from './mail-options.ts'

// nodemailer waits two minutes for a connection, and ten for an answer.
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** Makes what sends, out of what `createTransport` takes; what it returns is taken as it is. */
export function createSender({ transport }: MailSetup): MailSender {
  if (typeof transport === 'string') return createTransport({ url: transport, ...TIMEOUTS })
  return isSender(transport) ? transport : createTransport({ ...TIMEOUTS, ...transport })
}

function isSender(transport: object): transport is MailSender {
  return typeof Reflect.get(transport, 'sendMail') === 'function'
}
