/**
 * How Next finds the nonce of a request, told again from its source. `pnpm check:next` asks Next
 * itself with the same table.
 *
 * @see https://github.com/vercel/next.js v16.4.6, app-render/get-script-nonce-from-header.tsx
 */

/** The nonce that Next finds in the value of a header. */
function readNonce(value: string): string | undefined {
  const directives = value.split(';').map((directive) => directive.trim())
  const found =
    directives.find((directive) => directive.startsWith('script-src')) ??
    directives.find((directive) => directive.startsWith('default-src'))
  const [, ...sources] = found?.split(/\s+/) ?? []
  const matches = sources.map((source) => /^'nonce-([\w+/-]+={0,2})'$/.exec(source)?.[1])
  return matches.find((nonce) => nonce !== undefined)
}

/**
 * The headers of the page's request: Next copies the response headers of a proxy over those that
 * the proxy has set for the page.
 *
 * @see https://github.com/vercel/next.js v16.4.6, server/lib/router-utils/resolve-routes.ts
 */
export function readPageNonce(response: Response): string | undefined {
  const request = 'x-middleware-request-'
  const names = ['content-security-policy', 'content-security-policy-report-only']
  const [enforced, reported] = names.map((name) => {
    return response.headers.get(name) ?? response.headers.get(request + name) ?? ''
  })
  return readNonce(enforced || reported || '')
}
