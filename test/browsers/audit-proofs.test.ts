/** The proofs of audits, carried out: what a finding says is allowed, browsers let through. */

import { readFileSync } from 'node:fs'
import { parsePolicy } from '../../packages/core/src/index.ts'
import type {
  AuditFinding,
  Check,
  FindingId,
  PolicyInput,
  PolicyRecord,
} from '../../packages/engine/src/index.ts'
import { audit, decide, FINDINGS } from '../../packages/engine/src/index.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proofScript } from './audit-proofs.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { describeInBrowsers } from './suite.ts'

/** A policy for each finding that has a proof which a page can carry out. */
const PROVEN: readonly (readonly [id: FindingId, policy: string])[] = [
  ['scripts-unrestricted', "img-src 'self'"],
  ['inline-script', "script-src 'unsafe-inline'"],
  ['inline-handler', "script-src 'self'; script-src-attr 'unsafe-inline'"],
  ['any-script-host', 'script-src *'],
  ['data-script', 'script-src data:'],
  ['blob-script', 'script-src blob:'],
  ['script-bypass', 'script-src www.google.com'],
  ['public-script-host', 'script-src unpkg.com'],
  ['movable-base', "script-src 'nonce-MDEyMzQ1Njc4OTAxMjM0NTY3ODk'"],
  ['open-base', "script-src 'self'"],
  ['eval', "script-src 'unsafe-eval'"],
  ['wasm', "script-src 'wasm-unsafe-eval'"],
  ['any-object', "script-src 'none'"],
  ['allowed-objects', "script-src 'none'; object-src OTHER"],
  ['insecure-source', 'img-src http://a.example'],
  ['upgraded-source', 'img-src http://a.example; upgrade-insecure-requests'],
  ['ip-host', 'img-src 192.0.2.1'],
  ['short-nonce', "script-src 'nonce-short'"],
  ['script-allow-list', 'script-src https://a.example'],
  ['any-connection', "default-src 'none'; connect-src *"],
  ['any-frame', "default-src 'none'; frame-src *"],
  ['any-worker', "script-src 'self'; worker-src blob:"],
  ['any-style', "default-src 'none'; style-src *"],
  ['public-host', "default-src 'none'; connect-src *.vercel.app"],
  ['inline-style', "default-src 'none'; style-src 'unsafe-inline'"],
  ['no-trusted-types', "default-src 'none'"],
  ['static-nonce', "script-src 'nonce-MDEyMzQ1Njc4OTAxMjM0NTY3ODk'"],
  ['not-enforced', "default-src 'none'"],
]

/** What forbids each kind of check: there the same script must be stopped. */
const FORBIDS = "default-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"
/** Proven below, each in its own way. */
const BELOW: readonly FindingId[] = ['any-ancestor', 'any-form-target', 'undecodable-hash']
/** What no page can show any more. */
const NOWHERE: readonly FindingId[] = ['filesystem-script']

const HEADER = 'content-security-policy'

const corpus = new URL('../../packages/engine/test-data/corpus.json', import.meta.url)
const recorded = JSON.parse(readFileSync(corpus, 'utf8')) as {
  readonly entries: readonly { readonly policies: readonly PolicyRecord[] }[]
}

let site: Site
let served = 0
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.close())

/** A policy as a header, or as the value of a program where only that has the weakness. */
function findingOf(id: FindingId, value: string): AuditFinding & { readonly witness: Check } {
  const input: PolicyInput =
    id === 'static-nonce'
      ? parsePolicy(value).policy
      : { value, disposition: id === 'not-enforced' ? 'report' : 'enforce' }
  const options = { self: site.page.origin }
  const finding = audit(input, options).find((one) => one.id === id)
  const witness = finding?.witness ?? null
  if (finding === undefined || witness === null) throw new Error(`${value} has no proof of ${id}`)
  expect(decide(input, witness, { ...options, dialect: finding.dialect }).allowed).toBe(true)
  return { ...finding, witness }
}

function serve(id: string, policy: string): string {
  const name = id === 'not-enforced' ? `${HEADER}-report-only` : HEADER
  served += 1
  return site.page.serve(`/proof-${served}`, {
    headers: { [name]: policy },
    body: '<!doctype html><title>proof</title><body>',
  })
}

describeInBrowsers('the proof of', (browser) => {
  const shown = new Set<FindingId>()

  it.each(PROVEN)('%s is let through: %s', async (id, written) => {
    const policy = written.replace('OTHER', site.other.addressOrigin)
    const script = proofScript(findingOf(id, policy).witness, site.other.addressOrigin)
    const page = await browser().open(serve(id, policy))
    expect(await page.evaluate(script)).toBe('done')
    await page.goto(serve('forbidden', FORBIDS))
    expect(await page.evaluate(script)).not.toBe('done')
    await page.close()
    shown.add(id)
  })

  it('undecodable-hash is let through where the finding says so', async () => {
    const value = "script-src 'unsafe-inline' 'sha256-ABCDE'"
    const { witness, dialect } = findingOf('undecodable-hash', value)
    const page = await browser().open(serve('undecodable-hash', value))
    const result = await page.evaluate(proofScript(witness, site.other.addressOrigin))
    const isIgnored = decide({ value }, witness, { dialect: browser().name }).allowed
    expect(result === 'done').toBe(isIgnored)
    expect(isIgnored || browser().name !== dialect).toBe(true)
    await page.close()
    shown.add('undecodable-hash')
  })

  it('any-ancestor is let through', async () => {
    const key = `framed-${browser().name}`
    expect(findingOf('any-ancestor', 'img-src *').witness.type).toBe('frame-ancestors')
    const framed = site.page.serve(`/${key}`, {
      headers: { 'content-security-policy': 'img-src *' },
      body: `<!doctype html><img src="/image.png?${key}">`,
    })
    const frame = site.other.serve(`/frames-${key}`, { body: `<iframe src="${framed}"></iframe>` })
    const page = await browser().open(frame.replace(site.other.origin, site.other.addressOrigin))
    await site.page.waitForRequest(`/image.png?${key}`)
    await page.close()
    shown.add('any-ancestor')
  })

  it('any-form-target is let through', async () => {
    const key = `/sent-${browser().name}`
    expect(findingOf('any-form-target', "default-src 'none'").witness.type).toBe('form-action')
    site.other.serve(key, { body: 'sent' })
    const page = await browser().open(serve('form', "default-src 'none'"))
    await page.evaluate(`
      const form = document.createElement('form')
      form.action = '${site.other.addressOrigin}${key}'
      document.body.append(form)
      form.submit()
    `)
    await site.other.waitForRequest(key)
    await page.close()
    shown.add('any-form-target')
  })

  it(`has been seen of every finding that has one`, () => {
    expect([...shown].toSorted()).toEqual([...PROVEN.map(([id]) => id), ...BELOW].toSorted())
  })
})

describe('the table of proofs', () => {
  it('has every finding that ever has a proof, once', () => {
    const inTable = [...PROVEN.map(([id]) => id), ...BELOW, ...NOWHERE]
    expect(new Set(inTable).size).toBe(inTable.length)
    const policies = [
      ...PROVEN.map(([, value]) => [{ value }]),
      ...recorded.entries.map((entry) => entry.policies),
    ]
    const proven = policies
      .flatMap((list) => audit(list))
      .filter(({ witness }) => witness !== null)
      .map(({ id }) => id)
    expect([...new Set(proven)].filter((id) => !inTable.includes(id))).toEqual([])
    expect([...FINDINGS.keys()]).toEqual(expect.arrayContaining(inTable))
  })
})
