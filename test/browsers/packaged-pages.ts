/** Pages of packages that people use: as the packages bring them, or as they write them. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import coverage from 'istanbul-lib-coverage'
import report from 'istanbul-lib-report'
import reports from 'istanbul-reports'

/** One page. */
export interface PackagedPage {
  readonly name: string
  readonly body: Buffer
}

const { resolve } = createRequire(import.meta.url)

/** The pages, some of them written into a temporary folder first. */
export function readPackagedPages(): readonly PackagedPage[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-pages-'))
  try {
    return [
      ...pagesOf('swagger-ui-dist', ['index.html', 'oauth2-redirect.html']),
      ...pagesOf('cra-template', ['template/public/index.html']),
      ...pagesOf('create-vite', VITE_TEMPLATES),
      storybookPage(),
      ...jsdocPages(folder),
      ...coveragePages(folder),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const VITE_TEMPLATES = ['vanilla', 'vue', 'react', 'preact', 'lit', 'svelte', 'solid', 'qwik'].map(
  (name) => `template-${name}/index.html`,
)

function pagesOf(name: string, files: readonly string[]): readonly PackagedPage[] {
  return files.map((file) => ({ name: `${file} of ${name}`, body: readFile(name, file) }))
}

function readFile(name: string, file: string): Buffer {
  return readFileSync(path.join(path.dirname(resolve(`${name}/package.json`)), file))
}

/** The frame of a story, from the two parts that Storybook puts into every one. */
function storybookPage(): PackagedPage {
  const [head, body] = ['head', 'body'].map((part) => {
    return readFile('storybook', `assets/server/base-preview-${part}.html`).toString()
  })
  const html = `<!doctype html><meta charset="utf-8"><title>Story</title>${head}<body>${body}`
  return { name: 'a story of storybook', body: Buffer.from(html) }
}

const CODE = '/** Adds one. @param {number} x */\nfunction next(x) {\n  return x + 1\n}\n'

function jsdocPages(folder: string): readonly PackagedPage[] {
  const [source, output] = [path.join(folder, 'next.js'), path.join(folder, 'jsdoc')]
  writeFileSync(source, CODE)
  const program = path.join(path.dirname(resolve('jsdoc/package.json')), 'jsdoc.js')
  execFileSync(process.execPath, [program, '--destination', output, source])
  return ['index.html', 'global.html', 'next.js.html'].map((file) => ({
    name: `${file} of jsdoc`,
    body: readFileSync(path.join(output, file)),
  }))
}

function coveragePages(folder: string): readonly PackagedPage[] {
  const [source, output] = [path.join(folder, 'next.js'), path.join(folder, 'coverage')]
  const place = { start: { line: 2, column: 0 }, end: { line: 4, column: 1 } }
  const coverageMap = coverage.createCoverageMap({
    [source]: {
      path: source,
      statementMap: { 0: place },
      s: { 0: 0 },
      fnMap: {},
      f: {},
      branchMap: {},
      b: {},
    },
  })
  const context = report.createContext({ dir: output, coverageMap })
  reports.create('html').execute(context)
  return ['index.html', 'next.js.html'].map((file) => ({
    name: `${file} of a coverage report`,
    body: readFileSync(path.join(output, file)),
  }))
}
