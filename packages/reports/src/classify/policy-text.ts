/**
 * The text of a policy as reports have it: equal policies differ by the nonce of their response.
 */

/** A nonce, or what {@link redact} and the engine write in place of one. */
// nonce-source = "'nonce-" base64-value "'"; base64-value = 1*( ALPHA / DIGIT / "+" / "/" / "-" /
// "_" ) *2( "=" )
const NONCE = /'nonce-(?:[a-z0-9+/_-]+={0,2}|\{nonce\})'/gi

/**
 * The text with one and the same nonce in place of each: none of them is known, but that there is
 * one decides.
 */
export function withOneNonce(policy: string): string {
  // Most have none: looking costs less than replacing.
  return !policy.includes("'nonce-") ? policy : policy.replace(NONCE, "'nonce-any'")
}
