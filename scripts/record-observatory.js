// Records what Mozilla's HTTP Observatory says of the policies in the corpus of packages/engine:
// `pnpm record:observatory`. It weighs 132 MB with all that it brings, so it is installed for this
// alone, into a temporary folder.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const VERSION = '1.4.8'
const DATA = path.resolve(import.meta.dirname, '../packages/engine/test-data')

/**
 * @typedef {object} Entry
 * @property {string} site
 * @property {readonly { readonly value: string, readonly disposition?: string }[]} policies
 */

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-observatory-'))
try {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
  const name = `@mdn/mdn-http-observatory@${VERSION}`
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--silent', name], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`Cannot install ${name}: npm ended with ${status}`)
  const file = 'node_modules/@mdn/mdn-http-observatory/src/analyzer/tests/csp.js'
  const { contentSecurityPolicyTest } = await import(pathToFileURL(path.join(folder, file)).href)
  const corpus = readFileSync(path.join(DATA, 'corpus.json'), 'utf8')
  const { entries } = /** @type {{ entries: readonly Entry[] }} */ (JSON.parse(corpus))
  const answers = entries.map((entry) => {
    const { result, policy } = contentSecurityPolicyTest(requestsOf(entry))
    return { site: entry.site, result, policy: policy === null ? null : { ...policy } }
  })
  const text = JSON.stringify({ version: VERSION, answers }, null, 2)
  writeFileSync(path.join(DATA, 'observatory.json'), `${text}\n`)
  console.log(`  ${answers.length} entries, Observatory ${VERSION}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * What the Observatory would have got from the site.
 *
 * @param {Entry} entry
 * @returns {object}
 */
function requestsOf({ policies }) {
  const values = (/** @type {boolean} */ isReport) =>
    policies
      .filter(({ disposition }) => (disposition === 'report') === isReport)
      .map(({ value }) => value)
  const headers = {
    'content-security-policy': values(false),
    'content-security-policy-report-only': values(true),
    /** @param {string} wanted */
    get(wanted) {
      return this[/** @type {'content-security-policy'} */ (wanted)]?.[0]
    },
  }
  const response = { headers, httpEquiv: new Map() }
  return { responses: { auto: response }, session: { url: new URL('https://site.example/') } }
}
