/** A page with a service: the engine says that what the service needs is let through. */

import { csp, NONCE, strict } from '@cusp/core'
import type { ServiceName } from '@cusp/core/presets'
import { SERVICES, services } from '@cusp/core/presets'
import { decide } from '../src/index.ts'
import { describe, expect, it } from 'vitest'

const DESTINATIONS = new Map([
  ['script-src', 'script'],
  ['connect-src', ''],
  ['frame-src', 'iframe'],
  ['img-src', 'image'],
  ['font-src', 'font'],
  ['style-src', 'style'],
  ['worker-src', 'worker'],
] as const)

const closed = csp().defaultSrc("'none'")
const self = 'https://shop.example'

const rows = (Object.keys(SERVICES) as readonly ServiceName[]).flatMap((name) => {
  const merged = closed.merge(services({ [name]: true }, { for: closed }))
  return Object.entries(SERVICES[name].sources).flatMap(([directive, sources]) => {
    return sources
      .filter((source) => source.startsWith('https://'))
      .map((source) => [`${name}: ${directive} ${source}`, { merged, directive, source }] as const)
  })
})

describe('what an entry lists', () => {
  it.each(rows)('%s', (_title, { merged, directive, source }) => {
    const destination = DESTINATIONS.get(directive as never)
    expect(destination).toBeDefined()
    const url = `${source.replace('*', 'a')}/file`
    const check = { type: 'request', url, destination: destination ?? '' } as const
    expect(decide(closed, check, { self }).allowed).toBe(false)
    expect(decide(merged, check, { self }).allowed).toBe(true)
  })
})

describe("under 'strict-dynamic'", () => {
  const page = strict().frameSrc("'none'")
  const merged = page.merge(services({ turnstile: true }, { for: page }))
  const url = 'https://challenges.cloudflare.com/turnstile/v0/api.js'

  it('the script runs by its nonce, and its frame is let through', () => {
    const script = { type: 'request', url, destination: 'script', parserInserted: true } as const
    expect(decide(merged, { ...script, nonce: NONCE }, { self }).allowed).toBe(true)
    expect(decide(merged, script, { self }).allowed).toBe(false)
    expect(decide(merged, { type: 'request', url, destination: 'iframe' }, { self }).allowed).toBe(
      true,
    )
  })
})
