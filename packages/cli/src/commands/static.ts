/** `cusp static`: the policies of all pages of a static site, by their hashes. */

import type { HashAlgorithm, Policy } from '@cusp/core'
import { csp, isDelivery, isPolicy, NONE, parsePolicyList, SELF } from '@cusp/core'
import { isNonce } from '@cusp/core/internal'
import type { PolicyItem } from '@cusp/engine'
import type * as Html from '@cusp/html'
import type { MapFormat, SitePage } from '@cusp/html/site'
import { readPages, readText, replacePage, SITE_MAPS } from '@cusp/html/site'
import { Command, Option } from 'commander'
import type { ExitCode, Host } from '../host.ts'
import { EXIT, UsageError } from '../host.ts'
import { readPolicy } from '../read/policy.ts'
import { escapeLine } from '../text.ts'
import { toJSON } from '../write/output.ts'
import { count, pageOf, wrap } from '../write/page.ts'
import type { CommandContext } from './command.ts'
import { exampleHelp, POLICY_HELP } from './command.ts'
import type { PageFinding } from './static-check.ts'
import { checkPage } from './static-check.ts'

interface Options {
  readonly policy?: string | undefined
  readonly meta?: boolean | undefined
  readonly format: MapFormat
  readonly check?: boolean | undefined
  readonly attributes?: boolean | undefined
  readonly algorithm: HashAlgorithm
  readonly self: string
  readonly json?: boolean | undefined
}

/** What a run has to know. */
interface Run {
  readonly folder: string
  readonly options: Options
  readonly host: Host
  /** The package that reads pages: its parser is large, and is loaded only when it is needed. */
  readonly html: typeof Html
}

/** So many pages for a line about progress. */
const STEP = 1000

const EXAMPLES = exampleHelp(
  'cusp static dist --meta',
  'cusp static dist --policy ./policy.js --format headers > dist/_headers',
  'cusp static dist --format nginx > csp.conf',
  'cusp static dist --check',
)

/** Makes the command. */
export function staticCommand({ host, finish }: CommandContext): Command {
  return new Command('static')
    .summary('hash all pages of a static site')
    .description(
      'Hash the inline code of each page of a static site, and write its policy: as headers for a server, or as a meta tag into the page.',
    )
    .argument('<folder>', 'the folder that is served as the root of the site')
    .option('--policy <policy>', `what else the pages may do: ${POLICY_HELP}`)
    .addOption(
      new Option('--format <name>', 'print the headers of each path')
        .choices(Object.keys(SITE_MAPS))
        .default('json')
        .conflicts(['meta', 'check']),
    )
    .addOption(new Option('--meta', 'write a meta tag into each page').conflicts('check'))
    .option('--check', 'exit with 1 for code that the meta tags or --policy would block')
    .addOption(
      new Option(
        '--attributes',
        'hash event handlers, style attributes and javascript: URLs',
      ).conflicts('check'),
    )
    .addOption(
      new Option('--algorithm <name>', 'the hash algorithm')
        .choices(['sha256', 'sha384', 'sha512'])
        .default('sha256')
        .conflicts('check'),
    )
    .addOption(
      new Option('--self <origin>', 'with --check, the origin of the site')
        .default('https://site.invalid')
        .conflicts('meta'),
    )
    .addOption(new Option('--json', 'with --check, print JSON').conflicts('meta'))
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: Options) => {
      const run = { folder, options, host, html: await import('@cusp/html') }
      finish(await runStatic(run))
    })
}

async function runStatic(run: Run): Promise<ExitCode> {
  const { options } = run
  if (options.check === true) return check(run)
  if (options.json === true) {
    throw new UsageError('Cannot print JSON of findings: --check is not given. Use --format json.')
  }
  const base = await readBase(run)
  if (options.meta === true) return writeTags(base, run)
  return writeMap(base, run)
}

/** The policy that all pages have in common. */
async function readBase({ options, host }: Run): Promise<Policy> {
  if (options.policy === undefined) return csp().defaultSrc(SELF).objectSrc(NONE).baseUri(NONE)
  const { label, policies } = await readPolicy(options.policy, host)
  const [policy, ...others] = policies.flatMap(listPolicies)
  if (policy !== undefined && others.length === 0) return checkNonces(policy, label)
  throw new UsageError(
    `Cannot use ${label}: it is not one policy. Use the policy that is enforced, alone.`,
  )
}

function checkNonces(policy: Policy, label: string): Policy {
  const directive = policy.directives.find(({ values }) => values.some(isNonce))
  if (directive === undefined) return policy
  throw new UsageError(
    `Cannot use ${label}: ${directive.name} has a nonce, which must be new for each response. Use a policy without nonces: the hashes take their place.`,
  )
}

/** The policies of an item, report-only ones too. */
function listPolicies(item: PolicyItem): readonly Policy[] {
  if (isPolicy(item)) return [item]
  if (isDelivery(item)) return [...item.enforce, ...item.reportOnly]
  return 'value' in item ? parsePolicyList(item.value).map(({ policy }) => policy) : []
}

function policyOf({ bytes }: SitePage, base: Policy, { options, html }: Run): Policy {
  const { algorithm, attributes: unsafeHashes = false } = options
  return html.allowPage(base, bytes, { algorithm, unsafeHashes })
}

async function writeMap(base: Policy, run: Run): Promise<ExitCode> {
  const map = SITE_MAPS[run.options.format]
  const { stdout } = run.host
  let index = 0
  stdout.write(map.head)
  for await (const own of pagesOf(run)) {
    stdout.write(map.page(own.path, { policy: policyOf(own, base, run), index }))
    index += 1
  }
  stdout.write(map.foot)
  return EXIT.ok
}

/** Writes the tags. What no tag can carry is the same for all pages. */
async function writeTags(base: Policy, run: Run): Promise<ExitCode> {
  const { stdout, env } = run.host
  let [all, changed] = [0, 0]
  for await (const own of pagesOf(run)) {
    all += 1
    if (await writeTag(own, { policy: policyOf(own, base, run), run })) changed += 1
  }
  const { header } = base.splitForMeta()
  const rest =
    header === null ? '' : `Send as a header what no meta tag can carry: ${String(header)}\n`
  stdout.write(
    `${wrap(`${count(changed, 'page')} written, ${all - changed} left as they are`, pageOf(stdout, env).width)}\n${rest}`,
  )
  return EXIT.ok
}

/** Writes one tag, and returns whether that changed the page. */
async function writeTag(
  own: SitePage,
  { policy, run }: { readonly policy: Policy; readonly run: Run },
): Promise<boolean> {
  return replacePage(own, run.html.writeMeta(readText(own), policy).html)
}

async function check(run: Run): Promise<ExitCode> {
  const { options, host, html } = run
  const header =
    options.policy === undefined ? [] : (await readPolicy(options.policy, host)).policies
  const findings: PageFinding[] = []
  let all = 0
  for await (const { path: place, bytes } of pagesOf(run)) {
    all += 1
    const metas = html
      .readMeta(bytes)
      .filter(({ isInHead, isReportOnly }) => isInHead && !isReportOnly)
    const policies = [...header, ...metas.map(({ value }) => ({ value, source: 'meta' }) as const)]
    const code = html.readInline(bytes)
    findings.push(...checkPage({ path: place, code, policies, self: options.self }))
  }
  host.stdout.write(
    options.json === true
      ? toJSON({ pages: all, findings })
      : writeFindings(findings, { all, host }),
  )
  return findings.length === 0 ? EXIT.ok : EXIT.found
}

function writeFindings(
  findings: readonly PageFinding[],
  { all, host }: { readonly all: number; readonly host: Host },
): string {
  const { paint, width } = pageOf(host.stdout, host.env)
  const rows = findings.map(({ path: place, line, column, kind, directive, source, fix }) => {
    const what = directive === null ? 'the page has no policy' : `${directive} blocks this ${kind}`
    const code = escapeLine(source.trim().replaceAll(/\s+/g, ' ')).slice(0, Math.max(0, width - 2))
    const shown = code === '' ? '' : `  ${paint('dim', code)}\n`
    return `${paint('bold', escapeLine(`${place}:${line}:${column}`))}  ${what}\n${shown}${wrap(`fix: ${fix}`, width, 2)}\n`
  })
  return `${[...rows, `${count(findings.length, 'finding')} in ${count(all, 'page')}`].join('\n')}\n`
}

/** The pages, with a line about progress for a person who waits. */
async function* pagesOf({ folder, host }: Run): AsyncGenerator<SitePage> {
  let all = 0
  for await (const page of readPages(folder, host.cwd)) {
    yield page
    all += 1
    if (all % STEP === 0 && host.stderr.isTTY === true) host.stderr.write(`${all} pages …\n`)
  }
}
