import { describe, expect, it, test } from 'vitest'
import { deliver } from '../deliver.ts'
import type { Policy } from '../model/policy.ts'
import { csp } from '../policy/policy-value.ts'
import { api, strict } from '../presets.ts'
import { createNonce } from '../sources/nonce.ts'
import { NONCE, SELF } from './keywords.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

/** Calls a function as untyped code can. */
type Loose = (...args: readonly unknown[]) => unknown

const policy = csp().scriptSrc(NONCE)
const nonce = createNonce()

function method(name: 'issues' | 'toString' | 'toMeta', target: Policy = policy): Loose {
  return (...args) => Reflect.apply(target[name], target, [...args])
}

type Row = readonly [what: string, call: () => unknown, fix: string]

const refused: readonly Row[] = [
  ['csp({ defaultSrc })', () => (csp as Loose)({ defaultSrc: [SELF] }), 'csp().defaultSrc(…)'],
  ['csp({ "img-src" })', () => (csp as Loose)({ 'img-src': SELF }), 'csp().imgSrc(…)'],
  ['csp({ scriptsrc })', () => (csp as Loose)({ scriptsrc: SELF }), 'csp().scriptSrc(…)'],
  ['csp({})', () => (csp as Loose)({}), 'csp().defaultSrc(…)'],
  ['csp(null)', () => (csp as Loose)(null), 'csp().defaultSrc(…)'],
  ['csp(text)', () => (csp as Loose)("img-src 'self'"), 'parsePolicy(text).policy'],
  ['csp({ directives })', () => (csp as Loose)({ directives: {} }), 'fromHelmet(options)'],
  ['csp(undefined, 1)', () => (csp as Loose)(undefined, 1), 'csp().defaultSrc(…)'],
  ['strict({ reportOnly })', () => (strict as Loose)({ reportOnly: true }), 'strict().'],
  ['strict({ imgSrc })', () => (strict as Loose)({ imgSrc: [SELF] }), 'strict().imgSrc(…)'],
  ['api({ connectSrc })', () => (api as Loose)({ connectSrc: [SELF] }), 'api().connectSrc(…)'],
  ['issues: metta', () => method('issues')({ delivery: 'metta' }), 'Use "meta" instead'],
  ['issues: reportOnly', () => method('issues')({ delivery: 'reportOnly' }), 'Use "report-only"'],
  ['issues: 5', () => method('issues')({ delivery: 5 }), '"header", "report-only" or "meta"'],
  ['issues: deliver', () => method('issues')({ deliver: 'meta' }), 'Use delivery instead'],
  ['issues: a text', () => method('issues')('meta'), 'Use { delivery, self } instead'],
  ['toString: nonse', () => method('toString')({ nonse: nonce }), 'Use nonce instead'],
  ['toString: a text', () => method('toString')(nonce), 'Use { nonce } instead'],
  ['toString: null', () => method('toString')(null), 'Use { nonce } instead'],
  ['toMeta: a text', () => method('toMeta')(nonce), 'Use { nonce } instead'],
  ['toMeta: unknown', () => method('toMeta', csp().imgSrc(SELF))({ x: 1 }), 'Use nonce instead'],
  [
    'deliver: legacyreportto',
    () => (deliver as Loose)(policy, { legacyreportto: true }),
    'Use legacyReportTo instead',
  ],
  [
    'deliver: true',
    () => (deliver as Loose)(policy, true),
    'Use { legacyReportTo, reporting } instead',
  ],
]

describe('what would do nothing', () => {
  test.each(refused)('%s is refused', (_, call, fix) => {
    const error = catchCspError(call)
    expect(error.code).toBe('ERR_CSP_INPUT')
    expect(error.message).toContain(fix)
  })

  it('is not an option that is undefined', () => {
    expect(policy.toString({ nonce })).toContain(nonce)
    expect(csp().imgSrc(SELF).toString({ nonce: undefined })).toBe("img-src 'self'")
    expect(policy.issues({ delivery: undefined, self: undefined })).toEqual(policy.issues())
    expect(deliver(policy, { legacyReportTo: undefined }).usesNonce).toBe(true)
    expect((csp as Loose)(undefined)).toBe(csp())
  })
})
