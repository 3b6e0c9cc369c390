/**
 * Nonces from a pool. One draw of randomness costs more than the rest of a response, so each draw
 * is for many (suite "nonce" of the bench).
 *
 * @see https://w3c.github.io/webappsec-csp/#security-nonces
 */

// base64-value = 1*( ALPHA / DIGIT / "+" / "/" / "-" / "_" )*2( "=" ), long enough for 128 bits
const STRONG_NONCE = /^[A-Za-z0-9+/_-]{22,}={0,2}$/

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Two letters for each 12 bits. */
const PAIRS = /* @__PURE__ */ Uint16Array.from({ length: 4096 }, (_, bits) => {
  return (ALPHABET.charCodeAt(bits >> 6) << 8) | ALPHABET.charCodeAt(bits & 63)
})

/**
 * 22 letters of 6 bits are 132 random bits; base64url letters need no escaping in a header, markup
 * or a URL.
 */
const LENGTH = 22
const POOL_SIZE = 512

let pairs = new Uint16Array(0)
let pool = ''
let used = 0
/** The nonce that was made last: strong, whoever asks. */
let last = ''

/**
 * Returns a new nonce: 22 letters of the base64url alphabet, which are 132 random bits from the
 * runtime's cryptographic generator. No nonce is returned twice.
 *
 * @example
 * ```ts
 * import { createNonce, csp, NONCE } from '@cusp/core'
 *
 * const nonce = createNonce()
 * nonce.length // => 22
 * csp().scriptSrc(NONCE).toString({ nonce }) === `script-src 'nonce-${nonce}'` // => true
 * ```
 */
export function createNonce(): string {
  if (used === pool.length) refill()
  last = pool.slice(used, (used += LENGTH))
  return last
}

/**
 * Whether `value` is a nonce that browsers accept and nobody can guess: base64 of 22 letters or
 * more.
 *
 * @example
 * ```ts
 * import { createNonce, isStrongNonce } from '@cusp/core'
 *
 * isStrongNonce(createNonce()) // => true
 * isStrongNonce('2726c7f26c') // => false
 * ```
 */
export function isStrongNonce(value: unknown): value is string {
  // Mostly it comes right from createNonce: the expression takes longer than all the rest.
  if (value === last && last !== '') return true
  return typeof value === 'string' && STRONG_NONCE.test(value)
}

/**
 * Makes a new pool. 65 536 is a multiple of 4096, so every letter is as likely as any other.
 *
 * While V8 takes a start-up snapshot the pool has one nonce, which is used at once. A larger one
 * would be in the snapshot, and every process that starts from it would hand out the same nonces.
 */
function refill(): void {
  const length = ((isBuildingSnapshot() ? 1 : POOL_SIZE) * LENGTH) / 2
  if (pairs.length !== length) pairs = new Uint16Array(length)
  crypto.getRandomValues(pairs)
  for (let index = 0; index < pairs.length; index++) {
    pairs[index] = PAIRS[(pairs[index] as number) & 4095] as number
  }
  pool = new TextDecoder().decode(pairs)
  used = 0
}

/** What Node has besides the globals of every runtime. */
interface Host {
  readonly process?: {
    readonly versions?: { readonly node?: string }
    readonly getBuiltinModule?: (name: 'node:v8') => {
      readonly startupSnapshot?: { readonly isBuildingSnapshot?: () => boolean }
    }
  }
}

function isBuildingSnapshot(): boolean {
  const { process } = globalThis as Host
  // The edge runtime of Next has the function as well, and it throws there.
  const node = process?.versions?.node === undefined ? undefined : process
  // Node 20 answers 1 or 0.
  return Boolean(node?.getBuiltinModule?.('node:v8').startupSnapshot?.isBuildingSnapshot?.())
}
