/** The command as it is installed, spawned. */

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BuiltCommand } from '../test/built-command.ts'
import { buildCommand } from '../test/built-command.ts'

let built: BuiltCommand
beforeAll(() => {
  built = buildCommand()
  mkdirSync(path.join(built.folder, 'app'))
  writeFileSync(
    path.join(built.folder, 'app/policy.js'),
    `const { csp, NONCE, STRICT_DYNAMIC } = await import('@cusp/core')
export const policy = csp().scriptSrc(NONCE, STRICT_DYNAMIC)
`,
  )
  writeFileSync(path.join(built.folder, 'package.json'), '{ "type": "module" }')
}, 60_000)
afterAll(() => built.remove())

test('check, with what is piped in', async () => {
  const stdin = "HTTP/2 200\r\ncontent-security-policy: default-src 'self'\r\n\r\n"
  expect(await built.run(['check', '-', '/api'], { stdin })).toEqual({
    code: 0,
    stdout: "allowed   /api  connect-src → default-src: 'self'\n",
    stderr: '',
  })
})

test('check, with the policy of a module', async () => {
  const args = ['check', './app/policy.js#policy', 'script=/a.js', '--nonce', 'NONCE']
  expect(await built.run(args)).toEqual({
    code: 0,
    stdout: "allowed   script=/a.js  script-src-elem → script-src: 'nonce-{NONCE}'\n",
    stderr: '',
  })
})

test('audit, with 1 for its findings', async () => {
  const { code, stdout, stderr } = await built.run(['audit', 'script-src *'])
  expect([code, stderr]).toEqual([1, ''])
  expect(stdout).toContain('high    any-script-host  script-src\n')
})

test('audit of browsers', async () => {
  const args = ['audit', 'report-to csp', '--browsers', 'firefox 148', '--json']
  const { stdout } = await built.run(args)
  expect(JSON.parse(stdout).browsers.findings[0].feature).toBe('report-to')
})

test('explain, diff and hash', async () => {
  const [explained, compared, hashed] = await Promise.all([
    built.run(['explain', 'img-src *']),
    built.run(['diff', 'img-src *', 'img-src *']),
    built.run(['hash', '-'], { stdin: '<script>x</script>' }),
  ])
  expect([explained.code, compared, hashed.code]).toEqual([
    0,
    { code: 0, stdout: 'Both policies allow the same.\n', stderr: '' },
    0,
  ])
  expect(hashed.stdout).toContain("script-src 'sha256-")
})

test('a mistake, without a stack', async () => {
  const ran = await built.run(['audit', 'polcy.txt'])
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toMatch(/^error: Cannot read "polcy\.txt": there is no such file\. Use/)
  expect(ran.stderr).not.toContain('    at ')
})

test('colours where they are forced', async () => {
  const { stdout } = await built.run(['check', 'img-src *', 'eval'], { env: { FORCE_COLOR: '1' } })
  expect(stdout).toContain('\u001b[32mallowed ')
})

test('a reader that closes the pipe early does not make it fail', async () => {
  const { code } = await built.pipeToHead(['audit', 'script-src *'])
  expect(code).toBe(0)
})
