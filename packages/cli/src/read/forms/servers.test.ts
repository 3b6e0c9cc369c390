/** What core writes for servers is read back as it was. */

import { csp, deliver, NONE, SELF } from '@cusp/core'
import { apacheConfig, caddyConfig, nginxConfig } from '@cusp/core/servers'
import { expect, test } from 'vitest'
import { cusp } from '../../../test/run-in-process.ts'

const enforce = csp().defaultSrc(SELF).imgSrc('https://cdn.example', 'data:').objectSrc(NONE)
const reportOnly = csp().defaultSrc(NONE).reportTo('csp', '/csp-reports?site=1')

test.each([
  ['nginx', nginxConfig],
  ['Apache', apacheConfig],
  ['Caddy', caddyConfig],
])('%s', async (_name, write) => {
  const stdin = write(deliver({ enforce, reportOnly }))
  const { stdout, stderr, code } = await cusp(['explain', '-', '--json'], { stdin })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const policies = JSON.parse(stdout) as readonly {
    readonly disposition: string
    readonly directives: readonly { readonly name: string; readonly values: readonly string[] }[]
  }[]
  const texts = policies.map(({ disposition, directives }) => {
    const text = directives.map(({ name, values }) => [name, ...values].join(' ')).join('; ')
    return `${disposition} ${text}`
  })
  expect(texts).toEqual([`enforce ${String(enforce)}`, `report ${String(reportOnly)}`])
})
