import { describeStore } from '../../test/store-contract.ts'
import { readKeep } from '../store/retention.ts'
import { openMemoryStore } from './memory-store.ts'

describeStore('in memory', async ({ now = Date.now } = {}) =>
  openMemoryStore({ keepFor: readKeep('90d'), now }),
)
