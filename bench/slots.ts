/**
 * What a nonce in a page costs: the slots of `@cusp/html` beside a replacement of placeholders, as
 * most applications do it. `pnpm bench:slots`.
 */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createNonce } from '@cusp/core'
import { nonceSlots } from '@cusp/html'
import type { Contender } from './harness/interleave.ts'
import { interleave, timeCalls } from './harness/interleave.ts'

const SLOTS = 13
const BYTES = 4096
/** Microseconds for one page. */
const GOAL = 5
const REPLACE = 'replaceAll of a placeholder'

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-bench-slots-'))
try {
  const template = makePage()
  const file = path.join(folder, 'page.html')
  writeFileSync(file, template)
  const slots = nonceSlots(file)
  const timings = await interleave(
    [
      contend('nonceSlots', slots, template),
      contend(REPLACE, (nonce) => template.replaceAll('{{nonce}}', nonce), template),
    ],
    { rounds: 200, warmUp: 100, count: 500 },
  )
  for (const { name, time, ratios } of timings) {
    const ratio = ratios[REPLACE]?.median ?? Number.NaN
    console.log(
      `${name}: ${(time.median / 1000).toFixed(2)} µs (${(time.low / 1000).toFixed(2)} to ${(time.high / 1000).toFixed(2)}), ${ratio.toFixed(2)} × ${REPLACE}`,
    )
  }
  const [own] = timings
  console.log(`${SLOTS} slots in ${BYTES} bytes; the goal is ${GOAL} µs`)
  if (own === undefined || own.time.median / 1000 > GOAL) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

/** Both write the same page, or nothing is timed. The text is read: it is not left as a rope. */
function contend(name: string, write: (nonce: string) => string, template: string): Contender {
  const nonces = Array.from({ length: 64 }, () => createNonce())
  const nonceAt = (index: number): string => nonces[index % nonces.length] ?? ''
  return {
    name,
    check: () => {
      for (const nonce of nonces)
        assert.equal(write(nonce), template.split('{{nonce}}').join(nonce))
    },
    time: (count) => timeCalls(count, (index) => Buffer.byteLength(write(nonceAt(index)))),
  }
}

/** A page of BYTES bytes with SLOTS scripts. */
function makePage(): string {
  const head = '<!doctype html><meta charset="utf-8"><title>page</title>'
  const script = '<script nonce="{{nonce}}">start()</script>\n'
  const filler = BYTES - head.length - SLOTS * script.length
  const text = `<p>${'x'.repeat(Math.floor(filler / SLOTS) - '<p></p>'.length)}</p>`
  return head + (text + script).repeat(SLOTS)
}
