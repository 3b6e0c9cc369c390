/** What services need, as their vendors document it: data, each with its document and its date. */

import type { ListDirective } from '../vocabulary/directives.ts'

/** Sources by directive. */
export type ServiceSources = Readonly<Partial<Record<ListDirective, readonly string[]>>>

/** One service. */
export interface ServiceEntry {
  /** The vendor's document. */
  readonly document: string
  /** The day on which the document was read, as `YYYY-MM-DD`. */
  readonly read: string
  /** What the document lists and this entry lacks; absent where the entry is complete. */
  readonly gap?: string
  /** What every page with the service needs. */
  readonly sources: ServiceSources
  /** What single features need, by the name of the option. */
  readonly features?: Readonly<Record<string, ServiceSources>>
  /** A keyword that the document asks for and that is never added, with what it costs. */
  readonly cost?: {
    readonly directive: ListDirective
    readonly value: string
    readonly why: string
  }
}

/** The name of a service. */
export type ServiceName =
  | 'cloudflareAnalytics'
  | 'datadog'
  | 'googleMaps'
  | 'hcaptcha'
  | 'mapbox'
  | 'paypalFraudnet'
  | 'posthog'
  | 'sentry'
  | 'turnstile'

const HCAPTCHA = ['https://hcaptcha.com', 'https://*.hcaptcha.com']
const GOOGLE_APIS = ['https://*.googleapis.com', 'https://*.gstatic.com', 'https://*.google.com']

/**
 * Every service that {@link services} knows. `pnpm check:services` fails before a release when a
 * document was read too long ago.
 */
export const SERVICES: Readonly<Record<ServiceName, ServiceEntry>> = {
  cloudflareAnalytics: {
    document:
      'https://developers.cloudflare.com/fundamentals/reference/policies-compliances/content-security-policies/',
    read: '2026-11-27',
    sources: {
      'script-src': ['https://static.cloudflareinsights.com'],
      'connect-src': ['https://cloudflareinsights.com'],
    },
  },
  datadog: {
    document: 'https://docs.datadoghq.com/integrations/content_security_policy_logs/',
    read: '2026-11-27',
    gap: 'It has the site US1 alone',
    sources: { 'connect-src': ['https://*.browser-intake-datadoghq.com'] },
    features: {
      replay: { 'worker-src': ['blob:'] },
      cdn: { 'script-src': ['https://www.datadoghq-browser-agent.com'] },
    },
  },
  googleMaps: {
    document: 'https://developers.google.com/maps/documentation/javascript/content-security-policy',
    read: '2026-11-27',
    sources: {
      'script-src': ['blob:'],
      'img-src': [...GOOGLE_APIS, 'https://*.googleusercontent.com', 'data:'],
      'frame-src': ['https://*.google.com'],
      'connect-src': [...GOOGLE_APIS, 'data:', 'blob:'],
      'font-src': ['https://fonts.gstatic.com'],
      'style-src': ['https://fonts.googleapis.com'],
      'worker-src': ['blob:'],
    },
    cost: {
      directive: 'script-src',
      value: "'unsafe-eval'",
      why: 'with it, a text that reaches eval runs as code',
    },
  },
  hcaptcha: {
    document: 'https://docs.hcaptcha.com/',
    read: '2026-11-27',
    sources: {
      'script-src': HCAPTCHA,
      'frame-src': HCAPTCHA,
      'style-src': HCAPTCHA,
      'connect-src': HCAPTCHA,
    },
  },
  mapbox: {
    document: 'https://docs.mapbox.com/mapbox-gl-js/guides/security-and-testing',
    read: '2026-11-27',
    gap: 'The part of the document on strict environments was not read',
    sources: {
      'worker-src': ['blob:'],
      'img-src': ['data:', 'blob:'],
      'connect-src': ['https://api.mapbox.com', 'https://events.mapbox.com'],
    },
    features: { wasm: { 'script-src': ["'wasm-unsafe-eval'"] } },
  },
  paypalFraudnet: {
    document: 'https://developer.paypal.com/docs/limited-release/fraudnet/integrate/',
    read: '2026-11-27',
    sources: {
      'script-src': ['https://c.paypal.com'],
      'frame-src': ['https://c.paypal.com'],
      'img-src': ['https://c.paypal.com', 'https://b.stats.paypal.com'],
    },
  },
  posthog: {
    document: 'https://posthog.com/docs/advanced/content-security-policy',
    read: '2026-11-27',
    gap: 'Directives other than script-src and connect-src were not read',
    sources: {
      'script-src': ['https://*.posthog.com'],
      'connect-src': ['https://*.posthog.com'],
    },
  },
  sentry: {
    document: 'https://docs.sentry.io/platforms/javascript/install/loader/#content-security-policy',
    read: '2026-11-27',
    sources: { 'connect-src': ['https://*.sentry.io'] },
    features: {
      loader: { 'script-src': ['https://browser.sentry-cdn.com', 'https://js.sentry-cdn.com'] },
      replay: { 'worker-src': ["'self'", 'blob:'] },
    },
  },
  turnstile: {
    document: 'https://developers.cloudflare.com/turnstile/reference/content-security-policy/',
    read: '2026-11-27',
    sources: {
      'script-src': ['https://challenges.cloudflare.com'],
      'frame-src': ['https://challenges.cloudflare.com'],
    },
    features: { preClearance: { 'connect-src': ["'self'"] } },
  },
}
