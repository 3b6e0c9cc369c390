// Run by `workerd test`.
import { smoke } from './smoke.js'
import { smokeWeb } from './web-smoke.js'

async function test() {
  await smoke()
  await smokeWeb()
}

// oxlint-disable-next-line import/no-default-export -- workerd's shape of a worker
export default { test }
