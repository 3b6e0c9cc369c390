/** The apps in the adapters' READMEs run, and serve what they say. */

import * as core from '@cusp/core'
import * as expressAdapter from '@cusp/express'
import * as koaAdapter from '@cusp/koa'
import * as nodeAdapter from '@cusp/node'
import express from 'express'
import Koa from 'koa'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import type { Answer } from './client.ts'
import { ask } from './client.ts'
import type { Running } from './harness.ts'
import { listen } from './harness.ts'
import { CSP, ENDPOINTS } from './sample.ts'

/** Something that listens when its program says so. */
type Listen = (listener: RequestListener) => void

const HEADER =
  "default-src 'self'; script-src 'nonce-N' 'strict-dynamic'; connect-src 'self' https://api.example.com; object-src 'none'; base-uri 'none'; report-to csp; report-uri /csp-reports"

let server: Running | undefined

afterEach(() => server?.close())

/** Runs the code of "Usage"; what the program listens with is served on a free port. */
async function start(name: string): Promise<Running> {
  const readme = readFileSync(new URL(`../../packages/${name}/README.md`, import.meta.url), 'utf8')
  const code = /^## Usage\n.*?^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
  const script = code
    .replace(/^import type .*\n/gm, '')
    .replace(/^(const \w+): \w+ = /gm, '$1 = ')
    .replace(/^import (\{.*\}) from '(.*)'$/gm, "const $1 = load('$2')")
    .replace(/^import (\w+) from '(.*)'$/gm, "const $1 = load('$2')")
  let listener: RequestListener | undefined
  const modules = modulesOf((given) => {
    listener = given
  })
  // oxlint-disable-next-line typescript/no-implied-eval -- the README is the program
  const run = new Function('load', script) as (load: (module: string) => unknown) => void
  run((module) => modules[module])
  return listen(createServer(listener))
}

function modulesOf(listen_: Listen): Readonly<Record<string, unknown>> {
  return {
    '@cusp/core': core,
    '@cusp/express': expressAdapter,
    '@cusp/koa': koaAdapter,
    '@cusp/node': nodeAdapter,
    express: () => {
      const app = express()
      return Object.assign(app, { listen: () => listen_(app) })
    },
    koa: class extends Koa {
      override listen(): never {
        return listen_(this.callback()) as never
      }
    },
    'node:http': {
      createServer: (listener: RequestListener) => ({ listen: () => listen_(listener) }),
    },
  }
}

function expectPage({ headers, body, status }: Answer): void {
  const nonce = /<script nonce="([\w-]{22})">/.exec(body ?? '')?.[1]
  expect(status).toBe(200)
  expect(headers[CSP]).toBe(HEADER.replace('N', String(nonce)))
  expect(headers[ENDPOINTS]).toBe('csp="/csp-reports"')
}

it.each(['node', 'express', 'koa'])('@cusp/%s', async (name) => {
  server = await start(name)
  expectPage(await ask(server.origin, 'http1'))
})

it.each(['express', 'koa'])('@cusp/%s: one page allows more', async (name) => {
  server = await start(name)
  const { headers } = await ask(server.origin, 'http1', { path: '/map' })
  expect(headers[CSP]).toContain("img-src 'self' https://tiles.example.com")
  expectPage(await ask(server.origin, 'http1'))
})
