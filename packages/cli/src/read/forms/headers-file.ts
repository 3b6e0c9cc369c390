/**
 * A `_headers` file of Netlify or Cloudflare Pages: paths, and below each its fields.
 *
 * @see https://docs.netlify.com/manage/routing/headers/
 */

import type { Form, Setting } from './form.ts'
import { MENTION, readFieldLine, refuseMention } from './form.ts'

const PATH = /^(?:\/|https?:\/\/)\S*$/

/** A `_headers` file. */
export const headersFile: Form = { name: 'a _headers file', read }

function read(text: string): readonly Setting[] | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const first = lines.find((line) => line !== '' && !line.startsWith('#')) ?? ''
  if (!PATH.test(first)) return undefined
  let place = ''
  const settings = lines.flatMap((line, index): readonly Setting[] => {
    if (line === '' || line.startsWith('#') || line.startsWith('!')) return []
    if (PATH.test(line)) {
      place = line
      return []
    }
    const field = readFieldLine(line)
    if (field === undefined) {
      return MENTION.test(line.replace(/^[\w-]+:.*$/, '')) ? refuseMention(index + 1) : []
    }
    return [{ ...field, place }]
  })
  return settings.length === 0 ? undefined : settings
}
