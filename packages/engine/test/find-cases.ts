import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import * as any from './arbitraries.ts'
import { decide } from '../src/decide/decide.ts'
import { violation } from '../src/report/violation.ts'
import { getDialect, makeDialect } from '../src/dialects/dialect.ts'
import { DIFFERENCES } from '../src/dialects/differences.ts'
const frame = fc
  .constantFrom('blob:https://a.test/1', 'about:blank')
  .map((url) => ({ type: 'request', destination: 'iframe', url }))
const form = any.url.map((url) => ({ type: 'form-action', url }))
const text = fc
  .tuple(any.policyText, fc.option(any.source))
  .map(([p, s]) => (s === null ? p : `form-action ${s}; ${p}`))
const cases = fc.record({
  policies: fc.array(
    fc.record({
      value: fc.array(text, { minLength: 1, maxLength: 2 }).map((t) => t.join(', ')),
      disposition: fc.constantFrom('enforce', 'report'),
      source: fc.constantFrom('header', 'header', 'meta'),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  check: fc.oneof({ weight: 6, arbitrary: any.check }, frame, form),
  self: any.self,
})
const answerIn = ({ policies, check, self }, dialect) => {
  const d = decide(policies, check, { self, dialect })
  return JSON.stringify([
    d.allowed,
    d.results,
    violation(d, { documentURL: 'https://a.test/page', sourceFile: 'https://a.test/app.js?v=1' }),
  ])
}
const without = (name, tag) => {
  const own = getDialect(name)
  return makeDialect(
    name,
    new Set(DIFFERENCES.map((d) => d.tag).filter((t) => own.has(t) && t !== tag)),
  )
}
const best = new Map()
const size = (s) => JSON.stringify(s).length
const differs = (s, name, tag) => {
  try {
    return answerIn(s, getDialect(name)) !== answerIn(s, without(name, tag))
  } catch {
    return false
  }
}
for (let seed = 1; seed <= Number(process.argv[2]); seed++)
  for (const s of fc.sample(cases, { numRuns: 20000, seed }))
    for (const name of ['chromium', 'firefox', 'webkit']) {
      const own = getDialect(name)
      const asked = new Set()
      answerIn(s, {
        name,
        has: (t) => {
          if (own.has(t)) asked.add(t)
          return own.has(t)
        },
      })
      for (const tag of asked) {
        const known = best.get(tag)
        if (known && known.size <= size(s)) continue
        if (differs(s, name, tag)) best.set(tag, { size: size(s), name, s })
      }
    }
// shrink greedily
const variants = (s) => {
  const out = []
  s.policies.forEach((p, i) => {
    if (s.policies.length > 1) out.push({ ...s, policies: s.policies.filter((_, j) => j !== i) })
    for (const [sep, join] of [
      [', ', ', '],
      ['; ', '; '],
      [' ', ' '],
    ]) {
      const parts = p.value.split(sep)
      parts.forEach((_, j) => {
        if (parts.length > 1)
          out.push({
            ...s,
            policies: s.policies.map((q, k) =>
              k === i ? { ...q, value: parts.filter((_, l) => l !== j).join(join) } : q,
            ),
          })
      })
    }
    for (const f of ['disposition', 'source'])
      if (f in p) {
        const { [f]: _, ...rest } = p
        out.push({ ...s, policies: s.policies.map((q, k) => (k === i ? rest : q)) })
      }
  })
  for (const k of Object.keys(s.check))
    if (!['type', 'url', 'inline', 'ancestors', 'name', 'sink'].includes(k)) {
      const { [k]: _, ...rest } = s.check
      out.push({ ...s, check: rest })
    }
  if (s.self !== null) out.push({ ...s, self: null })
  return out
}
const rows = DIFFERENCES.map(({ tag }) => {
  const b = best.get(tag)
  if (!b) {
    console.log('unmet', tag)
    return null
  }
  let { s, name } = b
  for (;;) {
    const next = variants(s).find((v) => differs(v, name, tag))
    if (!next) break
    s = next
  }
  return { tag, dialect: name, ...s }
}).filter(Boolean)
writeFileSync(
  'packages/engine/test-data/differences.json',
  '[\n' + rows.map((r) => '  ' + JSON.stringify(r)).join(',\n') + '\n]\n',
)
console.log(rows.length)
