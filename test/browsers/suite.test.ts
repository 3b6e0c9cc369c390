import { expect, it } from 'vitest'
import { expectBehaviour } from './suite.ts'

const webkit = { name: 'webkit' } as const
const firefox = { name: 'firefox' } as const

it('expects of a browser without a deviation what is expected of all', () => {
  expectBehaviour(firefox, 'report-to-is-array', true, true)
  expect(() => expectBehaviour(firefox, 'report-to-is-array', false, true)).toThrow(
    'report-to-is-array in firefox',
  )
})

it('expects of a browser with a deviation exactly that', () => {
  expectBehaviour(webkit, 'report-to-is-array', false, true)
  expect(() => expectBehaviour(webkit, 'report-to-is-array', undefined, true)).toThrow(
    'report-to-is-array in webkit, a known deviation: Sends one report as one object',
  )
})

it('fails when a deviation is gone', () => {
  expect(() => expectBehaviour(webkit, 'report-to-is-array', true, true)).toThrow(
    'a known deviation',
  )
})

it('fails when a deviation is none', () => {
  expect(() => expectBehaviour(webkit, 'report-to-is-array', false, false)).toThrow('is none')
})
