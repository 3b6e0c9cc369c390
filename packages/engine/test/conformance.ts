/** The vendored conformance cases, typed, and the check that each of them puts to the engine. */

import { readFileSync } from 'node:fs'
import type { Check, InlineType } from '../src/check/check.ts'
import type { PolicyRecord } from '../src/policy/policy-input.ts'

/** The facts of a case, as `test-data/conformance/README.md` explains them. */
interface CaseFacts {
  readonly destination?: string
  readonly url: string
  readonly urlChain?: readonly string[]
  readonly originalUrl?: string
  readonly redirectCount?: number
  readonly nonce?: string
  readonly integrity?: string
  readonly parserInserted?: boolean
  readonly initiator?: string
  readonly nonceable?: boolean
  readonly inline: InlineType
  readonly source: string
  readonly ancestors: readonly (string | null)[]
}

/** What the chain is made of, and what the other facts follow from. */
const NOT_ASKED = new Set(['urlChain', 'api', 'attributes', 'duplicateAttribute'])

/** One decision case. */
export interface ConformanceCase {
  readonly id: string
  readonly kind: string
  readonly policies: readonly PolicyRecord[]
  readonly selfOrigin: string | null
  readonly request?: CaseFacts
  readonly policyName: string
  readonly createdPolicyNames: readonly string[]
  readonly expected: 'allowed' | 'blocked'
  readonly expectedReports?: number
  readonly expectedEffectiveDirective?: string
  readonly expectedDirective?: string
  readonly expectedViolationUrl?: string
  readonly expectedSample?: string
  readonly directive?: string
  readonly spec?: 'agrees' | 'diverges'
  readonly divergence?: string
}

/** A case of kind `sandbox`. */
export interface SandboxCase {
  readonly id: string
  readonly kind: 'sandbox'
  readonly policy: string
  readonly expected: { readonly sandboxed: boolean; readonly allow: readonly string[] }
}

/** A case of kind `parse`. */
export interface ParseCase {
  readonly id: string
  readonly kind: 'parse'
  readonly header: string
  readonly expected: readonly Readonly<Record<string, readonly string[]>>[]
}

/** A case of kind `violation-report`. */
export interface ReportCase {
  readonly id: string
  readonly policies: readonly PolicyRecord[]
  readonly documentUrl: string
  readonly situation: CaseFacts & { readonly type: string; readonly sink: string }
  readonly expected: {
    readonly blockedURI?: string
    readonly documentURI?: string
    readonly effectiveDirective?: string
    readonly effectiveDirectivePrefix?: string
    readonly sample?: string
    readonly disposition?: string
    readonly result?: 'allowed' | 'blocked'
    readonly reportsTo?: readonly string[]
    readonly reportUriPosts?: number
    readonly reportToGroups?: readonly string[]
    readonly body?: Readonly<Record<string, unknown>>
  }
}

/** Any case. */
export type AnyCase = ConformanceCase | ParseCase | SandboxCase

/** Reads one of the vendored files of decisions. */
export function readCases(file: string): readonly AnyCase[] {
  return readData(file) as readonly AnyCase[]
}

/** Reads the vendored reports. */
export function readReportCases(): readonly ReportCase[] {
  return readData('wpt_reports') as readonly ReportCase[]
}

/** Whether the case asks for a decision. */
export function isDecisionCase(anyCase: AnyCase): anyCase is ConformanceCase {
  return anyCase.kind !== 'parse' && anyCase.kind !== 'sandbox'
}

/** Whether the case asks for the flags of a sandbox. */
export function isSandboxCase(anyCase: AnyCase): anyCase is SandboxCase {
  return anyCase.kind === 'sandbox'
}

/** Whether the case asks what a header holds. */
export function isParseCase(anyCase: AnyCase): anyCase is ParseCase {
  return anyCase.kind === 'parse'
}

/** The checks of a case: one, or one for each URL of a chain of redirects. */
export function checksOf(conformanceCase: ConformanceCase): readonly Check[] {
  const { kind } = conformanceCase
  const urlChain = conformanceCase.request?.urlChain ?? []
  const request = askedFactsOf(conformanceCase)
  switch (kind) {
    case 'request-chain':
      return urlChain.map((url, redirectCount) =>
        Object.assign({ type: 'request' as const }, request, { url, redirectCount }),
      )
    case 'request':
    case 'inline':
    case 'base-uri':
    case 'form-action':
    case 'frame-ancestors':
      return [{ ...request, type: kind }]
    case 'eval':
    case 'wasm':
      return [{ type: kind }]
    case 'trusted-types-policy': {
      const { policyName: name, createdPolicyNames: created } = conformanceCase
      return [{ type: kind, name, created }]
    }
    default:
      throw new Error(`No check for the kind ${kind}`)
  }
}

function askedFactsOf({ request = {} as CaseFacts }: ConformanceCase): CaseFacts {
  const facts = Object.entries(request).filter(([name]) => !NOT_ASKED.has(name))
  return Object.fromEntries(facts) as unknown as CaseFacts
}

function readData(file: string): unknown {
  const url = new URL(`../test-data/conformance/${file}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}
