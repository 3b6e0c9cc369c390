// Run by Deno, without any permission, and by Bun.
import { smoke } from './smoke.js'
import { smokeWeb } from './web-smoke.js'

await smoke()
await smokeWeb()
