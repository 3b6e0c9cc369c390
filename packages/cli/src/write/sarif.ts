/**
 * Findings as SARIF, which code scanning services read.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */

import path from 'node:path'
import type { Severity } from '@cusp/engine'
import type { Finding } from './finding.ts'
import { findingInfo } from './finding.ts'

/** The place of the policy that was audited. */
interface Place {
  /** The absolute path of its file, if it was read from one. */
  readonly file?: string
  /** The text of the file, if it was read as text. */
  readonly text?: string
  readonly cwd: string
}

/** A place, as SARIF has it. */
interface Location {
  readonly physicalLocation: object
  readonly logicalLocations: readonly object[]
}

/** The place of a text in a file; lines and columns count from 1. */
interface Region {
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
}

const LEVELS: Readonly<Record<Severity, 'error' | 'note' | 'warning'>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** The scores by which GitHub sorts security findings, from 0 to 10. */
const SCORES: Readonly<Record<Severity, string>> = {
  high: '8.0',
  medium: '5.0',
  low: '2.0',
  info: '0.0',
}

/** The place of a policy that was not read from a file. */
const NO_FILE = 'content-security-policy'

/** Writes the findings as a log of one run. */
export function toSarif(findings: readonly Finding[], place: Place): object {
  const ids = [...new Set(findings.map(({ id }) => id))]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cusp',
            informationUri: 'https://github.com/cusp-csp/cusp',
            rules: ids.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.id,
          ruleIndex: ids.indexOf(finding.id),
          level: LEVELS[finding.severity],
          message: { text: `${toSentence(finding.message)} Fix: ${toSentence(finding.fix)}` },
          locations: [locationOf(finding, place)],
          ...relatedLocationsOf(finding, place),
          partialFingerprints: { 'cusp/v1': fingerprintOf(finding) },
          properties: {
            severity: finding.severity,
            witness: finding.witness,
            ...(finding.values === undefined ? {} : { values: finding.values }),
          },
        })),
      },
    ],
  }
}

function ruleOf(id: Finding['id']): object {
  const { severity, meaning, fix } = findingInfo(id)
  return {
    id,
    shortDescription: { text: meaning },
    help: { text: `Fix: ${toSentence(fix)}` },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['security'], 'security-severity': SCORES[severity] },
  }
}

function locationOf(finding: Finding, { file, text, cwd }: Place): Location {
  const region = file === undefined ? undefined : find(finding, text ?? '')
  const uri = file === undefined ? NO_FILE : path.relative(cwd, file).replaceAll(path.sep, '/')
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(uri).replaceAll('?', '%3F').replaceAll('#', '%23') },
      region: region ?? { startLine: 1 },
    },
    logicalLocations: [{ name: finding.directive, kind: 'member' }],
  }
}

/** The places of the further values. */
function relatedLocationsOf(finding: Finding, place: Place): object {
  const others = (finding.values ?? []).slice(1)
  if (others.length === 0) return {}
  const relatedLocations = others.map((value, id) => {
    const { physicalLocation, logicalLocations } = locationOf({ ...finding, value }, place)
    return { id, physicalLocation, logicalLocations, message: { text: value } }
  })
  return { relatedLocations }
}

const BEFORE_WORD = /[\s;,:"]/
const AFTER_WORD = /[\s;,"]/

/** Finds the value in the text, or the directive where there is no value. */
function find({ directive, value }: Finding, text: string): Region | undefined {
  const start = findWord(text, directive, 0)
  if (start === -1) return undefined
  const inside = value === undefined ? -1 : findWord(text, value, start)
  const [from, word] = inside === -1 ? [start, directive] : [inside, value as string]
  const [startLine, startColumn] = positionOf(text, from)
  const [endLine, endColumn] = positionOf(text, from + word.length)
  return { startLine, startColumn, endLine, endColumn }
}

/** Finds the first place of a word between white space or separators; case does not matter. */
function findWord(text: string, word: string, from: number): number {
  const [haystack, needle] = [text.toLowerCase(), word.toLowerCase()]
  let at = haystack.indexOf(needle, from)
  while (at !== -1) {
    const isWord =
      (at === 0 || BEFORE_WORD.test(haystack.charAt(at - 1))) &&
      (at + needle.length === haystack.length ||
        AFTER_WORD.test(haystack.charAt(at + needle.length)))
    if (isWord) return at
    at = haystack.indexOf(needle, at + 1)
  }
  return -1
}

/** Line and column of an offset; both count from 1. */
function positionOf(text: string, offset: number): readonly [line: number, column: number] {
  const before = text.slice(0, offset)
  return [before.split('\n').length, offset - before.lastIndexOf('\n')]
}

function toSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function fingerprintOf({ id, directive, value }: Finding): string {
  return [id, directive, ...(value === undefined ? [] : [value])].join(' ')
}
