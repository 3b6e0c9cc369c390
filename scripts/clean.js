// Removes what earlier builds left, so that a package never ships a file that no longer has a
// source.
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'

const packages = path.resolve(import.meta.dirname, '..', 'packages')
for (const name of readdirSync(packages)) {
  rmSync(path.join(packages, name, 'dist'), { recursive: true, force: true })
}
