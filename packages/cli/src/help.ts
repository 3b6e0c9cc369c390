/** What help says beside the options. */

/** How a policy is given, short. */
export const POLICY_HELP = 'a policy, a file, ./policy.js#export, or - for what is piped in'

/** The kinds of checks. */
const KINDS = `
Checks:
  https://api.example/   a connection: fetch, WebSocket, sendBeacon …
  script=URL             also style, image, font, audio, video, track, frame,
                         worker, shared-worker, service-worker, manifest,
                         object, embed, prefetch
  inline-script[=code]   also inline-style, event-handler, style-attribute,
                         javascript-url; with the code, hashes can match
  base=URL               <base href>
  form=URL               the target of a form
  ancestor=ORIGIN[,…]    who embeds the page, from the inside out
  eval, wasm, webrtc
  trusted-types-policy=NAME
  trusted-types-sink="Element innerHTML"`

/** A command, or all of them. */
export type CommandName = 'audit' | 'check' | 'cusp' | 'diff' | 'explain' | 'hash'

/** What follows the options of a command, or of all of them. */
export const HELP: Readonly<Record<CommandName, string>> = {
  cusp: `
A policy is given as text, as a file of text, headers or HTML, as the export of
a module, or piped in:
  $ cusp audit "script-src 'self' 'unsafe-inline'"
  $ cusp audit ./headers.txt
  $ cusp audit ./dist/policy.js#policy
  $ cusp audit ./dist/index.html
  $ curl -sI https://shop.example | cusp audit -

Exit codes:
  0  nothing to complain of
  1  something is blocked, found or different
  2  the command line, or what it names, cannot be used`,
  check: `${KINDS}

Examples:
  $ cusp check "default-src 'self'" https://api.example/ inline-script eval
  $ cusp check ./policy.js#policy /api --self https://shop.example
  $ cusp check ./policy.js script=/app.js --nonce NONCE
  $ cusp check policy.txt https://evil.example --expect blocked
  $ curl -sI https://shop.example | cusp check - image=/logo.png --json`,
  explain: `${KINDS}

Examples:
  $ cusp explain "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'"
  $ cusp explain ./policy.js#policy https://api.example:8443/
  $ curl -sI https://shop.example | cusp explain - script=/app.js`,
  audit: `
Examples:
  $ cusp audit "script-src 'self' https: 'unsafe-inline'"
  $ curl -sI https://shop.example | cusp audit -
  $ cusp audit ./policy.js --browsers "defaults, safari 15"
  $ cusp audit policy.txt --fail-on high
  $ cusp audit policy.txt --sarif > cusp.sarif

Browsers that ignore something are told of and don't count as findings.`,
  diff: `
Examples:
  $ cusp diff "img-src 'self'" "img-src 'self' https://cdn.example"
  $ curl -sI https://shop.example | cusp diff - ./policy.js#policy
  $ cusp diff main.txt branch.txt --fail-on wider

Only enforced policies count; report-only ones block nothing.`,
  hash: `
Examples:
  $ cusp hash dist/index.html
  $ cusp hash dist/*.html --algorithm sha384
  $ cusp hash page.html --attributes --json
  $ curl -s https://shop.example | cusp hash -`,
}
