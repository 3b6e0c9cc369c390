// Builds the package in the working directory, with tsc alone. `pnpm build` runs it in each
// package, dependencies first.
//
//   dist/*.js         the ES modules
//   dist/cjs/*.js     the same as CommonJS, where package.json asks for it
//   dist/cjs/*.d.ts   the declarations of both
//   dist/*.d.ts       of each entry: it re-exports the declarations in dist/cjs
//
// One set of declarations: with two, TypeScript refuses a policy of a CommonJS file in an ES
// module.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { entriesOf, hasCommonJS, readManifest, run } from './packing.js'

const CONFIGURATION = ['--project', 'tsconfig.build.json']
// `module` node16 and nodenext make ES modules of what stands under `type: module`, and
// `verbatimModuleSyntax` refuses `import`.
const COMMONJS = ['--module', 'commonjs', '--moduleResolution', 'bundler']
const OPTIONS = [...COMMONJS, '--verbatimModuleSyntax', 'false', '--outDir', 'dist/cjs']
// The sources are checked already.
const WITHOUT_TYPES = ['--declaration', 'false', '--isolatedDeclarations', 'false', '--noCheck']

const folder = process.cwd()
const manifest = readManifest(folder)
try {
  if (hasCommonJS(manifest)) buildBoth()
  else tsc([])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function buildBoth() {
  tsc(OPTIONS)
  tsc(WITHOUT_TYPES)
  // Without it Node and TypeScript would read ES modules there, and a bundler would keep what
  // nobody uses.
  const sideEffects = manifest.sideEffects === false ? { sideEffects: false } : {}
  const text = JSON.stringify({ type: 'commonjs', ...sideEffects }, null, 2)
  writeFileSync(path.join(folder, 'dist/cjs/package.json'), `${text}\n`)
  for (const entry of entriesOf(manifest)) {
    const { import: module, require: commonJS } = Object(manifest.exports[entry])
    const target = path.posix.relative(path.posix.dirname(module.types), commonJS.default)
    writeFileSync(path.join(folder, module.types), `export * from './${target}'\n`)
  }
}

/** @param {readonly string[]} options */
function tsc(options) {
  run('tsc', [...CONFIGURATION, ...options], folder)
}
