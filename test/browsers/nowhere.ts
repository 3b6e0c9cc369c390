/**
 * A proxy that is not there. Every browser sends through it what is not for loopback, so that a
 * request which a policy allows to `https://api.example.com` fails at once, and no test ever talks
 * to somebody else's machine.
 */
export const NOWHERE = { host: '127.0.0.1', port: 9 } as const
