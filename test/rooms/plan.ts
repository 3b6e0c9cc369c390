/**
 * The order of the house: which package may import which, and the rooms of each from top to bottom.
 * A room is a folder of `src`, or a file that lies in `src` itself. It imports only rooms of lower
 * lines.
 */

/** One package. */
export interface PackagePlan {
  /** Its folder under packages/. */
  readonly folder: string
  /** What it is, in a few words. */
  readonly what: string
  /** Every package of the workspace and of the registry that its sources may import. */
  readonly mayImport: readonly string[]
  /** Whether it may import what only Node has. */
  readonly usesNode: boolean
  /** False as long as its files are still being moved: it is neither checked nor drawn. */
  readonly isInOrder: boolean
  /** Lines from top to bottom: the rooms of a line, each with what it holds. */
  readonly lines: readonly Readonly<Record<string, string>>[]
}

/** The packages from top to bottom. */
export const plan: readonly PackagePlan[] = [
  {
    folder: 'cli',
    what: 'the commands',
    mayImport: [
      '@cusp/collector',
      '@cusp/core',
      '@cusp/engine',
      '@cusp/html',
      'acorn',
      'browserslist',
      'commander',
      'parse5',
      'smol-toml',
      'tinyglobby',
      'yaml',
    ],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'main.ts': 'the program: the process is read and left here alone' },
      { 'index.ts': 'what is exported' },
      { 'run.ts': 'a command line, from its words to an exit code' },
      { commands: 'one file for each command' },
      {
        read: 'policies, checks, headers, pages, configuration and browsers, read from files and pipes',
      },
      { write: 'pages for a terminal, JSON, SARIF and Markdown' },
      { 'host.ts': 'what a command needs of the process' },
      { 'text.ts': 'words that every room uses' },
    ],
  },
  {
    folder: 'collector',
    what: 'reports taken in over HTTP, and kept',
    mayImport: [
      '@cusp/core',
      '@cusp/reports',
      'kysely',
      'libsql',
      'nodemailer',
      'pg',
      'pino',
      'prom-client',
      'rate-limiter-flexible',
    ],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      {
        'collector.ts': 'a collector, from its options',
        'open-store.ts': 'stores by their addresses',
      },
      { 'collector-options.ts': 'what a collector is told' },
      { http: 'the intake for each framework' },
      { intake: 'the way of a request: read, keyed, classed, kept, answered' },
      {
        clients: 'whose request it is, and how many there may be',
        status: 'counts, metrics, health',
      },
      { file: 'a log file: its text, its lock, its mail' },
      {
        memory: 'a store for tests',
        sql: 'a store in SQLite or PostgreSQL: the journal, the tables, and the way from one to the other',
      },
      { fold: 'reports counted in groups: what many of them come down to' },
      { store: 'what a store is, and what is common to all of them' },
      { 'logger.ts': 'where the collector says what happens to it' },
    ],
  },
  {
    folder: 'express',
    what: 'middleware for Express 4 and 5',
    mayImport: ['@cusp/core', '@cusp/node', 'express'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      { 'middleware.ts': 'Express’s request and response, handed to node' },
    ],
  },
  {
    folder: 'fastify',
    what: 'a plugin for Fastify 5',
    mayImport: ['@cusp/core', '@cusp/node', 'fastify'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      { 'plugin.ts': 'Fastify’s request and reply, handed to node' },
    ],
  },
  {
    folder: 'koa',
    what: 'middleware for Koa 2 and 3',
    mayImport: ['@cusp/core', '@cusp/node', 'koa'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      { 'middleware.ts': 'Koa’s context, handed to node' },
      { 'keep-policy.ts': 'the policy of a failed response' },
    ],
  },
  {
    folder: 'next',
    what: 'a proxy for Next',
    mayImport: ['@cusp/core'],
    usesNode: false,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      { 'proxy.ts': 'a request of Next, and the response of its proxy' },
      {
        'next-form.ts': 'policies in a form in which Next finds the nonce',
        'override-headers.ts': 'headers for the page in place of the client’s',
        'warn-of-prerendered.ts': 'pages that get no nonce',
      },
    ],
  },
  {
    folder: 'vite',
    what: 'a plugin for Vite',
    mayImport: ['@cusp/core', '@cusp/engine', '@cusp/html', '@cusp/reports', 'vite'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      { 'plugin.ts': 'the plugin, for builds and for the dev server' },
      {
        build: 'the policies of built pages, from the files as they were written',
        dev: 'pages of the dev server, and what the release would block of them',
      },
      { 'place.ts': 'the place of the nonce in a page' },
      { 'options.ts': 'what the plugin is told' },
    ],
  },
  {
    folder: 'web',
    what: 'a delivery on one web Response',
    mayImport: ['@cusp/core', '@cusp/node'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported', 'node.ts': 'the same with AsyncLocalStorage' },
      { 'csp.ts': 'around a server, and as one step' },
      { 'exchange.ts': 'one Request and its Response' },
      { 'response-head.ts': 'a head while there is no Response yet' },
    ],
  },
  {
    folder: 'node',
    what: 'a delivery on one node:http response',
    mayImport: ['@cusp/core'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported', 'adapter.ts': 'what adapters import' },
      { 'middleware.ts': 'the middleware for bare node:http and Connect' },
      {
        'connect.ts': 'the shape that Connect and Express call',
        'drop-in.ts': 'helmet’s function',
      },
      {
        'apply.ts': 'what every adapter of node:http shares',
        'portable.ts': 'what @cusp/web imports; no node: module',
      },
      { 'apply-with.ts': 'an input, read once and applied to each response' },
      { 'response-context.ts': 'the policy of one response, as views and handlers edit it' },
      { head: 'the moment in which the head leaves: caching, documents, what others have set' },
      { response: 'one response: its policies, its nonce, its context' },
      { input: 'what a middleware is given, read once when it is made' },
    ],
  },
  {
    folder: 'html',
    what: 'inline code of HTML files',
    mayImport: ['@cusp/core', '@exodus/bytes', 'html-encoding-sniffer', 'parse5'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported', 'site.ts': 'what walks a static site' },
      { site: 'the pages of a folder, and their headers as configuration of a server' },
      { 'allow-page.ts': 'the policy of one page' },
      {
        'hash-html.ts': 'the hashes of a page, as a policy to merge',
        'write-meta.ts': 'a policy in the page itself',
        'nonce-slots.ts': 'a file that is sent with a new nonce each time',
        'write-integrity.ts': 'the hashes of a site’s own scripts, in the page',
      },
      {
        'read-inline.ts': 'what a policy has to allow',
        'read-meta.ts': 'the policies of meta elements',
        'splice.ts': 'a text with some of its parts replaced',
      },
      { 'script-type.ts': 'which elements are scripts and styles' },
      {
        'decode.ts': 'text from bytes, as browsers decode it',
        'elements.ts': 'the elements of a document, frames and templates included',
        'integrity.ts': 'hashes of an integrity attribute',
      },
    ],
  },
  {
    folder: 'reports',
    what: 'what browsers report, as values',
    mayImport: ['@cusp/core', '@cusp/engine'],
    usesNode: false,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported' },
      { classify: 'what is about the site, and what is noise' },
      { read: 'bodies in every format, read into values' },
      {
        group: 'which violations have one cause',
        redact: 'what can be about a person, taken off',
      },
      { url: 'URLs as reports have them, read by a plain scan' },
      { model: 'violations, other reports, browsers and classes' },
      { 'text.ts': 'texts that others have written, cut and made fit for storing' },
    ],
  },
  {
    folder: 'engine',
    what: 'what a browser does under a policy, and why',
    // `expect` is only named: the types of Jest's matchers are declared there.
    mayImport: ['@cusp/core', 'csp_evaluator', 'expect'],
    usesNode: true,
    isInOrder: true,
    lines: [
      { 'index.ts': 'what is exported', 'testing.ts': 'what tests import' },
      { matchers: 'assertions for vitest, jest and node:test' },
      { support: 'what of a policy a browser does not know, and what that means' },
      { report: 'violations as browsers report them' },
      { explain: 'a decision in sentences' },
      { compare: 'what got wider and what narrower; whether one policy subsumes another' },
      { audit: 'weaknesses, each with a check that proves it' },
      { decide: 'the way from a check to its decision' },
      { rules: 'one file for each thing that a policy governs' },
      { witness: 'examples: URLs that a source expression matches' },
      { policy: 'policies read into one list, and the directive that a missing one falls back to' },
      { sources: 'source expressions and lists, and what they match' },
      { url: 'URLs, and the short way for plain ones' },
      { dialects: 'where browsers differ from the specification, each difference by its name' },
      { check: 'what can be asked' },
      { 'text.ts': 'words that every room uses' },
    ],
  },
  {
    folder: 'core',
    what: 'policies and deliveries as values; no dependency, any runtime',
    mayImport: [],
    usesNode: false,
    isInOrder: true,
    lines: [
      {
        'index.ts': 'what is exported',
        'internal.ts': 'what the other packages of this repository import',
        'servers.ts': 'a delivery as configuration of nginx, Apache and Caddy',
        'helmet.ts': 'helmet’s options',
        'presets.ts': 'policies to start from, and additions to them',
      },
      {
        'ready.ts': 'policies to start from',
        services: 'what services and dev servers need, as vendors document it',
      },
      { helmet: 'helmet’s options, read and written as helmet does' },
      { 'deliver.ts': 'a delivery: policies compiled to headers' },
      { 'parse.ts': 'texts, read as the specification reads them' },
      { policy: 'the immutable value and its methods' },
      { issues: 'what is odd about a policy, with a code' },
      { model: 'what a policy consists of, and its text' },
      { sources: 'source expressions: their grammar, their types, nonces and hashes' },
      { vocabulary: 'the names of directives and keywords' },
      { 'text.ts': 'words that every room uses' },
    ],
  },
]
