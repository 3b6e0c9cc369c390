import { cspProxy, strict } from '@cusp/next'
import { CASES } from './policies.js'

/** The same in Next 15, whose proxy has another name and runs where there are no files. */
export const middleware = cspProxy(({ url }) => {
  const number = new URL(url).searchParams.get('case')
  return number === null ? strict() : CASES[Number(number)].input
})

export const config = { matcher: ['/', '/prerendered'] }
