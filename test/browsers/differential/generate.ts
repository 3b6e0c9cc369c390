/** Generates documents from a seed: an origin, policies, and probes under them. */

import type { BrowserName } from '../page.ts'
import type { Kind } from './draw.ts'
import { KINDS } from './kinds.ts'
import type { Probe } from './probe.ts'
import { makeRandom } from './random.ts'
import type { Random } from './random.ts'
import { drawSourceList } from './sources.ts'
import type { PolicyTexts, Specimen } from './specimen.ts'
import { isSeenArriving, isTestable, isTestableUnder } from './untestable.ts'
import type { Ports } from './world.ts'

/** What a document is generated for. */
export interface GenerateOptions {
  readonly seed: string
  /** The id under which it will be published. */
  readonly id: string
  readonly browser: BrowserName
  readonly ports: Ports
  /** Kinds that are not drawn, because of how the browser was started. */
  readonly without?: readonly string[] | undefined
}

/** Probes of one document. */
const PROBES = 16

/** What a document is about: a few kinds whose directives meet. */
const THEMES: readonly (readonly [weight: number, kinds: RegExp])[] = [
  [30, /./],
  [20, /^(?:fetch|xhr|websocket|eventsource|beacon|ping|redirect)$/],
  [30, /^(?:script|module|inline-script|handler|javascript-url|eval|wasm|worker|sharedworker)$/],
  [12, /^(?:stylesheet|inline-style|style-attribute)$/],
  [14, /^(?:image|poster|font|media|track|object|embed|frame|prefetch|preload)$/],
  [10, /^(?:form-action|base-uri|worker|sharedworker|frame)$/],
]

const FETCH_DIRECTIVES = [
  'child-src',
  'connect-src',
  'default-src',
  'font-src',
  'frame-src',
  'img-src',
  'manifest-src',
  'media-src',
  'object-src',
  'script-src',
  'script-src-attr',
  'script-src-elem',
  'style-src',
  'style-src-attr',
  'style-src-elem',
  'worker-src',
] as const

/** Kind → the directives that may decide about it, nearest first. */
const CHAINS: readonly (readonly [kinds: RegExp, directives: readonly string[]])[] = [
  [/^(?:fetch|xhr|websocket|eventsource|beacon|ping)$/, ['connect-src']],
  [/^redirect$/, ['connect-src', 'img-src', 'script-src', 'style-src']],
  [/^(?:script|module|inline-script|javascript-url)$/, ['script-src-elem', 'script-src']],
  [/^handler$/, ['script-src-attr', 'script-src']],
  [/^(?:eval|wasm)$/, ['script-src']],
  [/^(?:stylesheet|inline-style)$/, ['style-src-elem', 'style-src']],
  [/^style-attribute$/, ['style-src-attr', 'style-src']],
  [/^(?:image|poster)$/, ['img-src']],
  [/^font$/, ['font-src']],
  [/^(?:media|track)$/, ['media-src']],
  [/^(?:object|embed)$/, ['object-src']],
  [/^frame$/, ['frame-src', 'child-src']],
  [/^(?:worker|sharedworker)$/, ['worker-src', 'child-src', 'script-src']],
  [/^prefetch$/, ['connect-src', 'img-src']],
  [/^preload$/, ['img-src', 'style-src', 'font-src']],
]

/** The origins on which documents stand. */
function selfOrigins({ http, https }: Ports): readonly [string, ...string[]] {
  return [
    `http://localhost:${http[0]}`,
    `http://127.0.0.1:${http[0]}`,
    `https://localhost:${https[0]}`,
    `https://127.0.0.1:${https[1]}`,
  ]
}

/** Generates one document. */
export function generate({ seed, id, browser, ports, without = [] }: GenerateOptions): Specimen {
  const random = makeRandom(seed)
  const self = random.pick(selfOrigins(ports))
  const theme = random.weigh(THEMES)
  const kinds = KINDS.filter(
    (kind) =>
      theme.test(kind.name) && isTestable(kind.name, browser) && !without.includes(kind.name),
  )
  const weighted = kinds.map((kind): [number, Kind] => [kind.weight, kind])
  const probes = Array.from({ length: PROBES }, (_, index) =>
    random.weigh(weighted).draw({ random, ports, self, browser, document: id, id: `p${index}` }),
  )
  const policies = drawPolicies(random, probes)
  return {
    id,
    seed,
    self,
    policies: browser === 'webkit' ? withKnownStrictDynamic(policies) : policies,
    probes: probes
      .filter((probe) => isTestableUnder(policies, { probe, browser }))
      .map((probe) =>
        isSeenArriving(policies, { probe, browser }) ? probe : withoutArrival(probe),
      ),
  }
}

function withoutArrival(probe: Probe): Probe {
  return { ...probe, arrival: null }
}

function drawPolicies(random: Random, probes: readonly Probe[]): PolicyTexts {
  const enforce: string[] = []
  const report: string[] = []
  const meta: string[] = []
  const lists = random.weigh([
    [50, [enforce]],
    [15, [report]],
    [10, [meta]],
    [10, [enforce, report]],
    [10, [enforce, enforce]],
    [5, [enforce, report, meta]],
  ])
  for (const list of lists) list.push(drawPolicy(random, probes))
  // Two policies in one header line.
  if (enforce.length > 0 && random.chance(8))
    enforce[0] = `${enforce[0]}, ${drawPolicy(random, probes)}`
  return { enforce, report, meta }
}

function drawPolicy(random: Random, probes: readonly Probe[]): string {
  const names = drawDirectiveNames(random, probes)
  const directives = names.map((name) => {
    const values = drawSourceList({ random, directive: name, probes: governedBy(name, probes) })
    return [random.chance(4) ? name.toUpperCase() : name, ...values].join(
      random.chance(2) ? '\t ' : ' ',
    )
  })
  if (random.chance(2)) directives.splice(random.below(directives.length), 0, '', 'unknown-src x')
  if (random.chance(2)) directives.push(`${directives[0]} http:`)
  if (random.chance(5)) directives.push('upgrade-insecure-requests')
  const text = directives.join(
    random.weigh([
      [90, '; '],
      [6, ';'],
      [4, ' ;; '],
    ]),
  )
  return random.chance(5) ? `${text};` : text
}

/** Names in lower case beside 'strict-dynamic', see `untestable.ts`. */
function withKnownStrictDynamic({ enforce, report, meta }: PolicyTexts): PolicyTexts {
  return {
    enforce: enforce.map(lowerNames),
    report: report.map(lowerNames),
    meta: meta.map(lowerNames),
  }
}

function lowerNames(text: string): string {
  const name = /(?<=^|[;,]\s*)[A-Z-]+(?=[^;,]*'strict-dynamic')/gi
  return text.replace(name, (found) => found.toLowerCase())
}

/** One to four directives that decide about probes, and now and then some other. */
function drawDirectiveNames(random: Random, probes: readonly Probe[]): readonly string[] {
  const names = new Set<string>()
  const count = 1 + random.below(4)
  for (let drawn = 0; drawn < count; drawn += 1) {
    const kind = random.pickAny(probes)?.kind ?? ''
    const chain =
      kind === 'form-action' || kind === 'base-uri' ? [kind] : [...chainOf(kind), 'default-src']
    names.add(random.pickAny(chain) as string)
  }
  if (random.chance(10)) names.add(random.pick(FETCH_DIRECTIVES))
  return [...names]
}

function chainOf(kind: string): readonly string[] {
  return CHAINS.find(([kinds]) => kinds.test(kind))?.[1] ?? []
}

function governedBy(directive: string, probes: readonly Probe[]): readonly Probe[] {
  const governed = probes.filter(
    ({ kind }) =>
      directive === 'default-src' || directive === kind || chainOf(kind).includes(directive),
  )
  return governed.length === 0 ? probes : governed
}
