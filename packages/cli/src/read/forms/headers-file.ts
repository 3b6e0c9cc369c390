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
  const without: string[] = []
  const settings = lines.flatMap((line, index): readonly Setting[] => {
    if (line === '' || line.startsWith('#')) return []
    if (line.startsWith('!')) {
      if (MENTION.test(line)) without.push(JSON.stringify(place))
      return []
    }
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
  if (settings.length === 0) return undefined
  if (without.length === 0) return settings
  const note = `the _headers file takes the policy away for ${without.join(', ')}`
  return settings.map(({ field, value, place: path }) => ({ field, value, place: path, note }))
}
