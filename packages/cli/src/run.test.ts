import { describe, expect, test } from 'vitest'
import { CHECK_NAMES } from './read/check-word.ts'
import { run } from './run.ts'
import { cusp } from '../test/run-in-process.ts'

const COMMANDS = ['check', 'explain', 'audit', 'diff', 'hash']

describe('help', () => {
  test('of everything', async () => {
    const { stdout, stderr, code } = await cusp(['--help'], { env: { COLUMNS: '80' } })
    expect(code).toBe(0)
    expect(stderr).toBe('')
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
    expect(stdout).toContain('Exit codes:')
  })

  test.each(COMMANDS)('of %s, with examples', async (command) => {
    const { stdout, code } = await cusp([command, '--help'], { env: { COLUMNS: '80' } })
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: cusp ${command} `)
    expect(stdout).toContain(`Examples:\n  $ `)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect((await cusp(['help', command], { env: { COLUMNS: '80' } })).stdout).toBe(stdout)
  })

  test('of check names every kind of check', async () => {
    const { stdout } = await cusp(['check', '--help'])
    const aliases = new Set(['connect', 'img', 'iframe'])
    for (const name of CHECK_NAMES.filter((one) => !aliases.has(one))) {
      expect(stdout).toContain(name)
    }
  })

  test('painted on a terminal only', async () => {
    expect((await cusp(['--help'], { terminal: 80 })).stdout).toContain('\u001b[1mUsage:')
    expect((await cusp(['--help'])).stdout).not.toContain('\u001b')
  })

  test('for nothing, as an error', async () => {
    const { stdout, stderr, code } = await cusp([])
    expect([stdout, code]).toEqual(['', 2])
    expect(stderr).toContain('Usage: cusp')
  })
})

test('the version', async () => {
  expect(await cusp(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  })
})

describe('mistakes', () => {
  test.each<[args: readonly string[], message: string]>([
    [['adit'], "error: unknown command 'adit'\n(Did you mean audit?)\nHelp: cusp --help\n"],
    [
      ['audit', 'x', '--fail'],
      "error: unknown option '--fail'\n(Did you mean --fail-on?)\nHelp: cusp audit --help\n",
    ],
    [
      ['audit', 'x', '--fail-on', 'hgh'],
      "error: option '--fail-on <severity>' argument 'hgh' is invalid. Allowed choices are high, medium,\nlow, info, none.\nHelp: cusp audit --help\n",
    ],
    [
      ['audit', 'x', '--json', '--sarif'],
      "error: option '--sarif' cannot be used with option '--json'\nHelp: cusp audit --help\n",
    ],
    [['diff', 'x'], "error: missing required argument 'after'\nHelp: cusp diff --help\n"],
    [
      ['check', 'x', 'y', '--redirects', 'z'],
      "error: option '--redirects <number>' argument 'z' is invalid. Use a whole number: 0, 1, 2 …\nHelp: cusp check --help\n",
    ],
    [
      ['check', 'x', 'y', '--redirects', '-1'],
      "error: option '--redirects <number>' argument '-1' is invalid. Use a whole number: 0, 1, 2 …\nHelp: cusp check --help\n",
    ],
  ])('%j', async (args, message) => {
    expect(await cusp(args)).toEqual({ code: 2, stdout: '', stderr: message })
  })

  test('are wrapped and painted on a terminal', async () => {
    const { stderr } = await cusp(['audit', 'polcy.txt'], { terminal: 60 })
    expect(stderr).toContain('\u001b[31merror:\u001b[39m Cannot read "polcy.txt"')
    for (const line of stderr.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(60)
    const { stderr: other } = await cusp(['adit'], { terminal: 60 })
    expect(other).toContain("\u001b[31merror:\u001b[39m unknown command 'adit'")
    const { stderr: choices } = await cusp(['check', 'x', 'y', '--dialect', 'z'], { terminal: 60 })
    for (const line of choices.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(60)
  })
})

test('faults of this program keep their stack', async () => {
  const stdout = {
    write: () => {
      throw new RangeError('a fault')
    },
  }
  const host = {
    cwd: '.',
    env: {},
    stdout,
    stderr: stdout,
    isInteractive: true,
    readStdin: () => Promise.resolve(''),
    untilStopped: () => Promise.resolve(),
  }
  await expect(run(['audit', 'img-src *'], host)).rejects.toThrow(RangeError)
})
