/** The directives that helmet sends where nothing else is said. */

/** Values by directive name, in helmet's order. */
export type HelmetDefaults = Record<string, string[]>

/** Returns helmet's default directives: a new object with new arrays at each call, so that they can be changed freely. */
export function getDefaultDirectives(): HelmetDefaults {
  return {
    'default-src': ["'self'"],
    'base-uri': ["'self'"],
    'font-src': ["'self'", 'https:', 'data:'],
    'form-action': ["'self'"],
    'frame-ancestors': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'script-src': ["'self'"],
    'script-src-attr': ["'none'"],
    'style-src': ["'self'", 'https:', "'unsafe-inline'"],
    'upgrade-insecure-requests': [],
  }
}
