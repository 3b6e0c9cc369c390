/** The README's code runs, and says what happens: `expression // => text`. */

import { readFileSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import * as core from './index.ts'
import * as servers from './servers.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const blocks = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), (match) => match[1] as string)

/** Writes a block as the body of an async function: imports become calls, the one annotation falls away. */
function toScript(block: string): string {
  return block
    .replace(/^import (\{.*\}) from '(.*)'$/gm, "const $1 = load('$2')")
    .replace(/^(const \w+): string =/gm, '$1 =')
    .replace(
      /^( *)(\S.*) \/\/ => (.*)$/gm,
      (_, indent: string, expression: string, text: string) => {
        return `${indent};see(${expression}, ${JSON.stringify(text)})`
      },
    )
}

it('runs from top to bottom', async () => {
  const seen: (readonly [actual: string, expected: string])[] = []
  let server: Server | undefined
  const modules = new Map<string, unknown>([
    ['@cusp/core/servers', servers],
    ['@cusp/core', core],
    [
      'node:http',
      {
        createServer: (listener: RequestListener) => {
          server = createServer(listener)
          return { listen: () => server?.listen(0) }
        },
      },
    ],
  ])
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...texts: readonly string[]
  ) => (...values: readonly unknown[]) => Promise<void>
  const run = new AsyncFunction('load', 'see', blocks.map(toScript).join('\n'))
  await run(
    (name: string) => modules.get(name),
    (actual: unknown, expected: string) => seen.push([String(actual), expected]),
  )

  expect(seen.map(([actual]) => actual)).toEqual(seen.map(([, expected]) => expected))
  expect(seen).toHaveLength(readme.split('// => ').length - 1)

  // The app of "Usage" serves what the README shows.
  const { port } = (server as Server).address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/`)
  const nonce = /<script nonce="([\w-]{22})">/.exec(await response.text())?.[1]
  server?.close()
  const headers = /```http\n(.*?)\n```/s.exec(readme)?.[1]?.replace('…', String(nonce))
  expect(
    ['Content-Security-Policy', 'Reporting-Endpoints']
      .map((name) => `${name}: ${response.headers.get(name)}`)
      .join('\n'),
  ).toBe(headers)
})
