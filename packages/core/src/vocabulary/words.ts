/** Words that people write for something else. */

/**
 * What is meant, as a fix: by the word in lower case, without quotes. Without quotes each is also a
 * host name: whoever has such a host writes its scheme.
 */
export const MEANT_WORDS: ReadonlyMap<string, string> = new Map([
  ['all', '"*"'],
  ['any', '"*"'],
  ['dynamic', '"\'strict-dynamic\'"'],
  ['eval', '"\'unsafe-eval\'"'],
  ['false', 'a source'],
  ['hashes', '"\'unsafe-hashes\'"'],
  ['inline', '"\'unsafe-inline\'"'],
  ['nan', 'a source'],
  ['null', 'a source'],
  ['origin', '"\'self\'"'],
  ['same-origin', '"\'self\'"'],
  ['sample', '"\'report-sample\'"'],
  ['strict', '"\'strict-dynamic\'"'],
  ['true', 'a source'],
  ['undefined', 'a source'],
  ['unsafe-hashed-attributes', '"\'unsafe-hashes\'"'],
  ['wasm', '"\'wasm-unsafe-eval\'"'],
  ['wasm-eval', '"\'wasm-unsafe-eval\'"'],
])
