/**
 * Other headers for the page than those of the client, as `NextResponse.next({ request })` writes
 * them into the response of a proxy.
 *
 * @see https://github.com/vercel/next.js v16.4.6, server/web/spec-extension/response.ts
 */

const LIST = 'x-middleware-override-headers'
const VALUE = 'x-middleware-request-'
/** These are not taken from a handler's response: the page has them from here. */
const OWN: readonly string[] = [
  'content-security-policy',
  'content-security-policy-report-only',
  'x-nonce',
]

/**
 * The response of a proxy with these headers for the page. What a handler has set for the page
 * stays, but for the headers of policies and nonces.
 */
export function overrideHeaders(handled: Response | undefined, headers: Headers): Response {
  const response = handled === undefined ? nextResponse() : copy(handled)
  const goesOn = ['x-middleware-next', 'x-middleware-rewrite'].some((name) => {
    return response.headers.has(name)
  })
  if (!goesOn) return response
  const listed = response.headers.get(LIST)
  const names = listed === null ? [...headers.keys()] : listed.split(',').map((name) => name.trim())
  const others = names.filter((name) => !OWN.includes(name))
  const own = OWN.filter((name) => headers.has(name))
  for (const name of OWN) response.headers.delete(VALUE + name)
  for (const name of listed === null ? [...others, ...own] : own) {
    response.headers.set(VALUE + name, headers.get(name) ?? '')
  }
  response.headers.set(LIST, [...others, ...own].join(','))
  return response
}

function nextResponse(): Response {
  return new Response(null, { headers: { 'x-middleware-next': '1' } })
}

/** The headers of a redirect, and of what another server has answered, cannot be changed. */
function copy(response: Response): Response {
  return new Response(response.body, response)
}
