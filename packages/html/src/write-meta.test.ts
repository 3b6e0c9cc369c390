import { csp, NONCE, NONE, SELF } from '@cusp/core'
import type { CspError, Policy } from '@cusp/core'
import { describe, expect, it, test } from 'vitest'
import { catchCspError } from '../../core/test/catch-csp-error.ts'
import { readMeta } from './read-meta.ts'
import { writeMeta } from './write-meta.ts'

const policy = csp().defaultSrc(SELF)
const META = policy.toMeta()
const OLD = `<META HTTP-EQUIV=content-security-policy content="img-src *">`

describe('the place', () => {
  const cases: readonly (readonly [html: string, written: string])[] = [
    ['', META],
    ['<p>x', `${META}<p>x`],
    ['text', `${META}text`],
    ['<!doctype html><p>x', `<!doctype html>${META}<p>x`],
    ['\uFEFF<!doctype html><p>x', `\uFEFF<!doctype html>${META}<p>x`],
    [
      '<!doctype html><!-- a --><html lang=en>\r\n<p>',
      `<!doctype html><!-- a --><html lang=en>${META}\r\n<p>`,
    ],
    ['<html><head>\r\n😀', `<html><head>${META}\r\n😀`],
    ['<head><script>a()</script></head>', `<head>${META}<script>a()</script></head>`],
    ['<head><base href=/x/><title>t</title>', `<head>${META}<base href=/x/><title>t</title>`],
    ['<body onload=a()>', `${META}<body onload=a()>`],
    ['<svg><title>x', `${META}<svg><title>x`],
    // The charset has to be in the first 1024 bytes.
    [
      '<head><meta charset=utf-8><script></script>',
      `<head><meta charset=utf-8>${META}<script></script>`,
    ],
    [
      '<title>t</title>\r\n<meta name=viewport content=x>\r\n<meta charset=utf-8>\r\n<script></script>',
      `<title>t</title>\r\n<meta name=viewport content=x>\r\n<meta charset=utf-8>${META}\r\n<script></script>`,
    ],
    [
      '<head><link rel=stylesheet href=a>\n<meta http-equiv=Content-Type content="text/html; charset=utf-8">\n',
      `<head><meta http-equiv=Content-Type content="text/html; charset=utf-8">${META}<link rel=stylesheet href=a>\n\n`,
    ],
    [
      '<head><meta http-equiv=refresh content=5><meta charset=utf-8>',
      `<head><meta charset=utf-8>${META}<meta http-equiv=refresh content=5>`,
    ],
    // The one that is there is replaced.
    [`<head>${OLD}<p>`, `<head>${META}<p>`],
    [`<head><meta charset=utf-8>${OLD}<p>`, `<head><meta charset=utf-8>${META}<p>`],
    [`<head><script>a()</script>${OLD}</head>`, `<head>${META}<script>a()</script></head>`],
    [`<head>${OLD}<meta charset=utf-8>`, `<head><meta charset=utf-8>${META}`],
    // Browsers ignore it there, and so do we.
    [`<head></head><body>${OLD}`, `<head>${META}</head><body>${OLD}`],
    [`<head><template>${OLD}</template>`, `<head>${META}<template>${OLD}</template>`],
  ]
  test.each(cases)('%j', (html, written) => {
    expect(writeMeta(html, policy).html).toBe(written)
  })

  test.each(cases)('of %j is the same the second time', (html, written) => {
    expect(writeMeta(writeMeta(html, policy).html, policy).html).toBe(written)
  })
})

describe('the policy', () => {
  it('is escaped, and read as it was written', () => {
    const odd = csp().imgSrc("https://a.example/?&amp;'<x>".replace(/[<>?]/g, ''))
    const [meta] = readMeta(writeMeta('<title>x</title>', odd).html)
    expect(meta?.value).toBe(String(odd))
  })

  it('is split: the header has what no meta element can carry', () => {
    const whole = policy.frameAncestors(NONE).reportTo('csp', '/reports')
    const { html, header } = writeMeta('', whole)
    expect(html).toContain(`content="default-src 'self'; report-to csp"`)
    expect(String(header)).toBe("frame-ancestors 'none'; report-to csp; report-uri /reports")
    expect(header?.endpoints).toEqual(whole.endpoints)
    expect(writeMeta('', policy).header).toBeNull()
  })
})

describe('refused is', () => {
  const cases: readonly (readonly [CspError['code'], string, unknown, Policy])[] = [
    ['ERR_CSP_NONCE', 'script-src uses NONCE', '', csp().scriptSrc(NONCE)],
    ['ERR_CSP_POLICY_EMPTY', 'it is empty', '', csp().frameAncestors(NONE)],
    ['ERR_CSP_INPUT', 'the document has 2 policies already', `<head>${OLD}${OLD}`, policy],
    ['ERR_CSP_INPUT', '5 is not text', 5, policy],
  ]
  it.each(cases)('%s: %s', (code, message, html, refused) => {
    const error = catchCspError(() => Reflect.apply(writeMeta, undefined, [html, refused]))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })
})

test('readMeta tells what browsers ignore', () => {
  const reportOnly = '<meta http-equiv=Content-Security-Policy-Report-Only content="img-src c">'
  expect(
    readMeta(`${OLD}\n${reportOnly}<meta http-equiv=content-security-policy><p>${OLD}`),
  ).toEqual([
    { value: 'img-src *', line: 1, column: 1, isReportOnly: false, isInHead: true },
    { value: 'img-src c', line: 2, column: 1, isReportOnly: true, isInHead: true },
    expect.objectContaining({ value: 'img-src *', isReportOnly: false, isInHead: false }),
  ])
})
