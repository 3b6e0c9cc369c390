/** A page that the last build has prerendered gets no nonce: developers are told. */

const MANIFEST = '.next/prerender-manifest.json'
const warned = new Set<string>()

/** What this needs of Node; the edge runtime has nothing of it. */
interface NodeProcess {
  readonly versions?: { readonly node?: string }
  readonly env?: Readonly<Record<string, string | undefined>>
  getBuiltinModule?(name: 'node:fs'): {
    existsSync(path: string): boolean
    readFileSync(path: string, encoding: 'utf8'): string
  }
}

/** Warns once in development of a page that the last build in this folder has prerendered. */
export function warnOfPrerendered({ url, headers }: Request): void {
  const { pathname } = new URL(url)
  const { process } = globalThis as { readonly process?: NodeProcess }
  if (process?.env?.['NODE_ENV'] !== 'development' || warned.has(pathname)) return
  if (headers.get('accept')?.includes('text/html') !== true) return
  if (!listPrerendered(process).has(pathname)) return
  warned.add(pathname)
  console.warn(
    `@cusp/next: ${JSON.stringify(pathname)} is prerendered, so that its scripts get no nonce and the policy blocks them. Use "await connection()" in the page, or hashes for it.`,
  )
}

function listPrerendered(process: NodeProcess): ReadonlySet<string> {
  // The edge runtime has the function as well, and it throws there.
  if (process.versions?.node === undefined) return new Set()
  const fs = process.getBuiltinModule?.('node:fs')
  if (fs === undefined || !fs.existsSync(MANIFEST)) return new Set()
  try {
    const { routes = {} } = JSON.parse(fs.readFileSync(MANIFEST, 'utf8')) as {
      readonly routes?: Readonly<Record<string, unknown>>
    }
    return new Set(Object.keys(routes))
  } catch {
    // A build is on its way.
    return new Set()
  }
}
