/** A certificate for loopback, made when it is needed: no private key is kept anywhere. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A private key and its self-signed certificate, both PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A request that is at once its own answer; key and certificate go to the standard output. */
const OPENSSL_ARGUMENTS = [
  'req -x509 -nodes -days 2 -subj /CN=localhost -newkey ec -pkeyopt ec_paramgen_curve:prime256v1',
  '-addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1 -keyout - -out -',
].flatMap((words) => words.split(' '))

const PEM_BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n/g

/**
 * Makes a certificate for localhost, 127.0.0.1 and ::1 with the openssl command, valid for two
 * days.
 */
export async function makeCertificate(): Promise<Certificate> {
  const { stdout } = await promisify(execFile)('openssl', OPENSSL_ARGUMENTS)
  const blocks = stdout.match(PEM_BLOCK) ?? []
  const key = blocks.find((block) => block.includes('PRIVATE KEY'))
  const cert = blocks.find((block) => block.includes('CERTIFICATE'))
  if (key === undefined || cert === undefined)
    throw new Error('Cannot make a certificate: openssl printed no PEM')
  return { key, cert }
}
