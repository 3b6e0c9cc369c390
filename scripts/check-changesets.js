// Reads every pending changeset as the release would: fails on one that cannot be parsed or that
// names a package which does not exist.
import path from 'node:path'

import getReleasePlan from '@changesets/get-release-plan'

const { changesets, releases } = await getReleasePlan(path.resolve(import.meta.dirname, '..'))
for (const { name, type, oldVersion, newVersion } of releases) {
  if (type !== 'none') console.log(`  ${name} ${oldVersion} → ${newVersion}`)
}
console.log(`  ${changesets.length} pending`)
