// What core does, in one function that any JavaScript runtime can call: it needs nothing but the
// language.
import {
  createNonce,
  csp,
  CspError,
  deliver,
  hashSource,
  NONCE,
  NONE,
  parsePolicy,
  parsePolicyList,
  SELF,
  strict,
} from '@cusp/core'
import { fromHelmet } from '@cusp/core/helmet'

/**
 * Builds, parses, delivers, makes nonces, hashes and writes meta tags; throws where the result is
 * not the expected one.
 */
export async function smoke() {
  const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).objectSrc(NONE).reportTo('csp', '/csp')
  const nonce = createNonce()
  equal(/^[\w-]{22,}$/.test(nonce), true)
  equal(createNonce() === nonce, false)

  const written = `default-src 'self'; script-src 'nonce-${nonce}'; object-src 'none'; report-to csp; report-uri /csp`
  equal(policy.toString({ nonce }), written)
  equal(deliver(policy).headers(nonce), [
    ['Content-Security-Policy', written],
    ['Reporting-Endpoints', 'csp="/csp"'],
  ])
  equal(parsePolicy(written).policy.toString(), written)
  equal(parsePolicyList(`${written}, default-src 'none'`).length, 2)
  equal(policy.allow('connect-src', 'https://bücher.example').directives.at(-1), {
    name: 'connect-src',
    values: [SELF, 'https://xn--bcher-kva.example'],
  })

  const empty = await hashSource('')
  equal(empty, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")
  equal(
    strict().scriptSrc(empty).toMeta({ nonce }),
    `<meta http-equiv="Content-Security-Policy" content="${strict().scriptSrc(empty).toString({ nonce })}">`,
  )
  equal(fromHelmet({ useDefaults: false, directives: { defaultSrc: [SELF] } }).headers(), [
    ['Content-Security-Policy', "default-src 'self'"],
  ])
  equal(
    codeOf(() => csp().directive('scrpt-src', SELF)),
    'ERR_CSP_DIRECTIVE_UNKNOWN',
  )
  equal(
    codeOf(() => csp().imgSrc(String('a;b'))),
    'ERR_CSP_CHARACTER',
  )
}

/**
 * @param {() => unknown} run
 * @returns {string | undefined}
 */
function codeOf(run) {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof CspError ? error.code : String(error)
  }
}

/**
 * @param {unknown} actual
 * @param {unknown} expected
 */
function equal(actual, expected) {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value))
  if (is !== should) throw new Error(`${is}, expected ${should}`)
}
