/**
 * The integrity attribute of a script.
 *
 * @see https://w3c.github.io/webappsec-csp/#external-hash
 */

// hash-expression = hash-algorithm "-" base64-value; what follows a "?" are options
const HASH_EXPRESSION = /^(sha(?:256|384|512))-([^?]*)/i
const BASE64 = /^[\w+/-]+={0,2}$/

/** How many letters of base64 a hash of each algorithm has, without the "=" at its end. */
const LETTERS: ReadonlyMap<string, number> = new Map([
  ['sha256', 43],
  ['sha384', 64],
  ['sha512', 86],
])

/** Reads the hashes of an integrity attribute; none if a policy cannot contain one of them. */
export function readIntegrity(integrity: string): readonly string[] {
  const hashes = integrity.split(/\s+/).flatMap((item) => {
    const [, algorithm, value] = HASH_EXPRESSION.exec(item) ?? []
    return algorithm === undefined || value === undefined
      ? []
      : [{ algorithm: algorithm.toLowerCase(), value }]
  })
  if (!hashes.every(isWhole)) return []
  return hashes.map(({ algorithm, value }) => `${algorithm}-${value}`)
}

function isWhole({
  algorithm,
  value,
}: {
  readonly algorithm: string
  readonly value: string
}): boolean {
  return BASE64.test(value) && value.replaceAll('=', '').length === LETTERS.get(algorithm)
}
