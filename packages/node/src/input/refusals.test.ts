import { expect, it } from 'vitest'
import { refuseInput } from './refusals.ts'

it.each([
  ['a key that is nearly one', { directivs: {} }, 'Use directives instead.'],
  ['keys that are none', { colour: 'red' }, 'Use a policy instead.'],
  ['no object', 5, 'Use a policy instead.'],
])('%s', (_, input, fix) => {
  expect(refuseInput(input, 'a policy').message).toContain(fix)
})
