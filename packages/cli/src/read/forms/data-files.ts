/** Files of plain data, each read by the parser of its language. */

import { parse as parseToml } from 'smol-toml'
import { parseAllDocuments } from 'yaml'
import type { Data } from './data.ts'
import { readData } from './data.ts'
import type { Form, Setting } from './form.ts'

/** JSON: vercel.json, manifest.json, firebase.json and others; also with comments. */
export const json: Form = {
  name: 'JSON',
  read: (text) => (/^\s*[{[]/.test(text) ? settingsOf(text, JSON.parse) : undefined),
}

/** TOML, such as netlify.toml. */
export const toml: Form = {
  name: 'TOML',
  read: (text) => settingsOf(text, parseToml),
}

/** YAML, such as the values of an ingress or of a static site; JSON with comments is YAML, too. */
export const yaml: Form = {
  name: 'YAML',
  read: (text) => settingsOf(text, readYaml),
}

/** Reads the data that a parser makes of the text; undefined where it makes none. */
function settingsOf(text: string, parse: (text: string) => Data): readonly Setting[] | undefined {
  const data = tryParse(text, parse)
  if (typeof data !== 'object' || data === null) return undefined
  const settings = readData(data)
  return settings.length === 0 ? undefined : settings
}

function tryParse(text: string, parse: (text: string) => Data): Data {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** The parser takes seconds for a megabyte: longer texts are bundles, not configuration. */
const MOST_YAML = 1_000_000

function readYaml(text: string): Data {
  if (text.length > MOST_YAML) return undefined
  const documents = parseAllDocuments(text, { logLevel: 'silent' })
  return Array.from(documents, (document) => {
    const [error] = document.errors
    if (error !== undefined) throw error as Error
    return document.toJS({ maxAliasCount: 100 }) as Data
  }).filter((data) => typeof data === 'object' && data !== null)
}
