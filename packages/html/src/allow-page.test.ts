import { parsePolicy } from '@cusp/core'
import { expect, test } from 'vitest'
import { allowPage } from './allow-page.ts'
import { hashInline } from './hash-html.ts'

const PAGE = '<script>s()</script><style>h1{}</style><p onclick="c()">'
const [S, H, C] = ['s()', 'h1{}', 'c()'].map((source) => hashInline(source))

test.each<[policy: string, unsafeHashes: boolean, own: string]>([
  [
    "default-src 'self'",
    false,
    `default-src 'self'; script-src 'self' ${S}; style-src 'self' ${H}`,
  ],
  ["img-src 'self'", false, "img-src 'self'"],
  [
    "script-src 'none'; style-src 'unsafe-inline'",
    false,
    `script-src ${S}; style-src 'unsafe-inline'`,
  ],
  ["default-src 'unsafe-inline'", false, "default-src 'unsafe-inline'"],
  [`style-src 'unsafe-inline' ${S}`, false, `style-src 'unsafe-inline' ${S} ${H}`],
  [
    "script-src 'unsafe-inline' 'strict-dynamic'",
    false,
    `script-src 'unsafe-inline' 'strict-dynamic' ${S}`,
  ],
  [
    "script-src 'self'; script-src-elem 'self'; script-src-attr 'none'",
    true,
    `script-src 'self'; script-src-elem 'self' ${S}; script-src-attr 'unsafe-hashes' ${C}`,
  ],
  [
    "script-src 'self'; script-src-attr 'none'",
    true,
    `script-src 'self' ${S}; script-src-attr 'unsafe-hashes' ${C}`,
  ],
  ["script-src 'self'", true, `script-src 'self' 'unsafe-hashes' ${S} ${C}`],
  ["style-src-elem 'self'", false, `style-src-elem 'self' ${H}`],
])('%s, attributes %s', (policy, unsafeHashes, own) => {
  expect(String(allowPage(parsePolicy(policy).policy, PAGE, { unsafeHashes }))).toBe(own)
})
