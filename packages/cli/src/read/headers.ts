/** The policies of a response's headers, as curl, wget and browsers print them. */

import type { PolicyRecord } from '@cusp/engine'

const STATUS = /^HTTP\/[\d.]+ (\d{3}.*)$/s
/** A status line with the mark of `curl -v`, or with the indentation of `wget -S`. */
const MARKED_STATUS = /^(< |[ \t]+)?HTTP\/[\d.]+ \d{3}/
// "." does not match every character of a field without the flag "s".
const FIELD = /^content-security-policy(-report-only)?\s*:(.*)$/is
/** A name alone: browsers' developer tools copy the value to the next line. */
const NAME = /^content-security-policy(?:-report-only)?:?$/i
const FRAME_OPTIONS = /^x-frame-options\s*:+([^:]*)$/i
const PAIR_NAME = /^:?[\w-]+:?$/
/** Values as YAML has them and no server sends: in quotation marks, of several lines. */
const FOREIGN = /^["'>|&*!]/
const ANY_FIELD = /^[\w-]+:(?:\s|$)/

/** What a text of headers holds. */
export interface HeaderReading {
  /** The value of X-Frame-Options, if the last response has it. */
  readonly frameOptions: string | undefined
  /** The policies of the last response: those before it redirect, or are early hints. */
  readonly policies: readonly PolicyRecord[]
  /** Whether a status line shows that a server sent these headers. */
  readonly hasStatus: boolean
  /** The number of responses, without early hints. */
  readonly count: number
  /** What follows the headers. */
  readonly body: string
}

/** A response while its lines are read. */
interface Response {
  /** The code and the reason of its status line, if it has one. */
  readonly status: string | undefined
  readonly fields: string[]
  readonly body: string[]
  /** What is read: the headers, then the body, then what cannot be a part of it. */
  part: 'body' | 'end' | 'headers'
}

/** A line of a response; undefined for a line that the tool wrote itself. */
type Line = string | undefined

/** Whether a text begins like headers of which none is a policy. */
export function looksLikeHeaders(text: string): boolean {
  return ANY_FIELD.test(text.trimStart())
}

/** Reads a text of headers; undefined for any other text. */
export function readHeaders(text: string): HeaderReading | undefined {
  const all = text.split(/\r?\n/)
  const lines = unmark(all.slice(all.findIndex((line) => line.trim() !== '')))
  const first = lines.find((line) => line !== undefined) ?? ''
  if (!STATUS.test(first) && !isBareHeaders(lines)) return undefined
  const responses = readResponses(lines)
  const last = responses.at(-1)
  const policies = readPolicies(last?.fields ?? [])
  // Only a server can say that it has sent none.
  if (last?.status === undefined && policies.length === 0) return undefined
  return {
    policies,
    frameOptions: readFrameOptions(last?.fields ?? []),
    hasStatus: last?.status !== undefined,
    count: responses.filter(({ status = '' }) => !status.startsWith('1')).length,
    body: last?.body.join('\n') ?? '',
  }
}

/**
 * Whether lines without a status line are headers, each of them, and a policy among them. One line
 * of another kind says that this is another form, in which a header may not be what it looks like.
 */
function isBareHeaders(lines: readonly Line[]): boolean {
  const text = lines.map((line) => line ?? '')
  while (text.at(-1)?.trim() === '') text.pop()
  if (!text.some((line) => FIELD.test(line) || NAME.test(line))) return false
  if (isPairs(text)) return true
  return text.every((line, index) => {
    const before = text[index - 1] ?? ''
    const [, , value = ''] = FIELD.exec(line) ?? []
    if (FOREIGN.test(value.trimStart()) || / #/.test(value)) return false
    if (ANY_FIELD.test(line) || FIELD.test(line) || NAME.test(line)) return true
    if (/^[ \t]/.test(line)) return line.trim() !== '' && index > 0 && !ANY_FIELD.test(line.trim())
    return NAME.test(before) && line.trim() !== ''
  })
}

/** Whether names and values take turns, as developer tools copy them. */
function isPairs(lines: readonly string[]): boolean {
  return lines.every((line, index) => index % 2 === 1 || PAIR_NAME.test(line))
}

/** Removes the marks of a tool from the lines of the responses. */
function unmark(lines: readonly string[]): readonly Line[] {
  const statusLine = lines.find((line) => MARKED_STATUS.test(line)) ?? ''
  const mark = MARKED_STATUS.exec(statusLine)?.[1] ?? ''
  const isMarked = lines.some(
    (line) => line.startsWith(mark) && ANY_FIELD.test(line.slice(mark.length)),
  )
  if (mark === '' || !isMarked) {
    return lines.map((line, index) => (index === 0 ? line.trim() : line))
  }
  const end = mark.trimEnd()
  return lines.map((line) => {
    if (line === end) return ''
    return line.startsWith(mark) ? line.slice(mark.length) : undefined
  })
}

function readResponses(lines: readonly Line[]): readonly Response[] {
  const responses: Response[] = []
  let response = startResponse(undefined)
  for (const line of lines) {
    const [, status] = line === undefined ? [] : (STATUS.exec(line) ?? [])
    // What a tool writes before the first response is none.
    if (line === undefined && responses.length === 0) continue
    // A page can write a status line and headers into its body.
    const isNext = status !== undefined && response.part !== 'end'
    if (isNext || responses.length === 0) {
      response = startResponse(status)
      responses.push(response)
      if (isNext) continue
    }
    readLine(response, line)
  }
  return responses
}

function startResponse(status: string | undefined): Response {
  return { status, fields: [], body: [], part: 'headers' }
}

function readLine(response: Response, line: Line): void {
  const { fields, body } = response
  if (response.part !== 'headers') {
    if (line === undefined || line.trim() !== '') response.part = isFinal(response) ? 'end' : 'body'
    if (line !== undefined) body.push(line)
  } else if (line === undefined) return
  else if (line.trim() === '') response.part = 'body'
  else if (/^[ \t]/.test(line) && fields.length > 0) {
    // A line that begins with white space continues the field.
    fields.push(`${fields.pop() ?? ''} ${line.trim()}`)
  } else fields.push(line)
}

/** Whether no other response follows to the same request, as one does after a redirect. */
function isFinal({ status = '' }: Response): boolean {
  return !/^(?:[13]|401|407)|connection established/i.test(status)
}

function readPolicies(fields: readonly string[]): readonly PolicyRecord[] {
  return fields.flatMap((field, index) => {
    const next = fields[index + 1]
    const isPair = NAME.test(field) && next !== undefined && !ANY_FIELD.test(next)
    const [, reportOnly, value] =
      FIELD.exec(isPair ? `${field.replace(/:$/, '')}:${next}` : field) ?? []
    if (value === undefined) return []
    const disposition = reportOnly === undefined ? 'enforce' : 'report'
    return [{ value: value.trim(), disposition } as const]
  })
}

function readFrameOptions(fields: readonly string[]): string | undefined {
  const lines = fields.map((field, index) =>
    /^x-frame-options:?$/i.test(field) ? `${field}:${fields[index + 1] ?? ''}` : field,
  )
  const [, value] =
    lines.map((line) => FRAME_OPTIONS.exec(line)).find((match) => match !== null) ?? []
  return value?.trim()
}
