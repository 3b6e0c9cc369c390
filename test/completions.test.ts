/** What an editor offers while a policy is written: keywords and names first. */

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript-6'
import { describe, expect, it } from 'vitest'

const FOLDER = import.meta.dirname
// It is not there: the editor has it open and not saved.
const FILE = path.join(FOLDER, 'completions.sample.ts')
const PREAMBLE = `import { csp, cspMiddleware, deliver } from '@cusp/express'\nimport { cspMiddleware as koaMiddleware } from '@cusp/koa'\nimport { cspMiddleware as nodeMiddleware } from '@cusp/node'\n`

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  noEmit: true,
  types: [],
  allowImportingTsExtensions: true,
  customConditions: ['@cusp/source'],
}

let text = ''
let version = 0
const service = ts.createLanguageService({
  getScriptFileNames: () => [FILE],
  getScriptVersion: (file) => (file === FILE ? String(version) : '1'),
  getScriptSnapshot: (file) => {
    if (file === FILE) return ts.ScriptSnapshot.fromString(text)
    return existsSync(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, 'utf8')) : undefined
  },
  getCurrentDirectory: () => FOLDER,
  getCompilationSettings: () => OPTIONS,
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  fileExists: (file) => existsSync(file),
  readFile: (file) => readFileSync(file, 'utf8'),
  directoryExists: (folder) => existsSync(folder),
})

/** The names that are offered at "|", without their quotes' escapes, in order. */
function complete(code: string): readonly string[] {
  const at = PREAMBLE.length + code.indexOf('|')
  text = PREAMBLE + code.replace('|', '')
  version += 1
  const entries = service.getCompletionsAtPosition(FILE, at, {})?.entries ?? []
  return entries.map(({ name }) => name.replaceAll('\\', ''))
}

describe('an editor completes', () => {
  const keywords = ["'self'", "'none'", "'unsafe-inline'"]
  const shapes = ['directives', 'enforce', 'reportOnly', 'useDefaults']
  it.each([
    [`csp().scriptSrc('|')`, keywords],
    [`csp().scriptSrc("'self'", '|')`, keywords],
    [`csp().allow('img-src', '|')`, keywords],
    [`csp().set('img-src', ['|'])`, keywords],
    [`csp().directive('img-src', '|')`, keywords],
    [`csp().frameAncestors('|')`, ["'self'", "'none'"]],
    [`csp().trustedTypes('|')`, ["'none'", "'allow-duplicates'", '*']],
    [`csp().requireTrustedTypesFor('|')`, ["'script'"]],
    [`csp().sandbox('|')`, ['allow-downloads', 'allow-forms']],
    [`csp().set('|', [])`, ['child-src', 'connect-src', 'default-src']],
    [`csp().directive('|')`, ['child-src', 'connect-src', 'default-src']],
    [`csp().remove('|')`, ['child-src', 'connect-src', 'default-src']],
    [`csp().get('|')`, ['child-src', 'connect-src', 'default-src']],
    [`csp().allow('|')`, ['child-src', 'connect-src', 'default-src']],
    [`csp().issues({ delivery: '|' })`, ['header', 'report-only', 'meta']],
    [`csp().issues({ | })`, ['delivery', 'self']],
    [`csp().toString({ | })`, ['nonce']],
    [`deliver(csp(), { | })`, ['legacyReportTo', 'reporting']],
    [`cspMiddleware({ | })`, shapes],
    [`koaMiddleware({ | })`, shapes],
    [`nodeMiddleware({ | })`, shapes],
    [
      `cspMiddleware(csp(), { | })`,
      ['deliver', 'legacyReportTo', 'nonce', 'nonceFrom', 'only', 'onWarning', 'reporting'],
    ],
    [`cspMiddleware(csp(), { nonce: '|' })`, ['always', 'when-read']],
  ])('%s', { timeout: 60_000 }, (code, first) => {
    expect(complete(code).slice(0, first.length)).toEqual(first)
  })
})
