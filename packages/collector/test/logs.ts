/** Logs for tests: in a folder that goes with the test, with a server that takes their mail. */

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ParsedMail } from 'mailparser'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'
import type { FileStoreOptions } from '../src/file/file-store.ts'
import { openFileStore } from '../src/file/file-store.ts'
import type { Batch } from '../src/store/batch.ts'
import type { Store } from '../src/store/store.ts'
import { buildProgram } from './durability/program.ts'

/** A path for a log; its folder is removed when the test is over. */
export function logPath(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'csp-violations.log')
}

/** Opens a log that is closed when the test is over. */
export async function openLogStore(options: Partial<FileStoreOptions> = {}): Promise<Store> {
  const store = await openFileStore({
    address: 'file:./csp-violations.log',
    log: options.log ?? logPath(),
    limit: 1_000_000,
    rotate: 0,
    mail: undefined,
    readOnly: false,
    onError: () => {},
    ...options,
  })
  onTestFinished(() => store.close())
  return store
}

/** The text of a log; empty where there is none. */
export function textOf(log: string): string {
  return statSync(log, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(log, 'utf8')
}

/** The records of a log. */
export function recordsOf(
  log: string,
): readonly { readonly violation: { readonly page: string } }[] {
  const texts = textOf(log).split(/(?<=^\}\n)/m)
  return texts
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as { violation: { page: string } })
}

/** The bytes that a batch takes. */
export async function sizeOfOne(own: Batch): Promise<number> {
  const log = logPath()
  await (await openLogStore({ log })).add(own)
  return statSync(log).size
}

/** A server that takes mail. */
export interface MailBox {
  readonly port: number
  readonly mails: readonly ParsedMail[]
  /** How often somebody has tried to send. */
  readonly attempts: number
  /** While it is true, every mail is refused. */
  isRefusing: boolean
}

/** Starts a server that takes mail, and ends it with the test. */
export async function startMailBox(): Promise<MailBox> {
  const mails: ParsedMail[] = []
  const box = { port: 0, mails, attempts: 0, isRefusing: false }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    async onData(stream, _session, done) {
      const mail = await simpleParser(stream)
      box.attempts++
      if (box.isRefusing) {
        done(Object.assign(new Error('the box is full'), { responseCode: 452 }))
        return
      }
      mails.push(mail)
      done()
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  box.port = (server.server.address() as AddressInfo).port
  return box
}

/** Builds the other process that writes a log, of write-log-process.ts. */
export function buildWriter(): Promise<string> {
  return buildProgram('../write-log-process.ts')
}

/** Runs it. `wrapper` is a command that runs it in its turn. */
export function startWriter(
  program: string,
  settings: object,
  wrapper: readonly string[] = [],
): Writer {
  const own = [process.execPath, program, JSON.stringify(settings)]
  const [command = process.execPath, ...args] = [...wrapper, ...own]
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const ended = new Promise<readonly string[]>((resolve) => {
    child.on('close', () => resolve(text.split('\n').filter((line) => line !== '')))
  })
  return { child, ended, said: () => text }
}

/** A process that writes. */
export interface Writer {
  readonly child: ChildProcess
  /** The lines that it has printed: one for each batch, `stored`, `dropped` or why not. */
  readonly ended: Promise<readonly string[]>
  readonly said: () => string
}
