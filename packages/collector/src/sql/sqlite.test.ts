import { openReopening } from '../../test/reopening.ts'
import { ENGINES, removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import { describeStore } from '../../test/store-contract.ts'
import { makeStore } from '../../test/journalled.ts'
import { openSQLite } from './sqlite.ts'

removeTemporaryFiles()

for (const [name, load] of ENGINES) {
  describeStore(`in the journal of a file, ${name}`, async () =>
    makeStore(await openSQLite(temporaryFile(), { engine: await load() })),
  )
  describeStore(`in the tables of a file, ${name}`, async () => {
    const file = temporaryFile()
    const engine = await load()
    return openReopening(async () => makeStore(await openSQLite(file, { engine })))
  })
}
