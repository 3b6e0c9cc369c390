// Run by `workerd test`.
import { smoke } from './smoke.js'

// oxlint-disable-next-line import/no-default-export -- workerd's shape of a worker
export default { test: smoke }
