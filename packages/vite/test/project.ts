/** Projects for Vite, each in a folder of its own, and what Vite says of them. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { InlineConfig, Logger, ViteDevServer } from 'vite'
import { build, createLogger, createServer } from 'vite'
import { build as build7, createServer as createServer7 } from 'vite7'

/** One version of Vite. */
export interface ViteVersion {
  readonly name: string
  build(config: InlineConfig): Promise<unknown>
  createServer(config: InlineConfig): Promise<ViteDevServer>
}

/** Every version that the plugin is for. */
export const VERSIONS: readonly ViteVersion[] = [
  { name: 'Vite 8', build, createServer },
  // Its types are those of another package, and say the same.
  { name: 'Vite 7', build: build7, createServer: createServer7 } as unknown as ViteVersion,
]

/** A page with everything that a build has to allow. */
export const FILES: Readonly<Record<string, string>> = {
  'index.html': `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Page</title>
    <script>
      globalThis.violations = []
      addEventListener('securitypolicyviolation', ({ effectiveDirective, disposition }) => {
        violations.push(disposition + ' ' + effectiveDirective)
      })
    </script>
    <style>
      h1 {
        color: rgb(0, 128, 0);
      }
    </style>
    <link rel="stylesheet" href="/src/main.css" />
  </head>
  <body>
    <h1>A page</h1>
    <img src="/src/dot.svg" alt="" />
    <script type="module" src="/src/main.js"></script>
  </body>
</html>
`,
  'src/main.js': `import './imported.css'
import('./lazy.js')
document.documentElement.dataset.ran = 'yes'
`,
  'src/lazy.js': `import './lazy.css'
document.documentElement.dataset.lazy = 'yes'
`,
  'src/main.css': 'h1 { font-weight: bold }\n',
  'src/imported.css': 'h1 { margin: 1px }\n',
  'src/lazy.css': 'h1 { padding: 2px }\n',
  'src/dot.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>\n',
}

const folders: string[] = []

/** Makes a project of these files, and returns its folder. */
export function makeProject(files: Readonly<Record<string, string>> = FILES): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-vite-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}

/** Removes all of them. */
export function removeProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
}

/** Reads a file of a project. */
export function read(folder: string, name: string): string {
  return readFileSync(path.join(folder, name), 'utf8')
}

/** The origin that a dev server listens at. */
export function originOf({ httpServer }: ViteDevServer): string {
  const address = httpServer?.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen')
  return `http://127.0.0.1:${address.port}`
}

/** A logger, and the lines that it was given. */
export interface Lines {
  readonly lines: readonly string[]
  readonly logger: Logger
}

/** Makes a logger that writes nothing and keeps what it is given. */
export function makeLogger(): Lines {
  const lines: string[] = []
  const keep = (text: string): void => {
    lines.push(text)
  }
  return {
    lines,
    logger: { ...createLogger(), info: keep, warn: keep, warnOnce: keep, error: keep },
  }
}
