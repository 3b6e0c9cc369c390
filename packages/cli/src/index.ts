/** The command line as a function, for programs that wrap it. */

export type { Host, Output } from './host.ts'
export { run } from './run.ts'
