// A package registry on this machine: gives packed tarballs to `npm install` as the public registry
// will, so that versions, dependencies and peers are resolved as they are for users.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

/** @typedef {import('../../scripts/packing.js').Packed} Packed */

/**
 * Starts a registry that has these packages and nothing else.
 *
 * @param {readonly Packed[]} packages
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startRegistry(packages) {
  const tarballs = new Map(
    packages.map(({ manifest, tarball }) => [manifest.name, readFileSync(tarball)]),
  )
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', `http://${req.headers.host}`)
    const name = decodeURIComponent(url.pathname.slice(1))
    const tarball = tarballs.get(name.replace(/\.tgz$/, ''))
    const manifest = packages.find((packed) => packed.manifest.name === name)?.manifest
    if (tarball === undefined) res.writeHead(404).end('{}')
    else if (manifest === undefined) res.end(tarball)
    else res.end(JSON.stringify(documentOf(manifest, tarball, `${url.href}.tgz`)))
  })
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(undefined))
  })
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/**
 * What a registry tells of a package.
 *
 * @param {Packed['manifest']} manifest
 * @param {Buffer} content
 * @param {string} tarball the address of its tarball
 * @returns {object}
 */
function documentOf(manifest, content, tarball) {
  const { name, version } = manifest
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
  }
}
