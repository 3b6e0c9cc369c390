import { expect, it } from 'vitest'
import { isLookDue } from './caching.ts'
import { readOptions } from './options.ts'

it('looks at the first 1024 responses, then at one in sixteen', () => {
  const settings = readOptions({})
  const due = Array.from({ length: 1024 + 160 }, () => isLookDue(settings))
  expect(due.indexOf(false)).toBe(1024)
  expect(due.slice(1024).filter(Boolean)).toHaveLength(10)
})
