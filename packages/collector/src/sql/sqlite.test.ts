import { describeStore } from '../../test/store-contract.ts'
import { ENGINES, removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import { readKeep } from '../store/retention.ts'
import { openJournalled } from './journalled-store.ts'
import { openSQLite } from './sqlite.ts'

removeTemporaryFiles()

for (const [name, load] of ENGINES) {
  describeStore(`on ${name}`, async ({ now = Date.now } = {}) => {
    const database = await openSQLite(temporaryFile(), { engine: await load() })
    return openJournalled(database, {
      address: 'sqlite:csp.db',
      readOnly: false,
      keepFor: readKeep('90d'),
      now,
      onError: (error) => {
        throw error
      },
    })
  })
}
