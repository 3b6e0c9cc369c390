import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { suggest } from './suggest.ts'

describe('suggest', () => {
  const candidates = ['default-src', 'script-src', 'script-src-elem', 'img-src', 'font-src']
  const cases: readonly (readonly [word: string, nearest: string | undefined])[] = [
    ['script-src', 'script-src'],
    ['defualt-src', 'default-src'],
    ['scriptsrc', 'script-src'],
    ['script-srce', 'script-src'],
    ['scropt-sre', 'script-src'],
    ['script-src-el', 'script-src-elem'],
    ['mig-src', 'img-src'],
    ['front-src', 'font-src'],
    ['scr', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ]
  test.each(cases)('%j: %j', (word, nearest) => {
    expect(suggest(word, candidates)).toBe(nearest)
  })

  it('takes the nearest, of equals the first', () => {
    expect(suggest('abc', ['abxy', 'abd', 'abe'])).toBe('abd')
    expect(suggest('ab', ['', 'b', 'abcd'])).toBe('b')
  })

  it('finds every word within two edits, and none beyond', () => {
    // Letters that are swapped and then edited again cost more than both edits, so a swap is alone.
    const edits = fc.oneof(
      fc.array(editOf('insert', 'delete', 'replace'), { maxLength: 2 }),
      fc.tuple(editOf('swap')),
    )
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 3 }),
        edits,
        (word, list) => {
          let text = word.split('')
          for (const [kind, seed, letter] of list) {
            const at = seed % (text.length + 1)
            if (kind === 'insert') text = text.toSpliced(at, 0, letter)
            else if (kind === 'delete') text = text.toSpliced(at, 1)
            else if (kind === 'replace') text = text.toSpliced(at, 1, letter)
            else
              text = [
                ...text.slice(0, at),
                ...text.slice(at, at + 2).toReversed(),
                ...text.slice(at + 2),
              ]
          }
          expect(suggest(text.join(''), [word])).toBe(word)
          expect(suggest(`${word}zzz`, [word])).toBeUndefined()
        },
      ),
    )
  })
})

type Edit = readonly [kind: 'delete' | 'insert' | 'replace' | 'swap', seed: number, letter: string]

function editOf(...kinds: readonly Edit[0][]): fc.Arbitrary<Edit> {
  return fc.tuple(fc.constantFrom(...kinds), fc.nat(), fc.constantFrom('x', 'y'))
}
