import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { DescribedChange } from './markdown.ts'
import { toCode, toMarkdown } from './markdown.ts'

describe('a code span', () => {
  test.each<[text: string, code: string]>([
    ['img-src', '`img-src`'],
    ['a`b', '``a`b``'],
    ['a``b`', '``` a``b` ```'],
    ['`', '`` ` ``'],
    ['<b>@user</b> https://a.example #1 **x**', '`<b>@user</b> https://a.example #1 **x**`'],
    ['a\n- **wider** b', '`a\\u000a- **wider** b`'],
    ['\u202ea', '`\\u202ea`'],
  ])('of %j', (text, code) => {
    expect(toCode(text)).toBe(code)
  })

  it('ends where its text ends, whatever the text is', () => {
    const texts = fc.string({ unit: fc.constantFrom('`', ' ', 'a', '\\', '\n', '|', '<') })
    fc.assert(
      fc.property(texts, (text) => {
        const code = toCode(text)
        const [fence = ''] = /^`+/.exec(code) ?? []
        const inside = code.slice(fence.length, -fence.length)
        const runs = Array.from(inside.matchAll(/`+/g), ([run]) => run)
        expect(code.endsWith(fence)).toBe(true)
        expect(runs).not.toContain(fence)
        expect(code).not.toContain('\n')
        // Backticks of the text do not touch those of the fence.
        expect(/^`|`$/.test(inside)).toBe(false)
      }),
    )
  })
})

describe('Markdown', () => {
  const change: DescribedChange = {
    change: 'wider',
    directive: 'img-src',
    message: `img-src now allows ${'x'.repeat(600)}`,
    reason: 'img-src decides',
  }

  it('is never longer than GitHub takes, and says what is left out', () => {
    const text = toMarkdown(Array.from({ length: 1000 }, () => change))
    expect(text.length).toBeGreaterThan(50_000)
    expect(text.length).toBeLessThan(65_536)
    const shown = text.split('- **wider**').length - 1
    expect(text).toContain(`\n- ${1000 - shown} more changes …\n`)
  })

  it('leaves out nothing of a few', () => {
    expect(toMarkdown([change, change])).not.toContain('more change')
  })
})
