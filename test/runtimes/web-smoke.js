// What @cusp/web does, in one function that any runtime with web Requests can call.
import { beginCsp, csp, getCsp, NONCE, withCsp } from '@cusp/web'

/** Serves two Requests; throws where a Response is not the expected one. */
export async function smokeWeb() {
  const policy = csp().scriptSrc(NONCE)
  const fetch = withCsp((request) => new Response(getCsp(request).nonce), policy)
  const response = await fetch(new Request('https://shop.example/'))
  expectPolicy(response, await response.text())

  const { nonce, apply } = beginCsp(new Request('https://shop.example/'), policy)
  expectPolicy(apply(Response.redirect('https://shop.example/there')), nonce)
}

/**
 * @param {Response} response
 * @param {string} nonce
 */
function expectPolicy({ headers }, nonce) {
  const value = headers.get('Content-Security-Policy')
  if (nonce.length < 22 || value !== `script-src 'nonce-${nonce}'`) {
    throw new Error(`${value} for the nonce ${nonce}`)
  }
}
