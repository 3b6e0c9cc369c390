/** Every form of text in which a policy may stand, but headers, HTML and the policy itself. */

import { apache } from './apache.ts'
import { caddy } from './caddy.ts'
import type { Form, Setting } from './form.ts'
import { MENTION } from './form.ts'
import { headersFile } from './headers-file.ts'
import { nginx } from './nginx.ts'
import { php } from './php.ts'
import { refuseRemoval } from './removal.ts'
import { webConfig } from './web-config.ts'

/** What a text of one of the forms sets. */
export interface FormReading {
  /** The name of the form in a sentence. */
  readonly form: string
  readonly settings: readonly Setting[]
}

/** Options of helmet may stand alone, without the name of the header. */
export const OPTIONS: RegExp = /\bdirectives["']?\s*:\s*\{/

/** The forms that need no large parser, the most telling first. */
const SMALL: readonly Form[] = [webConfig, headersFile, php, nginx, apache, caddy]

/**
 * Reads a text of any of the forms; undefined for other texts.
 *
 * @throws FormError for a text of one of them that cannot be judged as it stands
 */
export async function readForms(text: string): Promise<FormReading | undefined> {
  if (!MENTION.test(text) && !OPTIONS.test(text)) return undefined
  for (const form of SMALL) {
    const reading = readForm(form, text)
    if (reading !== undefined) return reading
  }
  // The parsers are large: they are loaded only when they are needed.
  const [{ json, toml, yaml }, { javascript }] = await Promise.all([
    import('./data-files.ts'),
    import('./javascript.ts'),
  ])
  for (const form of [json, toml, javascript, yaml]) {
    const reading = readForm(form, text)
    if (reading !== undefined) return reading
  }
  return undefined
}

function readForm({ name, read }: Form, text: string): FormReading | undefined {
  const settings = read(text)
  if (settings === undefined || settings.every(({ field }) => field === 'x-frame-options')) {
    return undefined
  }
  refuseRemoval(text)
  return { form: name, settings }
}
