// Writes docs/api from the JSDoc of the sources, one page for each entry point: `pnpm docs:api`.
// With `--check` it writes nothing, and fails where a page is not current.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Application } from 'typedoc'
import { publicPackages } from '../scripts/packing.js'

const PAGES = path.join(import.meta.dirname, 'api')

/**
 * Options of TypeDoc and of typedoc-plugin-markdown: tables for what has a line, code for
 * signatures, no sources.
 */
const OPTIONS = {
  plugin: ['typedoc-plugin-markdown'],
  tsconfig: path.join(import.meta.dirname, 'tsconfig.json'),
  basePath: path.join(import.meta.dirname, '../packages'),
  name: 'API',
  readme: 'none',
  logLevel: 'Error',
  sort: ['source-order'],
  disableSources: true,
  disableGit: true,
  excludeExternals: true,
  excludeInternal: true,
  outputFileStrategy: 'modules',
  pageTitleTemplates: { module: titleOf },
  hidePageHeader: true,
  hideBreadcrumbs: true,
  hideGroupHeadings: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideOverrides: true, hideModifiers: true },
}

const out = process.argv.includes('--check') ? mkdtempSync(path.join(tmpdir(), 'cusp-api-')) : PAGES
await writePages(out)
if (out !== PAGES) {
  const stale = findDifferences(out, PAGES)
  for (const page of stale) console.error(`  docs/api/${page} is not current: pnpm docs:api`)
  if (stale.length > 0) process.exitCode = 1
  rmSync(out, { recursive: true })
}

/**
 * The name of a package: its folder, but for the command line.
 *
 * @param {{ name: string }} module
 * @returns {string}
 */
function titleOf({ name }) {
  return name === 'cli' ? 'cusp' : `@cusp/${name}`
}

/** @param {string} target */
async function writePages(target) {
  const entryPoints = publicPackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports).flatMap(([entry, conditions]) => {
      // What only Cusp's own packages may import has no page.
      if (entry === './internal') return []
      const source = Object(conditions)['@cusp/source']
      return typeof source === 'string' ? [path.join(folder, source)] : []
    }),
  )
  // @ts-expect-error -- TypeDoc's type does not know the plugin's options
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, entryPoints, out: target })
  const project = await app.convert()
  if (project === undefined || app.logger.hasErrors()) throw new Error('TypeDoc has failed')
  for (const module of project.children ?? []) module.name = module.name.replace('/src', '')
  // What an interface inherits is on its parent's page.
  for (const reflection of Object.values(project.reflections)) {
    if ('inheritedFrom' in reflection && reflection.inheritedFrom !== undefined) {
      project.removeReflection(reflection)
    }
  }
  await app.generateOutputs(project)
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {readonly string[]} the pages that are not the same in both
 */
function findDifferences(one, other) {
  const [pages, others] = [readPages(one), readPages(other)]
  return [...new Set([...pages.keys(), ...others.keys()])].filter((page) => {
    return pages.get(page) !== others.get(page)
  })
}

/**
 * @param {string} folder
 * @returns {ReadonlyMap<string, string>} the text of each page
 */
function readPages(folder) {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return new Map(
    files
      .filter((file) => file.endsWith('.md'))
      .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
  )
}
