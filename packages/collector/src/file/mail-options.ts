/** Who gets the mail about the first violation, and how it is sent. */

import { checkOptions, refusal, show } from '@cusp/core/internal'

/** What sends a mail: nodemailer's transporter is one. */
export interface MailSender {
  sendMail(mail: Mail): Promise<unknown>
}

/** A mail. */
export interface Mail {
  readonly from: string
  readonly to: string[] | string
  readonly subject: string
  readonly text: string
  readonly headers: Record<string, string>
}

/**
 * One mail is sent about the first violation of a log, and none after it until the log is removed.
 */
export interface MailOptions {
  /** One address or several. */
  readonly to: readonly string[] | string
  readonly from: string
  /** The site that the mail names: `shop.example`. What a client sends is never used for it. */
  readonly domain: string
  /**
   * What nodemailer's `createTransport` takes, `'smtps://user:password@mail.example'` or an object;
   * or what it returns.
   */
  readonly transport: MailSender | object | string
}

/** The options as they are used. */
export interface MailSetup {
  readonly to: string[] | string
  readonly from: string
  readonly domain: string
  readonly transport: MailSender | object | string
}

const ACTION = 'send mail about violations'
const DOMAIN = /^[\p{L}\p{N}_.:[\]-]{1,253}$/u
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * Reads the options.
 *
 * @throws CspError `ERR_CSP_INPUT` where one is missing, not known, or not what it must be
 */
export function readMailOptions(options: MailOptions): MailSetup {
  checkOptions(options, { action: ACTION, known: ['to', 'from', 'domain', 'transport'] })
  const { to, from, domain, transport } = options
  const addresses: readonly unknown[] = typeof to === 'string' ? [to] : Array.from(to ?? [])
  for (const address of [from, ...addresses]) checkAddress(address)
  if (addresses.length === 0) checkAddress(to)
  if (typeof domain !== 'string' || !DOMAIN.test(domain)) {
    throw refuse(domain, `the domain ${show(domain)} is not a host`, '"shop.example"')
  }
  checkTransport(transport)
  return {
    to: typeof to === 'string' ? to : [...to],
    from,
    domain,
    transport,
  }
}

function checkAddress(address: unknown): void {
  if (typeof address === 'string' && address.includes('@') && !CONTROL.test(address)) return
  throw refuse(address, `${show(address)} is not an address`, '"admin@shop.example"')
}

/** It may hold a password: it is not shown. */
function checkTransport(transport: unknown): void {
  if (typeof transport === 'string' && /^[a-z]+:/i.test(transport)) return
  if (typeof transport === 'object' && transport !== null) return
  throw refuse(undefined, 'the transport is not one of nodemailer', '"smtp://localhost"')
}

function refuse(value: unknown, problem: string, fix: string): Error {
  return refusal('ERR_CSP_INPUT', { action: ACTION, problem, fix, value })
}
