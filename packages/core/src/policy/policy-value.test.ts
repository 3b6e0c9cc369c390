import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, it, test, vi } from 'vitest'
import { deliver, isDelivery } from '../deliver.ts'
import type { CspErrorCode } from '../vocabulary/errors.ts'
import { NONCE, NONE, SELF, STRICT_DYNAMIC } from '../vocabulary/keywords.ts'
import { parsePolicy } from '../parse.ts'
import type { Policy } from '../model/policy.ts'
import { csp, isPolicy } from './policy-value.ts'
import { strict } from '../presets.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

const STRONG = 'a'.repeat(22)

/** Calls a method as untyped code can. */
function loose(policy: Policy): Record<string, (...values: readonly unknown[]) => Policy> {
  return policy as unknown as Record<string, (...values: readonly unknown[]) => Policy>
}

/** A list that can be read once. */
function* once(): Generator<string> {
  yield SELF
  yield 'a.example'
}

describe('the front page example', () => {
  const policy = csp()
    .defaultSrc(SELF)
    .scriptSrc(NONCE, STRICT_DYNAMIC)
    .connectSrc(SELF, 'https://api.example.com', 'wss://live.example.com')
    .objectSrc(NONE)
    .baseUri(NONE)
    .frameAncestors(NONE)
    .reportTo('csp', '/csp-reports')

  it('serialises as the specification does', () => {
    expect(policy.toString({ nonce: STRONG })).toBe(
      `default-src 'self'; script-src 'nonce-${STRONG}' 'strict-dynamic'; connect-src 'self' https://api.example.com wss://live.example.com; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; report-to csp; report-uri /csp-reports`,
    )
  })

  it('is shown readably in the console', () => {
    expect(inspect(policy)).toBe(`Policy {
  default-src 'self'
  script-src 'nonce-{NONCE}' 'strict-dynamic'
  connect-src 'self' https://api.example.com wss://live.example.com
  object-src 'none'
  base-uri 'none'
  frame-ancestors 'none'
  report-to csp
  report-uri /csp-reports
  (endpoint csp: /csp-reports)
}`)
    expect(inspect(csp())).toBe('Policy {}')
  })

  it('becomes plain data in JSON', () => {
    expect(JSON.parse(JSON.stringify(policy))).toEqual({
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'nonce-{NONCE}'", "'strict-dynamic'"],
        'connect-src': ["'self'", 'https://api.example.com', 'wss://live.example.com'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        'report-to': ['csp'],
        'report-uri': ['/csp-reports'],
      },
      endpoints: { csp: '/csp-reports' },
    })
  })
})

describe('adding', () => {
  it('appends to what is there, each source once', () => {
    const policy = csp().imgSrc(SELF, 'a.example').imgSrc('A.example', 'b.example', "'SELF'")
    expect(String(policy)).toBe("img-src 'self' a.example b.example")
  })

  it('keeps the order in which directives came', () => {
    const policy = csp().imgSrc(SELF).fontSrc(SELF).imgSrc('a.example')
    expect(String(policy)).toBe("img-src 'self' a.example; font-src 'self'")
  })

  it("replaces 'none'", () => {
    expect(String(csp().imgSrc(NONE).imgSrc(SELF))).toBe("img-src 'self'")
    expect(String(csp().imgSrc(NONE).imgSrc(NONE))).toBe("img-src 'none'")
    expect(String(parsePolicy("img-src 'NONE'").policy.imgSrc(NONE))).toBe("img-src 'none'")
  })

  const refused: readonly (readonly [what: string, code: CspErrorCode, write: () => unknown])[] = [
    ["'none' added to a list", 'ERR_CSP_NONE_WITH_OTHERS', () => csp().imgSrc(SELF).imgSrc(NONE)],
    ["'none' beside others", 'ERR_CSP_NONE_WITH_OTHERS', () => csp().imgSrc(NONE, SELF)],
    [
      "'none' beside others in set",
      'ERR_CSP_NONE_WITH_OTHERS',
      () => csp().set('img-src', [NONE, SELF]),
    ],
    ['no source', 'ERR_CSP_DIRECTIVE_EMPTY', () => csp().imgSrc()],
    ['no source, again', 'ERR_CSP_DIRECTIVE_EMPTY', () => csp().imgSrc(SELF).imgSrc()],
    ['no source in set', 'ERR_CSP_DIRECTIVE_EMPTY', () => csp().set('img-src', [])],
    ['no word', 'ERR_CSP_DIRECTIVE_EMPTY', () => loose(csp())['webrtc']?.()],
    ['no sink', 'ERR_CSP_DIRECTIVE_EMPTY', () => loose(csp())['requireTrustedTypesFor']?.()],
    ['no URL', 'ERR_CSP_DIRECTIVE_EMPTY', () => csp().set('report-uri', [])],
    ['no ancestor', 'ERR_CSP_DIRECTIVE_EMPTY', () => csp().frameAncestors()],
  ]
  test.each(refused)('%s: %s', (_, code, write) => {
    expect(catchCspError(write).code).toBe(code)
  })

  test.each<readonly [string, () => unknown, string]>([
    [
      'false for a directive without a value',
      () => loose(csp())['upgradeInsecureRequests']?.(false),
      'Use no argument instead. Where it is not wanted, leave the call out.',
    ],
    [
      'a promise of a hash',
      () => loose(csp())['scriptSrc']?.(Promise.resolve('a.example')),
      'Use what it resolves to, with await, instead.',
    ],
    [
      'an endpoint in an object',
      () => loose(csp())['reportTo']?.({ name: 'csp', url: '/csp-reports' }),
      'Use two arguments, such as reportTo("csp", "/csp-reports"), instead.',
    ],
    [
      'an endpoint without its name',
      () => csp().reportTo('/csp-reports'),
      'Use a name for it: reportTo("csp", "/csp-reports") instead.',
    ],
    [
      'an absolute endpoint without its name',
      () => csp().reportTo('https://r.example/x'),
      'Use a name for it: reportTo("csp", "https://r.example/x") instead.',
    ],
  ])('%s is told what to write', (_, write, fix) => {
    expect(catchCspError(write).message).toContain(fix)
  })

  // peers.md 2.3: holes and conditionals are never turned into text
  const holes: readonly (readonly [shown: string, value: unknown])[] = [
    ['false', false],
    ['undefined', undefined],
    ['null', null],
    ['0', 0],
    ['5', 5],
    ['an array', ['a.example']],
    ['{ toString }', { toString: () => "'self'" }],
    ['a function', () => "'self'"],
    ['Symbol(other)', Symbol('other')],
  ]
  test.each(holes)('%s is not a source', (shown, value) => {
    const error = catchCspError(() => loose(csp())['imgSrc']?.(SELF, value))
    expect(error).toMatchObject({ code: 'ERR_CSP_DIRECTIVE_VALUE', directive: 'img-src', value })
    expect(error.message).toContain(`${shown} is not text. Use `)
    expect(error.message).toContain(
      Array.isArray(value) ? 'Spread the array' : '...(condition ? [value] : [])',
    )
  })
})

describe('set', () => {
  it('replaces the values and keeps the place', () => {
    const policy = csp().imgSrc(SELF).fontSrc(SELF).set('IMG-SRC', ['a.example'])
    expect(String(policy)).toBe("img-src a.example; font-src 'self'")
  })

  it('takes any iterable, once', () => {
    expect(String(csp().set('script-src', once()))).toBe("script-src 'self' a.example")
    expect(String(csp().set('script-src', new Set([SELF, SELF])))).toBe("script-src 'self'")
    let reads = 0
    const counted = {
      *[Symbol.iterator]() {
        reads++
        yield SELF
      },
    }
    csp().set('script-src', counted)
    expect(reads).toBe(1)
  })

  test.each([["'self'"], [undefined], [null], [5], [{}]])('refuses %j', (values) => {
    const error = catchCspError(() => csp().set('script-src', values as unknown as string[]))
    expect(error).toMatchObject({ code: 'ERR_CSP_DIRECTIVE_VALUE', directive: 'script-src' })
    expect(error.message).toContain('Use an array of values instead')
  })

  it('does not keep the array that it was given', () => {
    const sources = ['a.example']
    const policy = csp().set('img-src', sources)
    sources.push('evil.example')
    expect(String(policy)).toBe('img-src a.example')
  })
})

describe('get', () => {
  it('reads the values of a directive, in any case', () => {
    const policy = csp().scriptSrc(SELF, NONCE)
    expect(policy.get('script-src')).toEqual(["'self'", NONCE])
    expect(policy.get('Script-Src')).toEqual(["'self'", NONCE])
    expect(policy.get('img-src')).toBeUndefined()
  })
})

describe('remove', () => {
  it('deletes a directive and leaves others', () => {
    const policy = csp().imgSrc(SELF).fontSrc(SELF)
    expect(String(policy.remove('Img-Src'))).toBe("font-src 'self'")
    expect(String(policy)).toBe("img-src 'self'; font-src 'self'")
  })

  it('returns the policy itself where there is nothing to delete', () => {
    const policy = csp().imgSrc(SELF)
    expect(policy.remove('font-src')).toBe(policy)
    expect(policy.remove('navigate-to')).toBe(policy)
  })

  it('refuses a typo, but deletes a misspelt directive that a parsed policy has', () => {
    expect(catchCspError(() => csp().remove('imgs-src'))).toMatchObject({
      code: 'ERR_CSP_DIRECTIVE_UNKNOWN',
      directive: 'imgs-src',
    })
    expect(catchCspError(() => csp().remove(undefined as unknown as string)).code).toBe(
      'ERR_CSP_DIRECTIVE_NAME',
    )
    const { policy } = parsePolicy("imgs-src 'self'; font-src 'self'")
    expect(String(policy.remove('imgs-src'))).toBe("font-src 'self'")
  })
})

describe('directive', () => {
  it('adds to a known directive and replaces the reporting ones', () => {
    expect(String(csp().directive('img-src', SELF).directive('img-src', 'a.example'))).toBe(
      "img-src 'self' a.example",
    )
    expect(String(csp().directive('report-uri', '/a').directive('report-uri', '/b'))).toBe(
      'report-uri /b',
    )
    expect(String(csp().directive('report-to', 'a').directive('report-to', 'b'))).toBe(
      'report-to b',
    )
  })

  // peers.md 2.11: names of Object.prototype are names like others
  test.each(['toString', 'constructor', 'valueOf', 'hasownproperty', 'new-directive', '42'])(
    'accepts the unknown name %j with an issue',
    (name) => {
      const lower = name.toLowerCase()
      const policy = csp().directive(name, 'value').directive(name, 'more')
      expect(String(policy)).toBe(`${lower} value more`)
      expect(policy.get(name)).toEqual(['value', 'more'])
      expect(policy.issues()).toMatchObject([
        { code: 'unknown-directive', severity: 'warning', directive: lower },
      ])
      expect(String(csp().directive(name))).toBe(lower)
      expect(csp().get(name)).toBeUndefined()
    },
  )

  const misspelt: readonly (readonly [name: string, fix: string])[] = [
    ['defualt-src', 'default-src'],
    ['scriptSrc', 'script-src'],
    ['script_src', 'script-src'],
    ['requireTrustedTypesFor', 'require-trusted-types-for'],
    ['frame-ancestor', 'frame-ancestors'],
    ['report-ur', 'report-uri'],
  ]
  test.each(misspelt)('%s: did you mean %s?', (name, fix) => {
    const error = catchCspError(() => csp().directive(name, SELF))
    expect(error).toMatchObject({
      code: 'ERR_CSP_DIRECTIVE_UNKNOWN',
      directive: name.toLowerCase(),
      value: name,
    })
    expect(error.message).toContain(`Did you mean ${fix}?`)
  })

  test.each([
    ['__proto__'],
    [''],
    ['a b'],
    ['a;b'],
    ['a,b'],
    ['a\nb'],
    ['ä-src'],
    ["script-src 'self'; connect-src"],
    [5],
    [undefined],
    [null],
    [{}],
    [NONCE],
  ])('%o is not a name', (name) => {
    for (const write of [
      () => csp().directive(name as string, SELF),
      () => csp().set(name as string, [SELF]),
      () => csp().allow(name as 'img-src', SELF),
    ]) {
      expect(catchCspError(write)).toMatchObject({ code: 'ERR_CSP_DIRECTIVE_NAME', value: name })
    }
  })
})

describe('immutability', () => {
  it('freezes the policy, its lists and its endpoints', () => {
    for (const policy of [
      csp(),
      csp().imgSrc(SELF).reportTo('csp', '/r').endpoint('other', '/o'),
      parsePolicy("img-src 'self'").policy,
      csp().imgSrc(SELF).frameAncestors(SELF).splitForMeta().meta,
    ]) {
      expect(Object.isFrozen(policy)).toBe(true)
      expect(Object.isFrozen(policy.directives)).toBe(true)
      expect(Object.isFrozen(policy.endpoints)).toBe(true)
      for (const directive of policy.directives) {
        expect(Object.isFrozen(directive)).toBe(true)
        expect(Object.isFrozen(directive.values)).toBe(true)
      }
      for (const endpoint of policy.endpoints) expect(Object.isFrozen(endpoint)).toBe(true)
    }
  })

  it('moves the whole pair when its endpoint gets another URL', () => {
    const moved = csp().imgSrc(SELF).reportTo('csp', '/a').endpoint('csp', '/b')
    expect(moved.equals(csp().imgSrc(SELF).reportTo('csp', '/b'))).toBe(true)
    expect(moved.endpoint('csp', '/b').equals(moved)).toBe(true)
    const apart = csp()
      .imgSrc(SELF)
      .directive('report-uri', '/old')
      .endpoint('csp', '/x')
      .reportTo('csp')
    expect(apart.endpoint('csp', '/y').get('report-uri')).toEqual(['/old'])
  })

  it('leaves the earlier policy as it was, whatever is called', () => {
    const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/r')
    const before = JSON.stringify(policy)
    policy.scriptSrc('a.example')
    policy.set('script-src', [SELF])
    policy.remove('script-src')
    policy.allow('img-src', 'data:')
    policy.merge(csp().connectSrc('b.example'))
    policy.reportTo('other', '/o')
    policy.reportTo('other')
    policy.endpoint('third', '/t')
    policy.directive('new-directive', 'x')
    policy.splitForMeta()
    expect(JSON.stringify(policy)).toBe(before)
    expect(String(csp())).toBe('')
  })

  it('shares nothing between policies', () => {
    const first = csp().imgSrc('a.example')
    const second = csp().imgSrc('b.example')
    expect(String(first)).toBe('img-src a.example')
    expect(String(second)).toBe('img-src b.example')
  })
})

describe('equals', () => {
  const policy = csp().scriptSrc(SELF, NONCE).reportTo('csp', '/r')

  it('compares directives, sources and endpoints in order', () => {
    expect(policy.equals(csp().scriptSrc(SELF, NONCE).reportTo('csp', '/r'))).toBe(true)
    expect(policy.equals(csp().scriptSrc(NONCE, SELF).reportTo('csp', '/r'))).toBe(false)
    expect(policy.equals(csp().scriptSrc(SELF, NONCE).reportTo('csp', '/other'))).toBe(false)
    expect(policy.equals(csp().scriptSrc(SELF, NONCE))).toBe(false)
    expect(policy.equals(policy.endpoint('more', '/m'))).toBe(false)
    expect(csp().equals(csp())).toBe(true)
    expect(policy.equals('policy' as unknown as Policy)).toBe(false)
  })

  it('tells the placeholder from the text that shows it', () => {
    const { policy: parsed } = parsePolicy("script-src 'nonce-{NONCE}'")
    expect(parsed.equals(csp().scriptSrc(NONCE))).toBe(false)
  })

  it('tells the order of directives whose names are numbers', () => {
    const one = csp().directive('1').directive('2')
    expect(one.equals(csp().directive('2').directive('1'))).toBe(false)
  })
})

describe('toString', () => {
  it('writes the placeholder as the nonce it is given', () => {
    expect(csp().scriptSrc(NONCE).styleSrc(NONCE).toString({ nonce: STRONG })).toBe(
      `script-src 'nonce-${STRONG}'; style-src 'nonce-${STRONG}'`,
    )
  })

  it('refuses to write NONCE without a nonce', () => {
    const policy = csp().scriptSrc(NONCE)
    expect(catchCspError(() => policy.toString()).code).toBe('ERR_CSP_NONCE_MISSING')
    expect(catchCspError(() => String(policy)).code).toBe('ERR_CSP_NONCE_MISSING')
    expect(catchCspError(() => policy.toString({ nonce: undefined })).message).toContain(
      'createNonce()',
    )
  })

  test.each([
    ['short'],
    ['a'.repeat(21)],
    [`${'a'.repeat(21)}==`],
    [`${STRONG}===`],
    [`${STRONG}'`],
    [`${STRONG}; script-src *`],
    [`${STRONG}\r\nSet-Cookie: a=b`],
    [`${STRONG}\n`],
    [`'nonce-${STRONG}'`],
    ['ä'.repeat(22)],
    [''],
    [22],
    [null],
  ])('refuses the nonce %j', (nonce) => {
    const error = catchCspError(() =>
      csp()
        .scriptSrc(NONCE)
        .toString({ nonce: nonce as string }),
    )
    expect(error).toMatchObject({ code: 'ERR_CSP_NONCE', value: nonce })
  })

  it('ignores a nonce that it does not need', () => {
    expect(csp().scriptSrc(SELF).toString({ nonce: 'whatever' })).toBe("script-src 'self'")
  })
})

describe('a policy is recognised', () => {
  it('by its brand, not by its class', () => {
    expect(isPolicy(csp())).toBe(true)
    expectTypeOf(isPolicy).guards.toEqualTypeOf<Policy>()
    for (const value of [undefined, null, 'policy', {}, [], () => csp(), deliver(strict())]) {
      expect(isPolicy(value)).toBe(false)
    }
  })

  it('when another copy of the package made it', async () => {
    vi.resetModules()
    const copy = await import('../index.ts')
    expect(copy.csp).not.toBe(csp)
    const foreign = copy.csp().scriptSrc(copy.NONCE, "'self'").reportTo('csp', '/r')

    expect(isPolicy(foreign)).toBe(true)
    expect(copy.NONCE).toBe(NONCE)
    expect(foreign.equals(csp().scriptSrc(NONCE, SELF).reportTo('csp', '/r'))).toBe(true)
    expect(deliver(foreign).headers(STRONG)).toEqual([
      [
        'Content-Security-Policy',
        `script-src 'nonce-${STRONG}' 'self'; report-to csp; report-uri /r`,
      ],
      ['Reporting-Endpoints', 'csp="/r"'],
    ])
    const own = csp().scriptSrc(NONCE).merge(copy.csp().scriptSrc('a.example'))
    expect(own.toString({ nonce: STRONG })).toBe(`script-src 'nonce-${STRONG}' a.example`)
    expect(isDelivery(copy.deliver(foreign))).toBe(true)
  })
})
