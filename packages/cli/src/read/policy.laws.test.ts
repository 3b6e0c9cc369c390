/** Whatever stands around a policy, no command loses a part of it and answers all the same. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cusp } from '../../test/run-in-process.ts'

const POLICY = "default-src 'none'; img-src https://a.example"

/** What people and tools write before and behind a policy. */
const AROUND = `add_header
Header set
Header always set
header
set $csp
Content-Security-Policy
Content-Security-Policy:
Content-Security-Policy-Report-Only:
content_security_policy:
contentSecurityPolicy
X-Frame-Options: DENY
server {
location / {
<IfModule x>
<?php header(
<add name="Content-Security-Policy" value=
[headers.values]
{ "key":
"value":
/*
- name:
export default
csp =
const csp =
policy
foo bar;
always
value
nonce
it's
:
=
,
;
{
}
(
)
[
]
"
'
\`
#
//
\\
<
>
|
>-
$
\${x}
{{ x }}`.split('\n')

const words = fc
  .array(fc.tuple(fc.constantFrom(...AROUND), fc.constantFrom(' ', '\n', '', '\n  ', '\t')), {
    maxLength: 4,
  })
  .map((pairs) => pairs.flat().join(''))

/** The policies that are read; undefined for a text that is refused. */
async function read(stdin: string): Promise<readonly string[] | undefined> {
  const { code, stdout } = await cusp(['explain', '-', '--json'], { stdin })
  if (code !== 0) return undefined
  const policies = JSON.parse(stdout) as readonly {
    readonly directives: readonly { readonly name: string; readonly values: readonly string[] }[]
  }[]
  return policies.map(({ directives }) =>
    directives.map(({ name, values }) => [name, ...values].join(' ')).join('; '),
  )
}

test('a text around a policy is refused, or the policy is read', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(words, words, async (before, behind) => {
      const policies = await read(`${before}${POLICY}${behind}`)
      if (policies === undefined) return
      expect(policies).toContainEqual(expect.stringContaining("default-src 'none'; img-src https:"))
    }),
    { numRuns: 3000 },
  )
})
