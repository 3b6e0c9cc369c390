/** The mail about the first violation of a log. */

/** What it is about. */
export interface MailFacts {
  /** The site, as it is configured. */
  readonly domain: string
  /** The violation, as the log has it. */
  readonly record: string
  /** The path of the log. */
  readonly log: string
}

/** The domain as a mail names it: without a `www.` in front. */
function shownDomain(domain: string): string {
  return domain.replace(/^www\./i, '')
}

/** The subject and the text of the mail. */
export function writeMail({ domain, record, log }: MailFacts): {
  readonly subject: string
  readonly text: string
} {
  const site = shownDomain(domain)
  const text = [
    `The following Content-Security-Policy violation occurred on ${site}:`,
    record,
    'Further CSP violations will be logged to the following log file. No further mail will be sent until this log file is deleted:',
    log,
  ]
  return {
    subject: `Content-Security-Policy violation on ${site}`,
    text: `${text.join('\n\n')}\n`,
  }
}
