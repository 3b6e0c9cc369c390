/** What the plugin is told, read once when it is made. */

import type { HashAlgorithm, Policy } from '@cusp/core'
import { csp, isPolicy, NONCE, NONE, SELF, strict } from '@cusp/core'
import {
  checkChoice,
  checkOptions,
  HASH_ALGORITHMS,
  isNonce,
  refusal,
  show,
} from '@cusp/core/internal'
import type { MapFormat } from '@cusp/html/site'
import { SITE_MAPS } from '@cusp/html/site'

/**
 * How browsers get the policy of a page: as a `meta` tag in the page, by a server that makes a
 * `nonce` for each response, or as headers, in a file for the server in front of the site.
 */
export type DeliverBy = MapFormat | 'meta' | 'nonce'

/**
 * What the dev server does with the policy: `enforce` enforces it and shows what it blocks,
 * `report` only shows that, `off` does neither.
 */
export type DevelopmentMode = 'enforce' | 'off' | 'report'

/** What the plugin is told. */
export interface CuspOptions {
  /**
   * The policy of the release, without the hashes. `default-src 'self'; object-src 'none'; base-uri
   * 'none'` unless told; with `deliver: 'nonce'`, that of `strict()`.
   */
  readonly policy?: Policy | undefined
  /** How browsers get it; `meta` unless told. */
  readonly deliver?: DeliverBy | undefined
  /**
   * The file for the headers, from the root of the project. Unless told, `_headers` in the folder
   * of the build for `deliver: 'headers'`, and `csp-headers.json` or `csp-headers.conf` beside
   * that folder for the others.
   */
  readonly file?: string | undefined
  /** Whether what pages load from the build gets an integrity attribute; it does unless told. */
  readonly integrity?: boolean | undefined
  /** Hashes event handlers, style attributes and `javascript:` URLs too: see `hashHtml`. */
  readonly unsafeHashes?: boolean | undefined
  /** Of the hashes in the policy; `sha256` unless told. */
  readonly algorithm?: HashAlgorithm | undefined
  /** What the dev server does; `enforce` unless told. */
  readonly development?: DevelopmentMode | undefined
  /** Whether violations are shown over the page as well; they are unless told. */
  readonly overlay?: boolean | undefined
}

/** The options, all of them there but the file. */
export type Settings = Readonly<
  Required<{ [Name in Exclude<keyof CuspOptions, 'file'>]: Exclude<CuspOptions[Name], undefined> }>
> &
  Pick<CuspOptions, 'file'>

const ACTION = 'make the plugin'
const KNOWN: readonly (keyof CuspOptions)[] = [
  'policy',
  'deliver',
  'file',
  'integrity',
  'unsafeHashes',
  'algorithm',
  'development',
  'overlay',
]
const FLAGS = ['integrity', 'unsafeHashes', 'overlay'] as const

/**
 * Reads the options.
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that is not known or would do nothing,
 *   `ERR_CSP_NONCE` for a policy with a nonce that is the same in every response
 */
export function readOptions(options: CuspOptions): Settings {
  checkOptions(options, { action: ACTION, known: KNOWN })
  const { deliver = 'meta', algorithm = 'sha256', development = 'enforce', file } = options
  checkChoice(deliver, { action: ACTION, known: ['meta', 'nonce', ...Object.keys(SITE_MAPS)] })
  checkChoice(algorithm, { action: ACTION, known: HASH_ALGORITHMS })
  checkChoice(development, { action: ACTION, known: ['enforce', 'report', 'off'] })
  for (const name of FLAGS) checkFlag(name, options[name])
  checkFile(file, deliver)
  const { integrity = true, unsafeHashes = false, overlay = true } = options
  const { policy = defaultPolicy(deliver) } = options
  checkPolicy(policy, deliver)
  return { policy, deliver, file, integrity, unsafeHashes, algorithm, development, overlay }
}

function defaultPolicy(deliver: DeliverBy): Policy {
  if (deliver === 'nonce') return strict()
  return csp().defaultSrc(SELF).objectSrc(NONE).baseUri(NONE)
}

function checkFlag(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return
  throw refusal('ERR_CSP_INPUT', {
    action: ACTION,
    problem: `${name} is ${show(value)}, not true or false`,
    fix: 'true or false',
    value,
  })
}

function checkFile(file: unknown, deliver: DeliverBy): void {
  if (file === undefined) return
  const isPath = typeof file === 'string' && file !== ''
  if (isPath && deliver !== 'meta' && deliver !== 'nonce') return
  throw refusal('ERR_CSP_INPUT', {
    action: ACTION,
    problem: isPath
      ? `a file is for headers, and the policy is delivered by ${show(deliver)}`
      : `file is ${show(file)}, not a path`,
    fix: isPath ? `deliver: 'headers', or no file,` : 'the path of the file',
    value: file,
  })
}

function checkPolicy(policy: unknown, deliver: DeliverBy): void {
  if (!isPolicy(policy) || policy.directives.length === 0) {
    throw refusal('ERR_CSP_INPUT', {
      action: ACTION,
      problem: isPolicy(policy) ? 'the policy is empty' : `${show(policy)} is not a policy`,
      fix: 'csp().defaultSrc(SELF)',
      value: policy,
    })
  }
  const values = policy.directives.flatMap((directive) => directive.values)
  const literal = values.find((value) => value !== NONCE && isNonce(value))
  if (literal !== undefined) throw refuseLiteral(String(literal), deliver)
  if (values.includes(NONCE) === (deliver === 'nonce')) return
  throw refusal('ERR_CSP_NONCE', {
    action: ACTION,
    problem:
      deliver === 'nonce'
        ? 'the policy has no NONCE'
        : 'the policy has NONCE, which must be new for each response, and built files stay the same',
    fix:
      deliver === 'nonce'
        ? 'scriptSrc(NONCE, STRICT_DYNAMIC)'
        : "deliver: 'nonce' with a server that makes it, or a policy without NONCE",
    value: policy,
  })
}

function refuseLiteral(literal: string, deliver: DeliverBy): Error {
  return refusal('ERR_CSP_NONCE', {
    action: ACTION,
    problem: `the policy has ${literal}, the same in every response, which anybody can read`,
    fix: deliver === 'nonce' ? 'NONCE' : 'a policy without it, for hashes take its place,',
    value: literal,
  })
}
