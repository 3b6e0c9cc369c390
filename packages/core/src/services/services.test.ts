import { afterEach, describe, expect, it, vi } from 'vitest'
import { csp, DIRECTIVES } from '../index.ts'
import { development, SERVICES, serviceIssues, services, strict } from '../presets.ts'
import type { ServiceName, Services } from '../presets.ts'

const NAMES = Object.keys(SERVICES) as readonly ServiceName[]
const host = csp().defaultSrc("'none'").scriptSrc("'self'")

describe('each entry', () => {
  it.each(NAMES)('%s: a document, a day, sources that the builder takes', (name) => {
    const { cost, document, read } = SERVICES[name]
    expect(new URL(document).protocol).toBe('https:')
    expect(new Date(read).toISOString().slice(0, 10)).toBe(read)
    const policy = services({ [name]: true })
    expect([...DIRECTIVES.keys()].filter((each) => policy.get(each) !== undefined)).toEqual(
      expect.arrayContaining(Object.keys(SERVICES[name].sources)),
    )
    expect(String(policy)).not.toMatch(/'unsafe-(?:inline|eval)'/)
    expect(policy.issues().filter(({ severity }) => severity === 'error')).toEqual([])
    expect(cost === undefined || cost.value.startsWith("'unsafe-")).toBe(true)
  })
})

const CASES: readonly (readonly [title: string, choices: Services, expected: string])[] = [
  ['nothing', {}, ''],
  ['what is not wanted', { sentry: false, mapbox: undefined }, ''],
  ['sentry', { sentry: true }, 'connect-src https://*.sentry.io'],
  [
    'a DSN: its origin alone',
    { sentry: { dsn: 'https://key@errors.example:8443/7' } },
    'connect-src https://errors.example:8443',
  ],
  [
    'features',
    { sentry: { loader: true, replay: true }, mapbox: { wasm: false } },
    "worker-src blob: 'self'; img-src data: blob:; connect-src https://api.mapbox.com https://events.mapbox.com https://*.sentry.io; script-src https://browser.sentry-cdn.com https://js.sentry-cdn.com",
  ],
  [
    'turnstile with its cookies',
    { turnstile: { preClearance: true } },
    "script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com; connect-src 'self'",
  ],
]

describe('services', () => {
  it.each(CASES)('%s', (_title, choices, expected) => {
    expect(String(services(choices))).toBe(expected)
  })

  it("leaves the hosts of scripts out under 'strict-dynamic', wherever it stands", () => {
    const choices = { turnstile: true, mapbox: { wasm: true } }
    expect(services(choices, { for: strict() }).get('script-src')).toEqual(["'wasm-unsafe-eval'"])
    const byDefault = csp().defaultSrc("'nonce-abcdefghijklmnopqrstuv'", "'strict-dynamic'")
    expect(services({ turnstile: true }, { for: byDefault }).get('script-src')).toBeUndefined()
    expect(services({ turnstile: true }, { for: host }).get('script-src')).toHaveLength(1)
  })

  it('goes to the list that decides for elements', () => {
    const page = host.scriptSrcElem("'self'").styleSrcElem("'self'")
    const merged = page.merge(services({ hcaptcha: true }, { for: page }))
    expect(merged.get('script-src')).toEqual(["'self'"])
    expect(merged.get('script-src-elem')).toContain('https://hcaptcha.com')
    expect(merged.get('style-src-elem')).toContain('https://hcaptcha.com')
  })

  const REFUSED: readonly (readonly [choices: unknown, message: string])[] = [
    [{ sentri: true }, 'Cannot add services: "sentri" is not an option. Use sentry instead.'],
    [
      { sentry: { dsn: 'nonsense' } },
      'Cannot add the service sentry: "nonsense" is not a choice of it. Use { dsn: "https://key@host/project" } or false instead.',
    ],
    [
      { sentry: { dsn: 'data:text/plain,1' } },
      'Cannot add the service sentry: "data:text/plain,1" is not a choice of it. Use { dsn: "https://key@host/project" } or false instead.',
    ],
    [
      { sentry: { dsn: 7 } },
      'Cannot add the service sentry: 7 is not a choice of it. Use { dsn: "https://key@host/project" } or false instead.',
    ],
    [
      { mapbox: { wasm: 'yes' } },
      'Cannot add the service mapbox: "yes" is not a choice of it. Use { wasm: true } or false instead.',
    ],
    [
      { hcaptcha: {} },
      'Cannot add the service hcaptcha: {} is not a choice of it. Use true or false instead.',
    ],
    [
      { posthog: 1 },
      'Cannot add the service posthog: 1 is not a choice of it. Use true or false instead.',
    ],
  ]
  it.each(REFUSED)('refuses %j', (choices, message) => {
    expect(() => services(choices as Services)).toThrow(message)
  })

  it('refuses a page that is not a policy', () => {
    expect(() => services({}, { for: "default-src 'self'" as never })).toThrow(
      'is not a policy. Use { for: policy } instead.',
    )
  })
})

describe('serviceIssues', () => {
  it('names the keyword that is left out, with what it would cost', () => {
    expect(serviceIssues({ googleMaps: true, hcaptcha: true })).toEqual([
      expect.objectContaining({
        code: 'service-needs-unsafe',
        service: 'googleMaps',
        value: "'unsafe-eval'",
        message:
          "The document of googleMaps asks for 'unsafe-eval' in script-src, which is left out: with it, a text that reaches eval runs as code",
      }),
    ])
  })

  it('names what was not read', () => {
    const codes = serviceIssues({ datadog: true, mapbox: true, posthog: true, sentry: false })
    expect(codes.map(({ code }) => code)).toEqual(Array(3).fill('service-incomplete'))
  })
})

describe('development', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each(['development', 'test'])('gives hot reload and styles where NODE_ENV is %s', (value) => {
    vi.stubEnv('NODE_ENV', value)
    expect(String(csp().defaultSrc("'self'").merge(development()))).toBe(
      "default-src 'self'; connect-src 'self' ws://localhost:* ws://127.0.0.1:*; style-src 'self' 'unsafe-inline'",
    )
  })

  it.each(['production', '', undefined])('throws where it is %j', (value) => {
    vi.stubEnv('NODE_ENV', value)
    expect(() => development()).toThrow('Cannot make the policy for development: NODE_ENV is')
  })

  it('throws where there is no process', () => {
    vi.stubGlobal('process', undefined)
    try {
      expect(() => development()).toThrow('NODE_ENV is undefined')
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
