// Run by Deno, without any permission.
import { smoke } from './smoke.js'

await smoke()
