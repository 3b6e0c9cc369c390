// Measures what a decision costs against `new URL` alone, and a long list against a short one.
// Build first: `pnpm build`, then `node packages/engine/measure.js`.
import { csp, SELF } from '@cusp/core'
import { compile, decide } from '@cusp/engine'

const ROUNDS = 15
const TIMES = 60_000
const self = 'https://shop.example'
const urls = [
  'https://host0.example/app.js',
  'https://host7.example/v1/items?page=2',
  'https://cdn.assets7.example/lib/main.js',
  'https://evil.example/collect',
  'https://shop.example/api/cart',
  'http://host3.example:8080/x',
]

const short = policyWith(10)
const long = policyWith(1000)
const deciders = { short: compile(short, { self }), long: compile(long, { self }) }
for (const url of urls) {
  const answers = [deciders.short, deciders.long].map(
    (decider) => decider.decide({ type: 'request', url }).allowed,
  )
  if (answers[0] !== answers[1]) throw new Error(`The policies disagree about ${url}`)
}

const timings = measure({
  'new URL': (url) => new URL(url),
  'compiled, 10 hosts': (url) => deciders.short.decide({ type: 'request', url }),
  'compiled, 1000 hosts': (url) => deciders.long.decide({ type: 'request', url }),
  'decide, 10 hosts': (url) => decide(short, { type: 'request', url }, { self }),
  'decide, 1000 hosts': (url) => decide(long, { type: 'request', url }, { self }),
})
const base = timings['new URL']
console.log(`node ${process.version}, ${process.arch}; best of ${ROUNDS} rounds`)
for (const [name, nanoseconds] of Object.entries(timings)) {
  const share = (nanoseconds / base).toFixed(2)
  console.log(`${name.padEnd(22)} ${nanoseconds.toFixed(0).padStart(6)} ns  ${share} x new URL`)
}
ratio('compiled, 1000 hosts', 'compiled, 10 hosts')
ratio('decide, 1000 hosts', 'decide, 10 hosts')

/** @param {number} hosts */
function policyWith(hosts) {
  const sources = Array.from({ length: hosts / 2 }, (_, index) => [
    `https://host${index}.example`,
    `https://*.assets${index}.example`,
  ]).flat()
  // The hosts that are asked for are in both policies.
  return csp().connectSrc(SELF, ...sources, 'https://host7.example', 'https://*.assets7.example')
}

/** @param {Record<string, (url: string) => unknown>} subjects */
function measure(subjects) {
  /** @type {Record<string, number>} */
  const best = {}
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(subjects)) {
      const started = process.hrtime.bigint()
      for (let index = 0; index < TIMES; index++) run(urls[index % urls.length])
      const nanoseconds = Number(process.hrtime.bigint() - started) / TIMES
      best[name] = Math.min(best[name] ?? Infinity, nanoseconds)
    }
  }
  return best
}

/**
 * @param {string} one
 * @param {string} other
 */
function ratio(one, other) {
  console.log(`${one} / ${other}: ${(timings[one] / timings[other]).toFixed(2)}`)
}
