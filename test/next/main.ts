/**
 * Builds an application of Next with the packed packages, starts it, and asks it whether every
 * script has the nonce of its response: `pnpm check:next`, after `pnpm build`. Each version of Next
 * is downloaded for it, 341 MB.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { transformSync } from 'esbuild'
import { CASES } from '../../packages/next/test/policies.ts'
import { packAll, run } from '../../scripts/packing.js'
import { launchBrowser, until } from '../browsers/browser.ts'
import { poll } from '../browsers/deadline.ts'

/** The versions, each with the proxy of the other one. */
const VERSIONS = [
  { next: '16.4.6', unused: 'middleware.js', hasFiles: true },
  { next: '15.5.29', unused: 'proxy.js', hasFiles: false },
] as const

const HERE = import.meta.dirname
const PACKAGES: ReadonlySet<string> = new Set(['@cusp/core', '@cusp/html', '@cusp/next'])
const ENVIRONMENT = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
const FORGED = { 'content-security-policy': "script-src 'nonce-forged'", 'x-nonce': 'forged' }
const CLICK = `
  const button = document.querySelector('#count')
  if (button.textContent === '0') button.click()
  return button.textContent !== '0'
`

const scratch = mkdtempSync(path.join(tmpdir(), 'cusp-next-check-'))
try {
  const packed = packAll(scratch).filter(({ manifest }) => PACKAGES.has(manifest.name))
  for (const version of VERSIONS)
    await checkVersion(
      version,
      packed.map(({ tarball }) => tarball),
    )
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function checkVersion(
  { next, unused, hasFiles }: (typeof VERSIONS)[number],
  tarballs: readonly string[],
): Promise<void> {
  const folder = path.join(scratch, next)
  cpSync(path.join(HERE, 'app'), folder, { recursive: true })
  const policies = readFileSync(path.join(HERE, '../../packages/next/test/policies.ts'), 'utf8')
  writeFileSync(path.join(folder, 'policies.js'), transformSync(policies, { loader: 'ts' }).code)
  rmSync(path.join(folder, unused))
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module' }),
  )
  const packages = [`next@${next}`, 'react@19', 'react-dom@19', ...tarballs]
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', ...packages], folder)
  await runNext(folder, ['build'])
  const port = await findPort()
  const stop = startNext(folder, port)
  try {
    const origin = `http://localhost:${port}`
    await poll(() => fetch(origin), { what: 'the application' })
    const counts = await checkPolicies(origin)
    await checkEdges(origin)
    const chromium = await checkInChromium(origin, hasFiles)
    console.log(`next ${next}, Node ${process.versions.node}, ${chromium}: ${counts}, 0 violations`)
  } finally {
    await stop()
  }
}

/** Every script of the page has the nonce of the response, under every policy of the table. */
async function checkPolicies(origin: string): Promise<string> {
  let scripts = 0
  for (const [index, { name }] of CASES.entries()) {
    const page = await getPage(`${origin}/?case=${index}`)
    const all = page.html.match(/<script\b[^>]*>/g) ?? []
    const own = all.filter((tag) => tag.includes(`nonce="${page.nonce}"`))
    if (all.length < 5 || own.length !== all.length || page.html.includes('forged')) {
      throw new Error(`Under ${name} ${own.length} of ${all.length} scripts have the nonce`)
    }
    scripts += own.length
  }
  return `${CASES.length} policies, ${scripts} of ${scripts} scripts with the nonce of the response`
}

/** What the documentation says of pages that the proxy has no part in. */
async function checkEdges(origin: string): Promise<void> {
  const prerendered = await getPage(`${origin}/prerendered`)
  if (prerendered.nonce === '' || prerendered.html.includes(' nonce="')) {
    throw new Error('A prerendered page has a nonce: change what the README says of it')
  }
  const outside = await getPage(`${origin}/outside`)
  if (!outside.html.includes('nonce="forged"')) {
    throw new Error('Next does not use the header of a client: change what the README says of it')
  }
}

async function getPage(url: string): Promise<{ readonly html: string; readonly nonce: string }> {
  const response = await fetch(url, { headers: FORGED })
  const { headers } = response
  const policies = `${headers.get('content-security-policy')} ${headers.get('content-security-policy-report-only')}`
  return { html: await response.text(), nonce: /'nonce-([^']+)'/.exec(policies)?.[1] ?? '' }
}

/** The page works in a browser under `strict()`, the one that the build has rendered by hashes. */
async function checkInChromium(origin: string, hasFiles: boolean): Promise<string> {
  const browser = await launchBrowser('chromium')
  try {
    for (const place of hasFiles ? ['/', '/prerendered?hashes'] : ['/']) {
      const page = await browser.open(origin + place)
      await until(page, CLICK)
      const violations = await page.evaluate<readonly string[]>('violations')
      if (violations.length > 0) throw new Error(`${place} has blocked ${violations.join(', ')}`)
    }
    return `chromium ${browser.version}`
  } finally {
    await browser.close()
  }
}

async function runNext(folder: string, args: readonly string[]): Promise<void> {
  const child = spawn(path.join(folder, 'node_modules/.bin/next'), args, {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`next ${args.join(' ')} has failed: ${code}`)
}

function startNext(folder: string, port: number): () => Promise<void> {
  const command = path.join(folder, 'node_modules/next/dist/bin/next')
  const child = spawn(process.execPath, [command, 'start', '--port', String(port)], {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return async () => {
    const closed = once(child, 'close')
    child.kill()
    await closed
  }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port')
  return address.port
}
