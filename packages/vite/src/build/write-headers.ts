/** The file with the headers of all pages, in the build or beside it. */

import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { refusal, show } from '@cusp/core/internal'
import type { Settings } from '../options.ts'
import type { Output } from './output.ts'

const JSON_FORMATS: ReadonlySet<string> = new Set(['json', 'vercel'])

/**
 * Writes the file, and returns its path from the root of the project.
 *
 * @throws CspError `ERR_CSP_INPUT` where the folder of public files has one of the same name
 */
export async function writeHeaders(
  text: string,
  output: Output,
  settings: Settings,
): Promise<string> {
  const { root, folder, publicFolder } = output
  const file = path.resolve(root, settings.file ?? nameOf(folder, settings.deliver))
  const copied = path.resolve(publicFolder, path.relative(folder, file))
  const isInBuild = file.startsWith(folder + path.sep)
  if (isInBuild && publicFolder !== '' && existsSync(copied)) {
    throw refusal('ERR_CSP_INPUT', {
      action: `write ${show(path.relative(root, file))}`,
      problem: `it is a copy of ${show(path.relative(root, copied))}`,
      fix: "another name with the plugin's option file, and append one to the other,",
      value: copied,
    })
  }
  await writeFile(file, text)
  return path.relative(root, file)
}

/** Hosts read `_headers` in the folder that they serve; what a server reads it should not serve. */
function nameOf(folder: string, deliver: string): string {
  if (deliver === 'headers') return path.join(folder, '_headers')
  const ending = JSON_FORMATS.has(deliver) ? 'json' : 'conf'
  return path.join(path.dirname(folder), `csp-headers.${ending}`)
}
