/**
 * Fails before a release when a vendor's document was read more than half a year ago. It is no
 * test: a test must not fail because time goes by.
 */

import { SERVICES } from '../packages/core/dist/presets.js'

const DAY = 24 * 60 * 60 * 1000
const DAYS = 183

const old = Object.entries(SERVICES).filter(([, { read }]) => {
  return !(Date.now() - Date.parse(read) <= DAYS * DAY)
})
for (const [name, { document, read }] of old) {
  console.error(
    `Cannot release the entry of ${name}: it was read on ${read}. Read ${document} again.`,
  )
}
if (old.length > 0) process.exitCode = 1
else console.log(`All ${Object.keys(SERVICES).length} services were read within ${DAYS} days.`)
