import { expect, test } from 'vitest'
import type { ViolationClass } from './classification.ts'
import { isNoise } from './classification.ts'

const classes: Readonly<Record<ViolationClass, boolean>> = {
  source: false,
  redirect: false,
  inline: false,
  eval: false,
  wasm: false,
  'trusted-types': false,
  extension: true,
  injected: true,
  foreign: true,
  impossible: true,
  malformed: true,
}

test.each(Object.entries(classes))('is %s noise? %s', (name, expected) => {
  expect(isNoise(name as ViolationClass)).toBe(expected)
})
