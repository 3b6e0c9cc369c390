// Lets plain node load the workspace's TypeScript: `node --conditions=@cusp/source --import
// ./typescript.js main.ts`. Types are stripped as tsc strips them, file by file, so that what is
// measured is what is published.
import { register } from 'node:module'

register('./typescript-hooks.js', import.meta.url)
