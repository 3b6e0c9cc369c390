/** Writes to a log and prints what became of each batch: the other process of the tests of logs. */

import { openFileStore } from '../src/file/file-store.ts'
import { batch, report } from './batches.ts'

const settings = JSON.parse(process.argv[2] ?? '{}') as {
  readonly name: string
  readonly log: string
  readonly count: number
  readonly limit?: number
  readonly rotate?: number
  readonly port?: number
}
const { name, log, count, limit = 1_000_000, rotate = 0, port } = settings
const mail =
  port === undefined
    ? undefined
    : {
        to: 'admin@shop.example',
        from: 'csp@shop.example',
        domain: 'shop.example',
        transport: { host: '127.0.0.1', port, ignoreTLS: true },
      }
const store = await openFileStore({
  address: 'file:',
  log,
  limit,
  rotate,
  mail,
  readOnly: false,
  onError: (error) => console.error(error.message),
})
for (let index = 0; index < count; index++) {
  const kept = await store
    .add(batch([report({}, { page: `https://shop.example/${name}/${index}` })]))
    .catch((error: unknown) => (error as Error).message)
  console.log(kept)
}
await store.close()
