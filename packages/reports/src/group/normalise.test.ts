import { describe, expect, test } from 'vitest'
import { normalisePath, normaliseSample } from './normalise.ts'

describe('normaliseSample', () => {
  test.each([
    ['alert(1)', 'alert(0)'],
    ['id1234x5', 'id0x0'],
    ['  a \n\t b\u0000c ', 'a b c'],
    ['load("3f9a0c2b")', 'load("*")'],
    ['load("DEADBEEF99")', 'load("*")'],
    ['decade facade', 'decade facade'],
    ['id=6fa459ea-ee8a-3ca4-894e-db77e160355e', 'id=*'],
    ['id=12345678-1234-1234-1234-123456789012', 'id=*'],
    ['var session = "6fa459ea-ee8a-3ca4-894e-db', 'var session = "*'],
    ['eval|1', 'eval|0'],
    ['ünïcode 12', 'ünïcode 0'],
    ['', ''],
    // Firefox sends one character more, to say that it has cut the sample.
    [`${'x'.repeat(40)}…`, 'x'.repeat(40)],
  ])('%j', (sample, expected) => {
    expect(normaliseSample(sample)).toBe(expected)
  })
})

describe('normalisePath', () => {
  test.each([
    ['/assets/app.js', '/assets/app.js'],
    ['/assets/app.3f9a0c2b.js', '/assets/app.*.js'],
    ['/assets/app-DiWrgTda.js', '/assets/app-*.js'],
    ['/assets/app-B7x-_q1Z.js', '/assets/app-*.js'],
    ['/assets/app-settings.js', '/assets/app-settings.js'],
    ['/assets/app-Settings.js', '/assets/app-Settings.js'],
    ['/v2/jquery-3.7.1.min.js', '/v2/jquery-3.7.1.min.js'],
    ['/6fa459ea-ee8a-3ca4-894e-db77e160355e/a.js', '/*/a.js'],
    ['/a\nb', '/a b'],
    ['', ''],
  ])('%s', (path, expected) => {
    expect(normalisePath(path)).toBe(expected)
  })

  test('the end of a long path counts', () => {
    expect(normalisePath(`/${'x'.repeat(300)}/app.js`)).toHaveLength(200)
    expect(normalisePath(`/${'x'.repeat(300)}/app.js`)).toMatch(/\/app\.js$/)
  })
})
