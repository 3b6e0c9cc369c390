/** Returns the CspError that `action` throws, so that a test can look at all of it. */

import { CspError } from '../src/vocabulary/errors.ts'

/** Runs `action`; anything but a thrown CspError is a failure. */
export function catchCspError(action: () => unknown): CspError {
  try {
    action()
  } catch (error) {
    if (error instanceof CspError) return error
    throw error
  }
  throw new Error('a CspError was expected, nothing was thrown')
}
