import { describe, expect, test } from 'vitest'
import { spellingsOfJavaScriptURL, spellJavaScriptURL } from './javascript-url.ts'

/** What was measured in browsers: the texts whose hashes they match. */
const CASES: readonly (readonly [
  url: string,
  serialized: string,
  decoded: string,
  barely: string,
])[] = [
  ['javascript:a()', 'javascript:a()', 'javascript:a()', 'javascript:a()'],
  [' JavaScript:a()\n', 'javascript:a()', 'javascript:a()', 'javascript:a()'],
  ["javascript:a('%61')", "javascript:a('%61')", "javascript:a('a')", "javascript:a('%61')"],
  ["javascript:a('é')", "javascript:a('%C3%A9')", "javascript:a('é')", "javascript:a('%C3%A9')"],
  [
    "javascript:a('😀')",
    "javascript:a('%F0%9F%98%80')",
    "javascript:a('😀')",
    "javascript:a('%F0%9F%98%80')",
  ],
  [
    "javascript:a('\ud800')",
    "javascript:a('%EF%BF%BD')",
    "javascript:a('\ufffd')",
    "javascript:a('%EF%BF%BD')",
  ],
  ["javascript:a('%ff')", "javascript:a('%ff')", "javascript:a('\u00ff')", "javascript:a('%ff')"],
  [
    "javascript:a('é %ff')",
    "javascript:a('%C3%A9 %ff')",
    "javascript:a('\u00c3\u00a9 \u00ff')",
    "javascript:a('%C3%A9 %ff')",
  ],
  [
    'javascript:%EF%BB%BFa()',
    'javascript:%EF%BB%BFa()',
    'javascript:\ufeffa()',
    'javascript:%EF%BB%BFa()',
  ],
  [
    "javascript:a('100%', '%zz')",
    "javascript:a('100%', '%zz')",
    "javascript:a('100%', '%zz')",
    "javascript:a('100%', '%zz')",
  ],
  [
    'javascript:a ? "b c" : "<d>"',
    'javascript:a%20?%20%22b%20c%22%20:%20%22%3Cd%3E%22',
    'javascript:a ? "b c" : "<d>"',
    'javascript:a ? "b c" : "<d>"',
  ],
  [
    'javascript:a("b  #<c>")',
    'javascript:a("b %20#%3Cc%3E%22)',
    'javascript:a("b  #<c>")',
    'javascript:a("b  #%3Cc%3E%22)',
  ],
  [
    'javascript:/a b/;c("{}")',
    'javascript:/a%20b/;c(%22%7B%7D%22)',
    'javascript:/a b/;c("{}")',
    'javascript:/a b/;c("{}")',
  ],
]

describe('the text of', () => {
  test.each(CASES)('%j', (url, serialized, decoded, barely) => {
    expect(spellJavaScriptURL(url, 'serialized')).toBe(serialized)
    expect(spellJavaScriptURL(url, 'decoded')).toBe(decoded)
    expect(spellJavaScriptURL(url, 'barely-encoded')).toBe(barely)
    expect(spellingsOfJavaScriptURL(url)).toEqual([...new Set([serialized, decoded, barely])])
  })

  test.each(['', 'a()', 'https://a.example/%41', 'javascript://['])('%j stays', (text) => {
    expect(spellingsOfJavaScriptURL(text)).toEqual([text])
  })
})
